import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import openapi from '../../openapi.json' with { type: 'json' };
import decision124 from '../../shared/measures/decision-124.json' with { type: 'json' };
import { createApiKey } from '../../shared/platform/keys-file.ts';
import { assertVerified } from '../support/assert-verified.ts';
import { eventually } from '../support/eventually.ts';
import { filesBelow } from '../support/files-below.ts';
import { importCsv } from '../support/import-csv.ts';
import { type InProcess, startInProcess } from '../support/in-process.ts';
import { nhipHere } from '../support/nhip-here.ts';
import { emptyDir } from '../support/standalone.ts';

const at = (text: string) => Date.parse(`${text}+07:00`);
let serial = 0;
const event = (type: string, time: string, data: object) => ({
  specversion: '1.0',
  source: '/hr',
  id: `staff-${++serial}`,
  ...{ type, time, data },
});
const ref = (number: number) => `CB-${String(number).padStart(4, '0')}`;
const assigned = (person: number, more: object = {}) =>
  event('staff.assigned.v1', '2024-01-01', {
    ...{ staffRef: ref(person), unitId: 'H19.02.01', kind: 'civil-servant' },
    ...{ positionVersion: 'CV/1', from: '2024-01-01' },
    ...more,
  });
const rated = (person: number, level: string, year = 2026, more: object = {}) =>
  event('staff.rating.v1', `${year}-12-12`, {
    ...{ staffRef: ref(person), ratedYear: year, level },
    ruleSet: year < 2026 ? 'nd-90-48' : 'nd-335',
    ...{ decisionNumber: '512/QĐ-VP', decisionDate: `${year}-12-12` },
    ...more,
  });
const people = (count: number, from = 1) => Array.from({ length: count }, (_, index) => from + index);

async function office(t: TestContext, now: string, env: Record<string, string> = {}): Promise<InProcess> {
  const nhip = await startInProcess(at(now), env);
  t.after(() => nhip.close());
  return nhip;
}
const figure = async (nhip: InProcess, query = '', id = 'staff-rating') => {
  const { status, body } = await nhip.get(`/v1/objectives/${id}${query}`);
  assert.equal(status, 200, JSON.stringify(body));
  const { numerator, denominator, excluded, status: how, reason, assured } = body;
  return { numerator, denominator, excluded, status: how, reason, assured };
};

test('a rating is in the figure of its year from the moment it is known, and those without one are counted beside it', async (t) => {
  const nhip = await office(t, '2026-12-10T08:00:00');
  await nhip.send(...people(21).map((one) => assigned(one)));
  const before = await figure(nhip);
  assert.deepEqual([before.status, before.reason], ['not-computable', 'nothing-rated']);
  assert.deepEqual(before.excluded, { 'under-six-months': 0, 'not-assessed': 21, unassigned: 0 });

  nhip.now = at('2026-12-12T09:00:00');
  await nhip.send(...people(18).map((one) => rated(one, 'good')), rated(19, 'completed'));
  const half = await figure(nhip);
  // Were both left to fail it would be 18 of 21.
  assert.deepEqual([half.numerator, half.denominator, half.status, half.assured], [18, 19, 'on-path', false]);
  assert.equal((half.excluded as Record<string, number>)['not-assessed'], 2);

  nhip.now = at('2026-12-13T09:00:00');
  await nhip.send(rated(20, 'excellent'), rated(21, 'under-six-months'));
  const all = await figure(nhip);
  assert.deepEqual([all.numerator, all.denominator, all.status], [19, 20, 'met'], 'exactly 95 %');
  assert.equal((await figure(nhip, '?asOf=2026-12-12')).numerator, 18);
  assert.equal((await figure(nhip, '?asOf=2026-12-11')).reason, 'nothing-rated');
});

