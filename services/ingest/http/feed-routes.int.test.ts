import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { openEventStore } from '../../../shared/event-store/sqlite/store.ts';
import { dossierEvent, ingestServer, NOW } from '../testing/server.ts';
import { standInStore } from '../testing/stand-in-store.ts';

const post = (app: FastifyInstance, url: string, payload: string | object, type = 'application/json') =>
  app.inject({
    method: 'POST',
    url: `/v1/feeds/${url}`,
    headers: { 'content-type': type },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  });

const record = (changes: Record<string, unknown> = {}) => ({
  MaHoSo: 'H19.12-261120-0001',
  MaTTHC: '2.000635',
  NgayTiepNhan: '20261120093100',
  NgayHenTra: '20261127170000',
  TrangThaiHoSo: '2',
  ChuHoSo: 'an applicant',
  ...changes,
});

test('a record of the national portal becomes events of its dossier, ranked below the local ones', async (t) => {
  const store = standInStore();
  const { app } = await ingestServer(t, store);
  const request = { service: 'DongBoHoSoMC', madonvi: '000.00.12.H19', data: [record()] };
  const first = await post(app, 'dvcqg', request);
  assert.equal(first.statusCode, 200, first.body);
  assert.ok(first.json().accepted > 0);
  for (const { stream, metadata, data } of store.events) {
    assert.equal(stream, 'dossier-H19.12-261120-0001');
    assert.equal(metadata.rank, 2);
    assert.doesNotMatch(data, /applicant/);
  }
  const again = (await post(app, 'dvcqg', request)).json();
  assert.deepEqual([again.accepted, again.duplicates], [0, first.json().accepted]);
});

test('the unit may stand in the query', async (t) => {
  const store = standInStore();
  const { app } = await ingestServer(t, store);
  await post(app, 'dvcqg?MaDinhDanhDV=000.00.12.H19&isUpdating=True', { data: [record()] });
  assert.equal(store.events[0]?.metadata.source, '/feeds/dvcqg/H19.12');
});

test('a bad record is named by its place among the records; its dead letter holds no applicant', async (t) => {
  const store = standInStore();
  const { app, ingest } = await ingestServer(t, store);
  const finished = record({
    NgayKetThucXuLy: '20261126150000',
    NgayTra: '20261127080000',
    TrangThaiHoSo: '10',
  });
  const data = [finished, record({ MaHoSo: 'H19.12-261120-0002', NgayTiepNhan: 'hôm qua' })];
  const { accepted, rejected } = (await post(app, 'dvcqg', { service: 'DongBoHoSoMC', data })).json();
  assert.ok(accepted > 1, 'the first record is several events');
  assert.ok(rejected.length > 0);
  for (const { index, deadLetter } of rejected) {
    assert.equal(index, 1);
    const letter = Buffer.from((await ingest.deadLetters.get(deadLetter))?.raw ?? []).toString();
    assert.match(letter, /H19.12-261120-0002/);
    assert.doesNotMatch(letter, /applicant/);
  }
});

const retry = (app: FastifyInstance, letter: string, content: unknown) =>
  app.inject({
    method: 'POST',
    url: `/v1/dead-letters/${letter}/retry`,
    payload: { content: JSON.stringify(content) },
  });

test('a dead letter of the portal holds all that its record stated, and is mended by the one field that was wrong', async (t) => {
  const store = standInStore();
  const { app, ingest } = await ingestServer(t, store);
  const finished = { NgayKetThucXuLy: '20261126150000', NgayTra: '20261127080000', TrangThaiHoSo: '10' };
  const request = (changes: object) => ({ madonvi: 'H19.12', data: [record({ ...finished, ...changes })] });
  const { accepted, rejected } = (await post(app, 'dvcqg', request({ MaHoSo: null }))).json();
  assert.deepEqual([accepted, rejected.length, rejected[0].pointer], [0, 1, '/data/0/MaHoSo']);
  const content = JSON.parse(
    Buffer.from((await ingest.deadLetters.get(rejected[0].deadLetter))?.raw ?? []).toString(),
  );
  content.data[0].MaHoSo = 'H19.12-261120-0001';
  const answer = await retry(app, rejected[0].deadLetter, content);
  assert.deepEqual([answer.json().state, answer.json().outcome], ['resolved', 'accepted'], answer.body);
  assert.ok(store.events.every(({ metadata }) => metadata.rank === 2));
  const statuses = store.events.map(({ data }) => JSON.parse(data).status);
  assert.deepEqual(statuses, ['received', 'completed', 'returned']);
  const again = (await post(app, 'dvcqg', request({}))).json();
  assert.deepEqual([again.accepted, again.duplicates], [0, 3], 'as if it had been right at once');
});

