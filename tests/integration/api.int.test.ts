import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { dossierSchema } from '../../services/api/books/dossier-item.ts';
import { ITEM_VIEWS } from '../../services/api/books/registry.ts';
import {
  breakdownSchema,
  evidenceSchema as evidenceSchemaOf,
  objectiveSchema,
  seriesSchema,
} from '../../services/api/measures/schemas.ts';
import { type InProcess, startInProcess } from '../support/in-process.ts';
import { statusEvent } from '../support/status-event.ts';

const evidenceSchema = evidenceSchemaOf(ITEM_VIEWS).extend({ dossiers: z.array(dossierSchema).optional() });
const at = (text: string) => Date.parse(`${text}+07:00`);
let nhip: InProcess;
before(async () => {
  nhip = await startInProcess(at('2026-03-20T09:00:00'));
});
after(() => nhip.close());

interface Story {
  readonly unit?: string;
  readonly field?: string;
  readonly channel?: string;
  readonly due?: string;
  readonly finished?: string;
}

let counter = 0;
/** A dossier received on 2 March 2026, as a list of events. */
function dossier({
  unit = 'H19.12',
  field = 'Đất đai',
  channel = 'online',
  due = '2026-03-10',
  finished,
}: Story) {
  const dossierId = `H19.12-260302-${String(++counter).padStart(4, '0')}`;
  const event = (status: string, time: string, more: object) =>
    statusEvent(dossierId, status, `${time}+07:00`, { unitId: unit, fieldId: field, channel, ...more });
  const received = event('received', '2026-03-02T08:00:00', { dueAt: due, dueBasis: 'receipt-slip' });
  return finished
    ? [received, event('completed', `${finished}T10:00:00`, { finishedAt: `${finished}T10:00:00` })]
    : [received];
}
const onTime = (more: Story = {}) => dossier({ finished: '2026-03-10', ...more });
const late = (more: Story = {}) => dossier({ finished: '2026-03-12', ...more });
const objective = async (query = '') => (await nhip.get(`/v1/objectives/dossier-on-time${query}`)).body;
const counts = ({ numerator, denominator }: Record<string, unknown>) => [numerator, denominator];

test('before anything came the answer is not computable, with the reason and no colour of success', async () => {
  const empty = await objective();
  assert.deepEqual(
    [empty.value, empty.status, empty.reason, empty.assured],
    [null, 'not-computable', 'nothing-settled', false],
  );
  const documents = (await nhip.get('/v1/objectives/inter-agency-e-exchange')).body;
  assert.deepEqual([documents.status, documents.reason], ['not-computable', 'no-register']);
});

test('parts by unit, field and channel add up, the worst first; the filter shows one of them', async () => {
  await nhip.send(
    ...onTime({ unit: 'H19.12', field: 'Đất đai' }),
    ...late({ unit: 'H19.12', field: 'Đất đai', channel: 'postal' }),
    ...onTime({ unit: 'H19.05', field: 'Hộ tịch' }),
    ...onTime({ unit: 'H19.05', field: 'Hộ tịch' }),
    ...dossier({ unit: 'H19.05', field: 'Hộ tịch', due: '2026-03-19' }),
  );
  const whole = await objective();
  assert.deepEqual(counts(whole), [3, 4]);
  for (const by of ['unit', 'field', 'channel', 'procedure']) {
    const { body } = await nhip.get(`/v1/objectives/dossier-on-time/breakdown?by=${by}`);
    const { parts } = breakdownSchema.parse(body);
    assert.equal(
      parts.reduce((sum, { numerator }) => sum + (numerator ?? 0), 0),
      3,
    );
    assert.equal(
      parts.reduce((sum, { denominator }) => sum + denominator, 0),
      4,
    );
    assert.equal(
      parts.reduce((sum, { open }) => sum + (open?.total ?? 0), 0),
      1,
    );
    if (by === 'unit')
      assert.deepEqual(
        parts.map(({ key }) => key),
        ['H19.12', 'H19.05'],
      );
  }
  assert.deepEqual(counts(await objective('?unit=000.00.12.H19')), [1, 2]);
  assert.deepEqual(counts(await objective('?field=H%E1%BB%99%20t%E1%BB%8Bch')), [2, 2]);
  assert.deepEqual(counts(await objective('?channel=postal')), [0, 1]);
  assert.deepEqual(counts(await objective('?unit=H19.12&channel=postal&field=Y%20t%E1%BA%BF')), [0, 0]);
});