test('the id of a person is nowhere on disk: not in events, the ledger or dead letters, and a mended letter is the same person', async (t) => {
  const dir = emptyDir();
  const nhip = await office(t, '2026-12-14T08:00:00', { DATA_DIR: dir });
  const clear = '079203001234';
  const named = (id: string, type: string, data: object) => ({
    ...event(type, '2026-12-12', { staffRef: clear, ...data }),
    id: `${clear}-${id}`,
    subject: clear,
  });
  const job = { unitId: 'H19.02.01', kind: 'civil-servant', from: '2024-01-01' };
  const decision = { decisionNumber: '512/QĐ-VP', decisionDate: '2026-12-12', ruleSet: 'nd-335' };
  const post = async (url: string, payload: string | object, type = 'application/cloudevents-batch+json') => {
    const headers = { 'content-type': type };
    const isText = typeof payload === 'string' || Buffer.isBuffer(payload);
    const text = isText ? payload : JSON.stringify(payload);
    return (await nhip.server.inject({ method: 'POST', url, headers, payload: text })).json();
  };
  await nhip.send(named('a', 'staff.assigned.v1', job));
  const { rejected } = await post('/v1/events', [
    named('b', 'staff.rating.v1', { ...decision, ratedYear: 2026, level: 'splendid' }),
    named('c', 'staff.rating.v9', { level: 'good' }),
    named('d', 'staff.assigned.v1', { ...job, staffref: clear }),
    { ...named('e', 'staff.assigned.v1', { ...job, employee: clear, kind: 'x' }) },
    {
      ...named('f', 'staff.assigned.v1', {}),
      data: undefined,
      data_base64: Buffer.from(`{"staffRef":"${clear}"}`).toString('base64'),
    },
    named('g', 'staff.assigned.v1', { ...job, staffRef: clear.repeat(100) }),
    { ...named('h', 'staff.assigned.v1', job), id: clear.repeat(100) },
    named('i', 'staff.assigned.v1', { ...job, corrects: clear.repeat(100) }),
    named('j', 'staff.assigned.v1', { ...job, unitId: { of: clear } }),
    { ...named('k', 'staff.assigned.v1', { ...job, kind: 'x' }), person: clear },
    { ...named('m', 'staff.assigned.v1', {}), data: JSON.stringify({ ...job, staffRef: clear }) },
    { ...named('n', 'staff.assigned.v1', {}), data: `{"employee":"${clear}"}` },
    { ...named('o', 'staff.rating.v9', {}), data: JSON.stringify(JSON.stringify({ staffRef: clear })) },
    { ...named('p', 'STAFF.ASSIGNED.V1', {}), data: { employee: clear } },
  ]);
  assert.equal(rejected.length, 14);
  const written = JSON.stringify([named('l', 'staff.assigned.v1', { ...job, kind: 'x' })]);
  await post('/v1/events', written.replace('staff.a', 'staff\\u002ea').replace('staffRef', 'staffR\\u0065f'));
  await post('/v1/events', `[{"specversion":"1.0","data":{"staffRef":"${clear}"}`);
  await post('/v1/events', Buffer.from(written, 'utf16le'));
  const twice = JSON.stringify({ ...named('q', 'staff.rating.v1', {}), data: { employee: clear } });
  await post('/v1/events', JSON.stringify(twice), 'application/cloudevents+json');
  await post(
    '/v1/feeds/refused',
    {
      records: [
        {
          ...{ content: `${clear};2026`, origin: 'staff.csv:2', type: 'staff.rating.v1', source: '/hr' },
          faults: [{ code: 'row-invalid', pointer: '/Mã cán bộ', was: clear, expected: 'a person' }],
        },
      ],
    },
    'application/json',
  );

  const { body } = await nhip.get('/v1/dead-letters');
  const letters = body.items as { id: string; faults: { pointer: string }[]; type: string }[];
  assert.equal(letters.length, 19);
  for (const { id } of letters)
    assert.ok(!JSON.stringify((await nhip.get(`/v1/dead-letters/${id}`)).body).includes(clear), id);
  const splendid = letters.find(
    ({ type, faults }) => type === 'staff.rating.v1' && faults[0]?.pointer === '/data/level',
  );
  const { content } = (await nhip.get(`/v1/dead-letters/${splendid?.id}`)).body;
  const mended = String(content).replace('splendid', 'good');
  const retried = await post(
    `/v1/dead-letters/${splendid?.id}/retry`,
    { content: mended },
    'application/json',
  );
  assert.equal(retried.outcome, 'accepted', JSON.stringify(retried));
  const known = await nhip.get(`/v1/staff?state=good&minPosition=${retried.position}`);
  assert.equal(known.status, 200, JSON.stringify(known.body));
  assert.equal((known.body.items as object[]).length, 1, 'the rating is one of the person who is assigned');

  const { ref: pseudonym } = await post('/v1/staff/pseudonym', { staffRef: clear }, 'application/json');
  const person = (await nhip.get(`/v1/staff/${pseudonym}`)).body;
  assert.deepEqual(
    (person.events as { use: string }[]).map(({ use }) => use),
    ['applied', 'applied'],
  );
  const files = filesBelow(dir);
  assert.ok(files.length >= 4);
  for (const name of files) {
    const bytes = readFileSync(join(dir, name));
    for (const written of [clear, Buffer.from(clear, 'utf16le')])
      assert.ok(!bytes.includes(written), `${name} has the id`);
  }
});