test('a dead letter of the portal stays open while its record is refused, and keeps what was good', async (t) => {
  const store = standInStore();
  const { app } = await ingestServer(t, store);
  const bad = record({ NgayTiepNhan: 'hôm qua' });
  const { rejected } = (await post(app, 'dvcqg', { data: [bad] })).json();
  const [{ deadLetter }] = rejected;
  const open = await retry(app, deadLetter, {
    data: [{ ...bad, NgayTiepNhan: 'hôm kia', NgayTra: '20261127' }],
  });
  assert.equal(open.json().state, 'open');
  assert.deepEqual(
    open.json().faults.map(({ pointer, was }: { pointer: string; was: string }) => [pointer, was]),
    [['/data/0/NgayTiepNhan', '"hôm kia"']],
  );
  assert.deepEqual(
    store.events.map(({ data }) => JSON.parse(data).status),
    ['returned'],
  );
  assert.equal((await retry(app, deadLetter, { data: [] })).json().state, 'open');
  const { MaHoSo, TrangThaiHoSo } = bad;
  const done = await retry(app, deadLetter, { data: [{ MaHoSo, TrangThaiHoSo, NgayTiepNhan: '20261120' }] });
  assert.equal(done.json().state, 'resolved', done.body);
});

test('a dead letter of the portal may be mended as a CloudEvent too', async (t) => {
  const store = standInStore();
  const { app } = await ingestServer(t, store);
  const { rejected } = (await post(app, 'dvcqg', { data: [record({ MaHoSo: '' })] })).json();
  const event = dossierEvent({ source: '/feeds/dvcqg/national' });
  const answer = await retry(app, rejected[0].deadLetter, event);
  assert.equal(answer.json().outcome, 'accepted', answer.body);
  assert.equal(store.events.at(-1)?.metadata.rank, 2);
});

test('a mended letter of the portal keeps its unit, feed and service where the mended content names none', async (t) => {
  // Its code names no unit.
  const alone = record({ MaHoSo: 'SD-1' });
  const both = record({ MaHoSo: 'SD-1', TrangThai: '4', ThoiDiemXuLy: '20261121093100' });
  const address = 'dvcqg?MaDinhDanhDV=H19.12&service=CapNhatTienDoHoSoMC';
  const sentAndMended: readonly (readonly [string, string | object, object, string])[] = [
    [address, [{ ...both, MaHoSo: null }], { data: [both] }, 'in-progress'],
    [address, [{ ...both, MaHoSo: null }], [both], 'in-progress'],
    ['dvcqg?MaDonVi=H19.12&MaDinhDanhDV=', '{"data": ', [alone], 'received'],
    ['dvcqg?MaDinhDanhDV=H19.12', { hello: 'world' }, [alone], 'received'],
    ['dvcqg', { madonvi: 'H19.12', service: 'x', data: [] }, [alone], 'received'],
  ];
  for (const [url, sent, mended, status] of sentAndMended) {
    const store = standInStore();
    const { app, ingest } = await ingestServer(t, store);
    await post(app, url, sent);
    const [letter] = (await ingest.deadLetters.list({ limit: 2 })).items;
    const answer = await retry(app, letter?.id ?? '', mended);
    assert.equal(answer.json().state, 'resolved', answer.body);
    assert.deepEqual(
      store.events.map(({ metadata, data }) => [
        metadata.source,
        JSON.parse(data).unitId,
        JSON.parse(data).status,
      ]),
      [['/feeds/dvcqg/H19.12', 'H19.12', status]],
      JSON.stringify(sent),
    );
    if (url !== 'dvcqg') assert.equal(letter?.source, '/feeds/dvcqg/H19.12');
  }
  const store = standInStore();
  const { app } = await ingestServer(t, store);
  const { rejected } = (await post(app, 'dvcqg?MaDinhDanhDV=H19.12', [record({ MaHoSo: null })])).json();
  await retry(app, rejected[0].deadLetter, { madonvi: 'H19.13', data: [alone] });
  assert.equal(store.events[0]?.metadata.source, '/feeds/dvcqg/H19.13', 'a unit that is named anew is taken');
});

test('an array of records is taken as the data of a request, and a fault points into what was sent', async (t) => {
  const store = standInStore();
  const { app } = await ingestServer(t, store);
  const url = 'dvcqg?MaDinhDanhDV=000.00.12.H19&isUpdating=True';
  const step = { MaHoSo: 'H19.12-261120-0001', TrangThai: '4', ThoiDiemXuLy: '20261121093100' };
  const sent = [record(), step, record({ NgayKetThucXuLy: '20261340' }), null];
  const answer = (await post(app, url, sent)).json();
  assert.ok(answer.accepted >= 2);
  assert.ok(store.events.every(({ metadata }) => metadata.source === '/feeds/dvcqg/H19.12'));
  assert.deepEqual(
    answer.rejected.map(({ index, pointer }: { index: number; pointer: string }) => [index, pointer]),
    [
      [2, '/2/NgayKetThucXuLy'],
      [3, '/3'],
    ],
  );
  assert.match(answer.rejected[0].detail, /^\/2\/NgayKetThucXuLy: a date .*, but was "20261340"$/);
  const whole = (await post(app, 'dvcqg?MaDinhDanhDV=H19.12', { data: sent })).json();
  assert.deepEqual([whole.accepted, whole.rejected[0].pointer], [0, '/data/2/NgayKetThucXuLy']);
  assert.equal(whole.rejected[0].deadLetter, answer.rejected[0].deadLetter);
});