test('a unit that is declared below another counts in it', async () => {
  const declare = (unitId: string, parentId: string | null) => ({
    specversion: '1.0',
    source: '/catalogue',
    type: 'unit.declared.v1',
    id: unitId,
    time: '2026-01-01T00:00:00+07:00',
    data: { unitId, name: unitId, parentId, effectiveFrom: '2026-01-01' },
  });
  await nhip.send(declare('H19', null), declare('H19.12', 'H19'), declare('H19.05', 'H19'));
  assert.deepEqual(counts(await objective('?unit=H19')), [3, 4]);
  assert.deepEqual(counts(await objective('?unit=H19&below=false')), [0, 0]);
  assert.deepEqual(counts(await objective('?unit=H19.12&below=false')), [1, 2]);
});

test('the figures known on a day can be asked for again after a correction', async () => {
  const dossierOfFriday = dossier({ finished: '2026-03-12' });
  await nhip.send(...dossierOfFriday);
  const before1 = await objective();
  const asked = new Date(nhip.now).toISOString();
  nhip.now = at('2026-03-23T09:00:00');
  const [, completion] = dossierOfFriday;
  assert.ok(completion);
  const finishedAt = '2026-03-09T10:00:00+07:00';
  await nhip.send({
    ...completion,
    id: `${completion.id}-corrected`,
    data: {
      ...completion.data,
      finishedAt,
      corrects: completion.id,
      assertedAt: '2026-03-23T08:00:00+07:00',
    },
  });
  const now = await objective();
  assert.deepEqual(counts(before1), [3, 5]);
  assert.deepEqual(counts(now), [4, 5]);
  assert.deepEqual(counts(await objective(`?asOf=${asked}`)), [3, 5]);
  assert.deepEqual(counts(await objective('?asOf=2026-03-22')), [3, 5]);
  assert.deepEqual(counts(await objective('?asOf=2026-03-23')), [4, 5]);
  const unknown = await objective('?asOf=2026-03-19');
  assert.deepEqual([unknown.status, unknown.reason], ['not-computable', 'not-yet-known']);
  const listed = evidenceSchema.parse(
    (await nhip.get('/v1/objectives/dossier-on-time/evidence?part=late&asOf=2026-03-22')).body,
  );
  assert.equal(listed.dossiers?.length, 2);
});

test('evidence lists exactly what the figure counts, page by page', async () => {
  const whole = await objective();
  const seen = new Set<string>();
  let cursor: string | undefined;
  do {
    const query = `part=settled&limit=2${cursor ? `&cursor=${cursor}` : ''}`;
    const page = evidenceSchema.parse(
      (await nhip.get(`/v1/objectives/dossier-on-time/evidence?${query}`)).body,
    );
    for (const { id } of page.dossiers ?? []) {
      assert.ok(!seen.has(id), 'no dossier on two pages');
      seen.add(id);
    }
    cursor = page.next;
  } while (cursor !== undefined);
  assert.equal(seen.size, whole.denominator);
  const overdue = evidenceSchema.parse(
    (await nhip.get('/v1/objectives/dossier-on-time/evidence?part=overdue')).body,
  );
  assert.equal(overdue.dossiers?.length, (whole.open as { overdue: number }).overdue);
});

test('time alone makes an open dossier overdue and the objective at risk', async () => {
  nhip.now = at('2026-03-25T09:00:00');
  await nhip.send(...Array.from({ length: 60 }, () => onTime()).flat());
  await nhip.send(...dossier({ due: '2026-03-25' }), ...dossier({ due: '2026-03-25' }));
  const before1 = await objective('?window=month');
  assert.deepEqual([before1.status, (before1.open as { overdue: number }).overdue], ['met', 1]);
  assert.equal((before1.open as { dueSoon: number }).dueSoon, 2);
  nhip.now = at('2026-03-26T00:00:00');
  const after1 = await objective('?window=month');
  assert.deepEqual([after1.status, (after1.open as { overdue: number }).overdue], ['at-risk', 3]);
});