test('until a person is rated for the running year, the card shows the last closed year and names it', async (t) => {
  const nhip = await office(t, '2026-12-20T08:00:00');
  await nhip.send(
    ...people(10).flatMap((one) => [assigned(one), rated(one, one === 1 ? 'completed' : 'good')]),
  );
  const { stage } = (await nhip.get('/v1/objectives/staff-rating')).body;
  assert.equal(stage, 'regular');

  nhip.now = at('2027-01-16T08:00:00');
  const { body } = await nhip.get('/v1/objectives/staff-rating');
  assert.deepEqual(body.window, {
    name: 'year',
    from: '2026-01-01',
    to: '2026-12-31',
    cutTo: '2026-12-31',
    current: false,
  });
  assert.equal((body.shownFor as { from: string }).from, '2027-01-01');
  assert.deepEqual([body.numerator, body.denominator, body.status, body.stage], [9, 10, 'breached', 'final']);
  const { parts } = (await nhip.get('/v1/objectives/staff-rating/breakdown?by=unit')).body as {
    parts: { key: string; denominator: number }[];
  };
  assert.deepEqual(
    parts.map(({ key, denominator }) => [key, denominator]),
    [['H19.02.01', 10]],
  );

  nhip.now = at('2027-12-10T08:00:00');
  await nhip.send(rated(2, 'good', 2027));
  const later = await nhip.get('/v1/objectives/staff-rating');
  assert.deepEqual([later.body.shownFor, later.body.numerator, later.body.denominator], [null, 1, 1]);
  assert.equal(
    (await nhip.get('/v1/objectives/staff-rating?from=2026-01-01&to=2026-12-31')).body.denominator,
    10,
  );

  // A fault of 2026 that is punished in 2027 restates the closed year, and what was known before stays to be asked for.
  await nhip.send(
    rated(3, 'not-completed', 2026, { decisionNumber: '44/QĐ-VP', decisionDate: '2027-12-09' }),
  );
  const closed = '?from=2026-01-01&to=2026-12-31';
  assert.deepEqual((await figure(nhip, closed)).numerator, 8);
  assert.deepEqual((await figure(nhip, `${closed}&asOf=2027-12-09`)).numerator, 9);
  const { ref: person } = (
    await nhip.server.inject({ method: 'POST', url: '/v1/staff/pseudonym', payload: { staffRef: ref(3) } })
  ).json();
  const { stretches } = (await nhip.get(`/v1/staff/${person}`)).body as {
    stretches: { findings: { code: string }[] }[];
  };
  assert.ok(stretches.some(({ findings }) => findings.some(({ code }) => code === 'decision-replaced')));
});

test('of fewer than five people every answer has the size alone', async (t) => {
  const nhip = await office(t, '2026-12-20T08:00:00');
  const inUnit = (unitId: string, from: number, count: number) =>
    people(count, from).flatMap((one) => [
      assigned(one, { unitId }),
      rated(one, one % 5 === 0 ? 'completed' : 'good'),
    ]);
  await nhip.send(...inUnit('B', 31, 4), ...people(9, 50).map((one) => rated(one, 'good')));
  const few = await figure(nhip);
  assert.deepEqual(
    [few.reason, few.denominator],
    ['small-group', 4],
    'nine who are assigned nowhere hide nobody',
  );
  await nhip.send(...inUnit('A', 1, 30), ...inUnit('C', 35, 7));
  assert.deepEqual((await figure(nhip)).denominator, 41);
  for (const unit of ['B', 'C']) {
    const { body } = await nhip.get(`/v1/objectives/staff-rating?unit=${unit}`);
    const { value, numerator, denominator, status, reason, excluded, parts, outlook, bases } = body;
    assert.deepEqual(
      [value, numerator, status, reason, outlook],
      [null, null, null, 'small-group', null],
      unit,
    );
    assert.deepEqual([excluded, parts], [{}, []]);
    assert.equal(denominator, unit === 'B' ? 4 : 7, 'the size alone; C would tell B by difference');
    assert.deepEqual((bases as { adjusted: { numerator: null } }).adjusted.numerator, null);
    const series = await nhip.get(`/v1/objectives/staff-rating/series?unit=${unit}&step=month`);
    assert.deepEqual(series.body.points, []);
    const rows = await nhip.get(`/v1/objectives/staff-rating/breakdown?by=staffKind&unit=${unit}`);
    assert.deepEqual(rows.body.parts, []);
  }
  const { parts } = (await nhip.get('/v1/objectives/staff-rating/breakdown?by=unit')).body as {
    parts: { key: string; together?: boolean; numerator: number; denominator: number }[];
  };
  assert.deepEqual(
    parts.map(({ key, together, denominator }) => [key, together ?? false, denominator]).sort(),
    [
      ['A', false, 30],
      ['other', true, 11],
    ],
  );
  const points = (await nhip.get('/v1/objectives/staff-rating/series?step=month')).body.points as {
    to: string;
    denominator: number;
  }[];
  assert.deepEqual([points.length, points.at(-1)?.to, points.at(-1)?.denominator], [12, '2026-12-20', 41]);
});

