import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type InProcess, startInProcess } from '../support/in-process.ts';
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
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
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
  ]);
  assert.equal(rejected.length, 6);
  await post('/v1/events', `[{"specversion":"1.0","data":{"staffRef":"${clear}"}`);

  const { body } = await nhip.get('/v1/dead-letters');
  const letters = body.items as { id: string; faults: { pointer: string }[]; type: string }[];
  assert.equal(letters.length, 7);
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
  assert.deepEqual((await figure(nhip)).numerator, 1, 'the rating is one of the person who is assigned');

  const { ref: pseudonym } = await post('/v1/staff/pseudonym', { staffRef: clear }, 'application/json');
  const person = (await nhip.get(`/v1/staff/${pseudonym}`)).body;
  assert.deepEqual(
    (person.events as { use: string }[]).map(({ use }) => use),
    ['applied', 'applied'],
  );
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  assert.ok(files.length >= 4);
  for (const { parentPath, name } of files)
    assert.ok(!readFileSync(join(parentPath, name)).includes(clear), `${name} has the id`);
});