test('the series ends at the figure', async () => {
  const whole = await objective();
  for (const step of ['day', 'month']) {
    const { body } = await nhip.get(`/v1/objectives/dossier-on-time/series?step=${step}`);
    const { points } = seriesSchema.parse(body);
    const last = points.at(-1);
    assert.deepEqual([last?.cumulative.numerator, last?.cumulative.denominator], counts(whole));
  }
});

test('the end of a series is the same points as in the whole, counted from the same day', async () => {
  const path = '/v1/objectives/dossier-on-time/series';
  const whole = seriesSchema.parse((await nhip.get(path)).body);
  const since = whole.points.at(-2)?.to ?? '';
  const end = seriesSchema.parse((await nhip.get(`${path}?since=${since}`)).body);
  assert.ok(whole.points.length > 2);
  assert.deepEqual(end.points, whole.points.slice(-2));
  const after = seriesSchema.parse((await nhip.get(`${path}?since=2999-01-01`)).body);
  assert.deepEqual(after.points, []);
  assert.equal((await nhip.get(`${path}?since=yesterday`)).status, 400);
});

test('an answer is compressed for a client that reads gzip, with the same content', async () => {
  const plain = await nhip.server.inject({ url: '/v1/objectives' });
  const headers = { 'accept-encoding': 'gzip' };
  const small = await nhip.server.inject({ url: '/v1/objectives', headers });
  assert.equal(plain.headers['content-encoding'], undefined);
  assert.equal(small.headers['content-encoding'], 'gzip');
  assert.match(String(small.headers.vary), /accept-encoding/i);
  assert.deepEqual(JSON.parse(gunzipSync(small.rawPayload).toString('utf8')), plain.json());
});

test('an answer conforms to its schema, and names its position', async () => {
  const parsed = objectiveSchema.parse(await objective());
  assert.equal(parsed.position, String(nhip.nhip.commits.latest.position));
});

test('an unchanged figure is not sent twice, also at a later position', async () => {
  const path = '/v1/objectives/dossier-on-time?unit=H19.05';
  nhip.now = at('2026-03-26T09:00:00');
  await nhip.send(...onTime({ unit: 'H19.12' }));
  const first = await nhip.get(path);
  const etag = String(first.headers.etag);
  await nhip.send(...onTime({ unit: 'H19.12' }));
  const again = await nhip.get(path, { 'if-none-match': etag });
  assert.equal(again.status, 304);
  await nhip.send(...onTime({ unit: 'H19.05' }));
  const changed = await nhip.get(path, { 'if-none-match': etag });
  assert.equal(changed.status, 200);
  assert.notEqual(changed.headers.etag, etag);
});

test('a position that the store never had is refused at once', async () => {
  for (const position of ['999999', '9999999999999999', 'abc', '1&minPosition=2']) {
    const { status, body } = await nhip.get(`/v1/objectives?minPosition=${position}`);
    assert.equal(status, 400, position);
    assert.match(JSON.stringify(body), /"pointer":"\/minPosition"/, position);
  }
});

test('If-None-Match is compared weakly, as a list or as any', async () => {
  const path = '/v1/objectives/dossier-on-time?unit=H19.05';
  const etag = String((await nhip.get(path)).headers.etag);
  assert.match(etag, /^W\/"[^"]+"$/);
  const opaque = etag.slice(2);
  for (const known of [etag, opaque, `"a", ${etag}`, `W/"a,b",${opaque} , "c"`, '*'])
    assert.equal((await nhip.get(path, { 'if-none-match': known })).status, 304, known);
  for (const other of ['"a"', 'W/"a"', opaque.replaceAll('"', ''), `"x${opaque.slice(1)}`])
    assert.equal((await nhip.get(path, { 'if-none-match': other })).status, 200, other);
});

test('duplicates alone are answered with the end of the store, and a position never goes back', async () => {
  const events = onTime();
  await nhip.send(...events);
  const last = Number(await nhip.send(...onTime()));
  assert.ok(Number(await nhip.send(...events)) >= last);
  const positions = await Promise.all(
    Array.from({ length: 20 }, (_, n) => nhip.send(...(n % 2 ? events : onTime()))),
  );
  assert.ok(Number(await nhip.send(...events)) >= Math.max(...positions.map(Number)));
});

test('a plus in an address is a blank, and the fault explains it', async () => {
  const { status, body } = await nhip.get('/v1/objectives/dossier-on-time?asOf=2026-03-20T08:00:00+07:00');
  assert.equal(status, 400);
  assert.match(JSON.stringify(body), /"pointer":"\/asOf".*%2B in an address/);
  assert.equal(
    (await nhip.get('/v1/objectives/dossier-on-time?asOf=2026-03-20T08:00:00%2B07:00')).status,
    200,
  );
});