test('each point over time is held to the people assigned in its own month, checked or not', async (t) => {
  const nhip = await office(t, '2026-12-20T08:00:00');
  const checked = (person: number, outcome: string) =>
    event('staff.standard.v1', '2026-01-15', { staffRef: ref(person), outcome, from: '2026-01-15' });
  await nhip.send(
    ...people(20, 10).map((one) => assigned(one, { unitId: 'A' })),
    ...people(4).map((one) => assigned(one, { unitId: 'B' })),
    assigned(5, { unitId: 'B', to: '2026-03-31' }),
    checked(1, 'meets'),
    checked(2, 'meets'),
    checked(3, 'does-not-meet'),
  );
  const id = 'staff-title-standard';
  const now = await figure(nhip, '?unit=B', id);
  assert.deepEqual([now.reason, now.denominator], ['small-group', 4]);
  const { body } = await nhip.get(`/v1/objectives/${id}/series?unit=B`);
  assert.equal(body.onLastDay, true);
  assert.deepEqual(
    (body.points as Record<string, unknown>[]).map(({ to, numerator, denominator }) => [
      to,
      numerator,
      denominator,
    ]),
    [
      ['2026-01-31', 2, 3],
      ['2026-02-28', 2, 3],
      ['2026-03-31', 2, 3],
    ],
    'five were assigned then, three of whom were checked',
  );
});

test('windows that begin on other days do not differ by a person who left in between', async (t) => {
  const nhip = await office(t, '2027-01-20T08:00:00');
  await nhip.send(
    ...people(8).flatMap((one) => [assigned(one), rated(one, 'good')]),
    assigned(9, { to: '2026-03-10' }),
    rated(9, 'completed'),
  );
  for (const from of ['2025-01-01', '2026-01-01', '2026-03-11', '2026-03-12', '2026-12-31']) {
    const { body } = await nhip.get(`/v1/objectives/staff-rating?from=${from}&to=2026-12-31`);
    const { window, numerator, denominator } = body;
    assert.deepEqual([(window as { from: string }).from, numerator, denominator], ['2026-01-01', 8, 9], from);
  }
  const { points } = (
    await nhip.get('/v1/objectives/staff-rating/series?step=month&from=2026-02-01&to=2026-12-31')
  ).body as { points: { denominator: number }[] };
  assert.deepEqual(
    points.map(({ denominator }) => denominator),
    Array(11).fill(9),
  );
});

test('objectives of several units are each about their own people, also where the closed year is shown', async (t) => {
  const rating = decision124.objectives.find(({ id }) => id === 'staff-rating');
  const objectives = [null, 'A', 'B', 'C'].map((unit) => ({
    ...rating,
    unit,
    id: `of-${unit?.toLowerCase() ?? 'all'}`,
    alerts: [{ rule: 'breach', forMinutes: 0, minimumVolume: 1, margin: '0', repeatMinutes: null }],
  }));
  const file = join(emptyDir(), 'objectives.json');
  writeFileSync(file, JSON.stringify({ objectives }));
  const nhip = await office(t, '2027-01-16T08:00:00', { OBJECTIVES_FILE: file });
  const inUnit = (unitId: string, from: number, count: number) =>
    people(count, from).flatMap((one) => [
      assigned(one, { unitId }),
      rated(one, one % 5 === 0 ? 'completed' : 'good'),
    ]);
  await nhip.send(...inUnit('A', 1, 30), ...inUnit('B', 31, 4), ...inUnit('C', 35, 7));
  type Shown = Record<'id' | 'reason', string> & Record<'numerator' | 'denominator' | 'shownFor', unknown>;
  const all = (await nhip.get('/v1/objectives')).body.objectives as Shown[];
  assert.deepEqual(
    all.map(({ id, numerator, denominator, reason }) => [id, numerator, denominator, reason]),
    [
      ['of-all', 33, 41, null],
      ['of-a', 24, 30, null],
      ['of-b', null, 4, 'small-group'],
      ['of-c', null, 7, 'small-group'],
    ],
  );
  for (const one of all) {
    assert.ok(one.shownFor);
    assert.deepEqual((await nhip.get(`/v1/objectives/${one.id}`)).body, one);
  }
  // Wherever a figure of the small groups is shown, the size is all that is shown with it.
  await nhip.listen();
  const alerts = await eventually(async () => {
    const { body } = await nhip.get('/v1/alerts');
    const subjects = (body.alerts as { subject: object }[])
      .map(({ subject }) => subject)
      .filter((one) => 'objective' in one);
    return subjects.length === objectives.length ? subjects : undefined;
  });
  const { units } = (await nhip.get('/v1/cascade')).body as { units: { objectives: object[] }[] };
  const inCascade = units.flatMap((unit) => unit.objectives);
  const shown = [...all, ...alerts, ...inCascade].map((one) => ({ objective: '', id: '', ...one }) as Place);
  for (const id of ['of-b', 'of-c']) {
    const places = shown.filter((place) => place.id === id || place.objective === id);
    assert.deepEqual(
      places.map(({ status, value, numerator, lateBudget }) => [status, value, numerator, lateBudget]),
      Array(3).fill([null, null, null, null]),
      id,
    );
  }
});
type Place = Record<'id' | 'objective', string> &
  Record<'status' | 'value' | 'numerator' | 'lateBudget', unknown>;