test('an answer lists the names whose values were dropped, each once', async (t) => {
  const { app } = await ingestServer(t, standInStore());
  const answer = await post(app, 'dvcqg', {
    data: [record({ GhiChu: 'x', TrangThai: '4' }), record({ MaHoSo: 'H19.12-261120-0002', Email: 'x' })],
  });
  assert.deepEqual(answer.json().dropped, ['ChuHoSo', 'GhiChu', 'TrangThai', 'Email']);
});

test('records that the first version stored are duplicates when they come again', async (t) => {
  const file = join(import.meta.dirname, '../../../tests/fixtures/dvcqg/stored-by-first-version.json');
  const { requests, stored } = JSON.parse(readFileSync(file, 'utf8'));
  const folder = mkdtempSync(join(tmpdir(), 'nhip-portal-'));
  const store = await openEventStore(join(folder, 'events.db'));
  t.after(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  await store.record(stored, NOW);
  const { app } = await ingestServer(t, store);
  const answers: { accepted: number; duplicates: number; rejected: unknown[] }[] = [];
  for (const request of requests) answers.push((await post(app, 'dvcqg', request)).json());
  const total = (of: (answer: (typeof answers)[number]) => number) =>
    answers.map(of).reduce((sum, one) => sum + one, 0);
  assert.deepEqual(
    answers.flatMap(({ rejected }) => rejected),
    [],
  );
  assert.deepEqual(
    [total(({ accepted }) => accepted), total(({ duplicates }) => duplicates)],
    [0, stored.length],
  );
});

test('every refused record is a dead letter of its own', async (t) => {
  const { app, ingest } = await ingestServer(t, standInStore());
  const camel = (code: number) => ({ maHoSo: `H19.12-261120-000${code}`, trangThaiHoSo: '2' });
  const { rejected } = (await post(app, 'dvcqg', [camel(1), camel(2), camel(3), null, 5])).json();
  const letters: string[] = rejected.map(({ deadLetter }: { deadLetter: string }) => deadLetter);
  assert.equal(new Set(letters).size, 5);
  const contents = [];
  for (const letter of letters) {
    contents.push(
      JSON.parse(Buffer.from((await ingest.deadLetters.get(letter))?.raw ?? []).toString()).data[0],
    );
  }
  assert.deepEqual(contents, [camel(1), camel(2), camel(3), null, 5]);
});

test('the address may name the unit and the service, and a name there in other letters is refused', async (t) => {
  const store = standInStore();
  const { app } = await ingestServer(t, store);
  const both = { ...record(), TrangThai: '4', ThoiDiemXuLy: '20261121093100' };
  await post(app, 'dvcqg?MaDonVi=H19.12&service=CapNhatTienDoHoSoMC', [both]);
  assert.deepEqual(
    store.events.map(({ data, metadata }) => [JSON.parse(data).status, metadata.source]),
    [['in-progress', '/feeds/dvcqg/H19.12']],
  );
  const refused = await post(app, 'dvcqg?madinhdanhdv=H19.12', [both]);
  assert.equal(refused.statusCode, 400);
  assert.match(refused.body, /madinhdanhdv.*the name MaDinhDanhDV/);
  assert.equal((await post(app, 'dvcqg?service=TraCuuHoSo', [both])).statusCode, 400);
});

test('too many records are 413', async (t) => {
  const { app } = await ingestServer(t, standInStore(), { bodyBytes: 10_000, batchEvents: 2 });
  const data = [1, 2, 3].map((n) => record({ MaHoSo: `H19.12-261120-000${n}` }));
  assert.equal((await post(app, 'dvcqg', { data })).statusCode, 413);
  assert.equal((await post(app, 'dvcqg', { data: data.slice(1) })).statusCode, 200);
});

test('a message that is no such dialect is refused whole', async (t) => {
  const store = standInStore();
  const { app } = await ingestServer(t, store);
  const refused = [await post(app, 'dvcqg', '{"data": '), await post(app, 'dvcqg', { hello: 'world' })];
  for (const answer of refused) {
    assert.deepEqual([answer.statusCode, answer.json().code], [400, 'unparseable'], answer.body);
  }
  assert.equal((await post(app, 'dvcqg', dossierEvent(), 'application/cloudevents+json')).statusCode, 415);
  assert.equal(store.calls, 0);
});