test('asOf before any history is reported as such on every route', async () => {
  const figure = (await nhip.get('/v1/objectives/dossier-on-time?asOf=2026-03-01')).body;
  assert.deepEqual([figure.status, figure.reason], ['not-computable', 'not-yet-known']);
  for (const list of ['/v1/dossiers', '/v1/units', '/v1/objectives']) {
    const { status, body } = await nhip.get(`${list}?asOf=2019-01-01`);
    assert.equal(status, 400, list);
    assert.match(JSON.stringify(body), /"pointer":"\/asOf"/, list);
  }
  const { status, body } = await nhip.get('/v1/objectives/dossier-on-time?asOf=2019-01-01');
  assert.equal(status, 404);
  assert.match(String(body.detail), /is in force from \d{4}-\d\d-\d\d on/);
});

test('units and objectives state their subject and moment; times of events are RFC 3339', async () => {
  const units = (await nhip.get('/v1/units')).body;
  assert.match(String(units.position), /^\d+$/);
  assert.equal(units.asOf, new Date(nhip.now).toISOString());
  assert.equal((await objective()).unit, null);
  await nhip.send({
    specversion: '1.0',
    id: 'register-1',
    source: '/office',
    type: 'document.registered.v1',
    time: '2026-03-19T08:00:00+07:00',
    data: {
      documentId: 'H19.12,2026-03-19,1/A',
      scope: 'internal',
      fromUnitId: 'H19.12',
      issuedAt: '2026-03-19T08:00:00+07:00',
      recipients: [{ unitId: 'H19.05', channel: 'paper' }],
    },
  });
  const { body } = await nhip.get(`/v1/documents/${encodeURIComponent('H19.12,2026-03-19,1/A')}`);
  const [registered] = body.events as { data: Record<string, unknown> }[];
  assert.equal(registered?.data.issuedAt, '2026-03-19T01:00:00.000Z');
});

test('wrong queries are refused by name, nothing is bent into shape', async () => {
  const fault = async (query: string) => {
    const { status, body } = await nhip.get(`/v1/objectives/dossier-on-time${query}`);
    assert.equal(status, 400, query);
    return JSON.stringify(body);
  };
  assert.match(await fault('?window=decade'), /window/);
  assert.match(await fault('?from=2026-03-01'), /"\/to"/);
  assert.match(await fault('?from=2026-03-02&to=2026-03-01'), /not before from/);
  assert.match(await fault('?from=2026-02-29&to=2026-03-01'), /from/);
  assert.match(await fault('?asOf=2099-01-01'), /future/);
  assert.match(await fault('?basis=best'), /basis/);
  assert.match(await fault('?colour=green'), /colour/);
  const missing = await nhip.get('/v1/objectives/happiness');
  assert.equal(missing.status, 404);
  assert.match(String(missing.body.detail), /dossier-on-time/);
  assert.equal((await nhip.get('/v1/dossiers/H19.12-990101-0001')).status, 404);
  assert.equal((await nhip.get('/v1/objectives/dossier-on-time/evidence?part=awaiting')).status, 400);
  assert.equal((await nhip.get('/v1/objectives/dossier-on-time/evidence?cursor=nonsense')).status, 400);
});

test('an edited cursor is refused by name, with any number in it', async () => {
  const path = '/v1/objectives/dossier-on-time/evidence?limit=1&part=settled';
  const { next } = (await nhip.get(path)).body;
  const parts: unknown[] = JSON.parse(Buffer.from(String(next), 'base64url').toString());
  for (let at = 1; at < parts.length; at += 1) {
    for (const edited of [9e15, Date.UTC(2100, 0, 2), -1, 0.5, '1']) {
      const cursor = Buffer.from(JSON.stringify(parts.with(at, edited))).toString('base64url');
      const { status, body } = await nhip.get(`${path}&cursor=${cursor}`);
      const isPlace = at > 2 && at < 6 && Number.isSafeInteger(edited) && edited !== -1;
      assert.equal(status, isPlace ? 200 : 400, `${at} ${edited} ${JSON.stringify(body)}`);
    }
  }
});