test('a title standard is a stock: it holds for its position version alone, and those not placed are counted beside it', async (t) => {
  const nhip = await office(t, '2026-12-20T08:00:00');
  const checked = (person: number, outcome: string, more: object = {}) =>
    event('staff.standard.v1', '2026-07-01', {
      staffRef: ref(person),
      outcome,
      positionVersion: 'CV/1',
      from: '2026-07-01',
      ...more,
    });
  await nhip.send(
    ...people(20).map((one) => assigned(one)),
    assigned(21, { positionVersion: undefined }),
    ...people(18).map((one) => checked(one, 'meets')),
    checked(19, 'does-not-meet'),
  );
  const standard = (query = '') => figure(nhip, query, 'staff-title-standard');
  const now = await standard();
  assert.deepEqual([now.numerator, now.denominator, now.status, now.assured], [18, 19, 'met', false]);
  assert.deepEqual(now.excluded, { 'not-yet-placed': 1, 'not-known': 1 });
  const before = await standard('?from=2026-01-01&to=2026-06-30');
  assert.deepEqual([before.denominator, before.reason], [0, 'nothing-checked']);
  // A new version of the position asks for a new check; who has left is not there.
  await nhip.send(
    assigned(1, { positionVersion: 'CV/2', from: '2026-12-01' }),
    assigned(2, { to: '2026-12-19', assertedAt: '2026-12-20' }),
    checked(20, 'meets'),
  );
  const later = await standard();
  assert.deepEqual(
    [later.numerator, later.denominator, later.excluded],
    [17, 18, { 'not-yet-placed': 1, 'not-known': 1 }],
  );
});

test('the lists behind figures of staff have as many as the figure, also where assignments begin or end on days to come', async (t) => {
  const nhip = await office(t, '2026-12-20T08:00:00');
  await nhip.send(
    ...people(6).flatMap((one) => [assigned(one), rated(one, 'good')]),
    assigned(7, { to: '2027-06-30' }),
    assigned(9, { from: '2027-02-01' }),
    rated(8, 'completed'),
    ...people(4).map((one) => rated(one, 'good', 2025)),
    ...[assigned(10, { to: '2025-08-31' }), rated(10, 'completed', 2025)],
  );
  for (const [part, total] of [
    ['good', 6],
    ['not-assessed', 1],
    ['unassigned', 1],
    ['below', 0],
  ] as const) {
    const { body } = await nhip.get(`/v1/objectives/staff-rating/evidence?part=${part}`);
    assert.deepEqual([body.total, (body.staff as object[]).length], [total, total], part);
  }
  const { items } = (await nhip.get('/v1/staff?state=good&staffKind=civil-servant')).body;
  assert.equal((items as object[]).length, 6);

  for (const [state, count] of [
    ['good', 4],
    ['completed', 1],
    ['not-assessed', 3],
    ['unassigned', 0],
  ] as const) {
    const list = (await nhip.get(`/v1/staff?year=2025&state=${state}`)).body.items as { ref: string }[];
    const behind = await nhip.get(
      `/v1/objectives/staff-rating/evidence?part=${state}&from=2025-01-01&to=2025-12-31`,
    );
    assert.deepEqual([list.length, behind.body.total], [count, count], state);
  }
  const { checks, window } = (await nhip.get('/v1/staff/excellent-cap?year=2025')).body as {
    checks: { good: number; excellent: number }[];
    window: { from: string };
  };
  assert.equal(window.from, '2025-01-01');
  assert.deepEqual(
    checks.map(({ good, excellent }) => [good, excellent]),
    [[4, 0]],
  );
  assert.equal((await nhip.get('/v1/staff?year=25')).status, 400);
});

test('from a merger on the successor has the staff that are still recorded in the merged unit', async (t) => {
  const nhip = await office(t, '2026-12-20T08:00:00');
  const declared = (unitId: string, more: object) =>
    event('unit.declared.v1', '2026-07-01', { unitId, name: unitId, effectiveFrom: '2026-07-01', ...more });
  const inUnit = (unitId: string, from: number, count: number) =>
    people(count, from).flatMap((one) => [assigned(one, { unitId }), rated(one, 'good')]);
  await nhip.send(
    declared('B', {}),
    declared('A', { mergedInto: 'B' }),
    ...inUnit('A', 1, 6),
    ...inUnit('B', 7, 8),
    ...inUnit('C', 15, 9),
  );
  await nhip.send(
    event('staff.unit-rating.v1', '2026-12-14', {
      ...{ unitId: 'B', ratedYear: 2026, level: 'good', decisionNumber: '9/QĐ', decisionDate: '2026-12-14' },
    }),
    ...[1, 2, 7, 8, 9].map((one) => rated(one, 'good', 2026, { decisionDate: '2026-12-15', group: 'CV' })),
    rated(10, 'excellent', 2026, { decisionDate: '2026-12-15', group: 'CV' }),
  );
  const { checks } = (await nhip.get('/v1/staff/excellent-cap')).body as { checks: { group: string }[] };
  assert.deepEqual(
    checks.filter(({ group }) => group === 'CV'),
    [
      {
        ...{ unit: 'B', ruleSet: 'nd-335', group: 'CV', excellent: 1, good: 5 },
        ...{ share: '0.20', allowed: 1, outcome: 'kept', reason: null },
      },
    ],
  );
  const rows = async (query = '') => {
    const { body } = await nhip.get(`/v1/objectives/staff-rating/breakdown?by=unit${query}`);
    const { parts } = body as { parts: { key: string; denominator: number }[] };
    return parts.map(({ key, denominator }) => [key, denominator]).sort();
  };
  assert.deepEqual(await rows(), [
    ['B', 14],
    ['C', 9],
  ]);
  assert.deepEqual(await rows('&from=2026-01-01&to=2026-06-30'), [
    ['A', 6],
    ['B', 8],
    ['C', 9],
  ]);
  assert.equal((await figure(nhip, '?unit=B')).denominator, 14);
  assert.equal((await figure(nhip, '?unit=B&below=false')).denominator, 14);
  assert.equal((await figure(nhip, '?unit=A')).denominator, 0);
});

test('evidence of staff asks for the right staff besides read, and that of dossiers does not', async (t) => {
  const dir = emptyDir();
  const [reader = '', clerk = ''] = [['read'] as const, ['read', 'staff'] as const].map((rights) =>
    createApiKey(join(dir, 'keys.json'), rights.join('+'), rights, new Date(at('2026-12-20T08:00:00'))),
  );
  const nhip = await office(t, '2026-12-20T08:00:00', { DATA_DIR: dir });
  const status = async (path: string, key: string) =>
    (await nhip.get(path, { authorization: `Bearer ${key}` })).status;
  const evidence = (id: string) => `/v1/objectives/${id}/evidence`;
  assert.equal(await status(evidence('staff-rating'), clerk), 200);
  assert.equal(await status(evidence('staff-rating'), reader), 403, 'also where the answer is known already');
  assert.equal(await status(evidence('dossier-on-time'), reader), 200);
  assert.equal(await status('/v1/objectives/staff-rating', reader), 200);
  assert.deepEqual([await status('/v1/staff', reader), await status('/v1/staff', clerk)], [403, 200]);
});

test('the files of docs/import are imported as they stand there; a refused row is kept without the person, and the laws hold', async (t) => {
  const dir = emptyDir();
  const nhip = await office(t, '2026-12-20T08:00:00', { DATA_DIR: dir });
  for (const [name, events] of Object.entries({ staff: 25, 'unit-ratings': 3 })) {
    assert.deepEqual(await importCsv(nhip, `docs/import/${name}.csv`), [events, 0, 0], name);
    assert.deepEqual(await importCsv(nhip, `docs/import/${name}.csv`), [0, events, 0], name);
  }
  const [head = '', first = ''] = readFileSync('docs/import/staff.csv', 'utf8').split('\n');
  const wrong = join(emptyDir(), 'wrong.csv');
  const spoiled = first.replace('CB-0001', '7,9203E+10'.replace(',', '.'));
  writeFileSync(
    wrong,
    [
      head,
      first.replaceAll('CB-0001', 'CB-7777').replace('512/QĐ-VP,12/12/2026', '512/QĐ-VP,12/12/2025'),
      spoiled,
      '',
    ].join('\n'),
  );
  const [accepted, , rejected] = await importCsv(nhip, wrong, 'docs/import/staff.mapping.json');
  assert.deepEqual([accepted, rejected], [2, 4]);
  const letters = (await nhip.get('/v1/dead-letters')).body.items as { id: string }[];
  for (const { id } of letters) {
    const text = JSON.stringify((await nhip.get(`/v1/dead-letters/${id}`)).body);
    assert.ok(!/CB-7777|9203E/.test(text), text);
  }
  const { checks: capped } = (await nhip.get('/v1/staff/excellent-cap')).body as {
    checks: { unit: string; outcome: string; allowed: number }[];
  };
  assert.deepEqual(
    capped.map(({ unit, outcome, allowed }) => [unit, outcome, allowed]),
    [
      ['H19.02.01', 'exceeded', 0],
      ['H19.02.03', 'kept', 0],
      ['H19.02.03', 'kept', 0],
    ],
    'one excellent and one good in an excellent unit: 25 % of two are none',
  );
  await nhip.send(assigned(9_000));
  const { denominator } = await figure(nhip);
  assert.equal(denominator, 7, 'six who are there, and one who left in the year');
  await assertVerified(dir);
});

test('names stand in the table of names alone: a key without the right staff, backups, audit and events have none, and a deletion leaves none', async (t) => {
  const dir = emptyDir();
  const moment = new Date(at('2026-12-20T08:00:00'));
  const rights = {
    reader: ['read'],
    feed: ['feed'],
    clerk: ['staff'],
    hr: ['staff', 'feed'],
    all: ['admin'],
  } as const;
  const keys = Object.fromEntries(
    Object.entries(rights).map(([name, some]) => [
      name,
      { authorization: `Bearer ${createApiKey(join(dir, 'keys.json'), name, some, moment)}` },
    ]),
  );
  const nhip = await office(t, '2026-12-20T08:00:00', { DATA_DIR: dir });
  const ask = async (
    as: string,
    method: 'GET' | 'PUT' | 'POST' | 'DELETE',
    url: string,
    payload?: object,
  ) => {
    const options = { method, url, headers: keys[as] ?? {}, ...(payload && { payload }) };
    const { statusCode: status, headers, body } = await nhip.server.inject(options);
    return { status, headers, text: body, body: JSON.parse(body) };
  };
  const batch = people(6).flatMap((one) => [assigned(one), rated(one, 'good')]);
  const headers = { ...keys.feed, 'content-type': 'application/cloudevents-batch+json' };
  const sent = { method: 'POST', url: '/v1/events', headers, payload: JSON.stringify(batch) } as const;
  const { position } = (await nhip.server.inject(sent)).json();
  const { ref: second } = (await ask('clerk', 'POST', '/v1/staff/pseudonym', { staffRef: ref(2) })).body;
  const [first, other] = ['Nguyễn Thị Lan-Xóa', 'Đặng Văn Khác'];
  const stated = {
    names: [
      { staffRef: ref(1), name: `  ${first.normalize('NFD')} ` },
      { staffRef: second, name: other },
    ],
  };

  for (const as of ['reader', 'feed', 'clerk'])
    assert.equal((await ask(as, 'PUT', '/v1/staff/names', stated)).status, 403, as);
  const twice = { names: [...stated.names, { staffRef: ` ${ref(2)}`, name: 'Ai' }] };
  assert.deepEqual(
    (await ask('hr', 'PUT', '/v1/staff/names', twice)).body.errors.map(
      ({ pointer }: { pointer: string }) => pointer,
    ),
    ['/names/2/staffRef'],
  );
  for (const name of ['', 'a\u202eb', 'a\nb', 'a'.repeat(201)])
    assert.equal(
      (await ask('hr', 'PUT', '/v1/staff/names', { names: [{ staffRef: ref(1), name }] })).status,
      400,
      name,
    );
  assert.deepEqual((await ask('hr', 'PUT', '/v1/staff/names', stated)).body, { set: 2 });

  const list = `/v1/staff?state=good&minPosition=${position}`;
  const evidence = `/v1/objectives/staff-rating/evidence?part=good&minPosition=${position}`;
  const shown = await ask('clerk', 'GET', list);
  const named = (shown.body.items as { ref: string; name?: string }[]).flatMap(({ name }) => name ?? []);
  assert.deepEqual(named.sort(), [first, other].sort(), 'in NFC, trimmed');
  const person = `/v1/staff/${second}`;
  for (const url of [list, evidence, person, '/v1/staff/names']) {
    const { headers: given, text } = await ask('clerk', 'GET', url);
    assert.ok(text.includes(other), url);
    assert.deepEqual([given['cache-control'], given.etag], ['no-store', undefined], url);
  }
  const { items: page, next } = (await ask('clerk', 'GET', '/v1/staff/names?limit=1')).body;
  const { body: last } = await ask('clerk', 'GET', `/v1/staff/names?limit=1&cursor=${next}`);
  assert.deepEqual([...page, ...last.items].map(({ name }) => name).sort(), [first, other].sort());
  assert.deepEqual([last.next, last.total], [undefined, 2]);
  const found = await ask('clerk', 'POST', '/v1/staff/names/find', { text: 'dang KHAC' });
  assert.deepEqual(found.body, { items: [{ ref: second, name: other }], total: 1 });
  for (const url of [list, evidence, person, '/v1/staff/names'])
    assert.equal((await ask('reader', 'GET', url)).status, 403);
  const names = [first, other].flatMap((name) => [name, name.normalize('NFD')]);
  const hasName = (bytes: Buffer | string) => names.some((name) => bytes.includes(name));
  const asked = Object.entries<object>(openapi.paths).flatMap(([path, methods]) =>
    'get' in methods && path !== '/v1/stream' ? [path] : [],
  );
  for (const path of asked) {
    const url = path
      .replace('{id}', 'staff-rating')
      .replace('{ref}', second)
      .replaceAll(/\{\w+\}/g, 'x');
    for (const as of ['reader', 'feed', 'nobody'])
      assert.ok(!hasName((await ask(as, 'GET', url)).text), `${as} ${url}`);
  }

  const filesWithNames = (folder: string) =>
    filesBelow(folder)
      .filter((name) => hasName(readFileSync(join(folder, name))))
      .map((name) => basename(name, '-wal'));
  assert.deepEqual([...new Set(filesWithNames(dir))], ['names.db']);
  const backups = emptyDir();
  const { code, stdout } = await nhipHere(['backup', '--to', backups], { DATA_DIR: dir });
  assert.equal(code, 0);
  assert.match(stdout, /^without names\.db: /m);
  assert.deepEqual(filesWithNames(backups), []);

  assert.equal((await ask('clerk', 'DELETE', `/v1/staff/names/${second}`)).status, 403);
  assert.deepEqual((await ask('hr', 'DELETE', `/v1/staff/names/${second}`)).body, { deleted: 1 });
  assert.deepEqual((await ask('hr', 'DELETE', `/v1/staff/names/${second}`)).body, { deleted: 0 });
  assert.deepEqual((await ask('all', 'DELETE', '/v1/staff/names')).body, { deleted: 1 });
  assert.deepEqual(filesWithNames(dir), []);
  const after = await ask('clerk', 'GET', list);
  assert.ok(!hasName(after.text));
  assert.deepEqual([after.headers['cache-control'], typeof after.headers.etag], ['no-cache', 'string']);
  const { items: acts } = (await ask('all', 'GET', '/v1/audit')).body as {
    items: { type: string; by: string; data: object }[];
  };
  assert.deepEqual(
    acts
      .filter(({ type }) => type.startsWith('audit.staff-names'))
      .map(({ type, by, data }) => [type, by, data]),
    [
      ['audit.staff-names-deleted.v1', 'all', { names: 1, all: true }],
      ['audit.staff-names-deleted.v1', 'hr', { names: 1, all: false }],
      ['audit.staff-names-set.v1', 'hr', { names: 2 }],
    ],
  );
});

test('a file of names is set as a whole: a fault is reported by line and column, without the name', async (t) => {
  const dir = emptyDir();
  const nhip = await office(t, '2026-12-20T08:00:00', { DATA_DIR: dir });
  const url = await nhip.listen();
  const file = join(dir, 'names.csv');
  const cli = async (...args: string[]) => {
    const { code, stdout, stderr } = await nhipHere(['staff', 'names', ...args, '--url', url], {
      DATA_DIR: dir,
    });
    return [code, ...`${stdout}${stderr}`.trim().split('\n')];
  };
  const kept = async () => (await nhip.server.inject({ url: '/v1/staff/names' })).json().total;
  writeFileSync(
    file,
    'sep=;\n"name";phòng;id\nNguyễn Thị Lan;A;CB-0001\n;A;CB-0002\n"Hai\u200bAi";A;\nAi;CB-0004\nKhác;A;CB-0001\n',
  );
  assert.deepEqual(await cli('import', file), [
    1,
    `${file}, line 4: name: at least 1 character`,
    `${file}, line 5: id: at least 1 character`,
    `${file}, line 5: name: no control, invisible or unpaired characters`,
    `${file}, line 6: 3 cells, as the header has; it has 2 cells`,
    `${file}, line 7: id: each person once; this one stands in line 3 too`,
    `${file}: 5 faults, nothing was set`,
  ]);
  assert.equal(await kept(), 0);
  writeFileSync(file, 'Mã cán bộ,Họ tên\nCB-0001,Nguyễn Thị Lan\n="CB-0002",Đặng Văn Khác\n\n');
  assert.deepEqual(await cli('import', file), [
    3,
    `${file} should begin with a line that has each of the columns id and name once`,
  ]);
  assert.deepEqual(await cli('import', file, '--id', 'Mã cán bộ', '--name', 'Họ tên'), [
    0,
    `${file}: 2 names set`,
  ]);
  assert.deepEqual(await cli('delete', 'CB-0002', 'CB-0003'), [
    0,
    'CB-0002: its name is deleted',
    'CB-0003: no name was kept',
  ]);
  assert.equal(await kept(), 1);
  const locked = new DatabaseSync(join(dir, 'events.db'));
  locked.exec('BEGIN IMMEDIATE');
  assert.equal((await cli('import', file, '--id', 'Mã cán bộ', '--name', 'Họ tên'))[0], 3);
  locked.close();
  assert.equal(await kept(), 1, 'a change that cannot be recorded is not made');
  assert.equal((await cli('delete'))[0], 2, 'all is said in full');
  assert.deepEqual(await cli('delete', '--all'), [0, 'names deleted: 1']);
});
