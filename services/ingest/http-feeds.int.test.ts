import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { dossierEvent, ingestServer } from './testing/server.ts';
import { standInStore } from './testing/stand-in-store.ts';

const fixture = (name: string) =>
  readFileSync(join(import.meta.dirname, '../../tests/fixtures/edxml', `${name}.xml`), 'utf8');

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

test('a dead letter of the portal is mended as a CloudEvent and keeps its rank', async (t) => {
  const store = standInStore();
  const { app, ingest } = await ingestServer(t, store);
  const { rejected } = (await post(app, 'dvcqg', { data: [record({ NgayTiepNhan: 'hôm qua' })] })).json();
  const [{ deadLetter }] = rejected;
  const event = JSON.parse(Buffer.from((await ingest.deadLetters.get(deadLetter))?.raw ?? []).toString());
  const content = JSON.stringify({
    ...event,
    time: '2026-11-20',
    data: { ...event.data, receivedAt: '2026-11-20' },
  });
  const answer = await app.inject({
    method: 'POST',
    url: `/v1/dead-letters/${deadLetter}/retry`,
    payload: { content },
  });
  assert.equal(answer.json().outcome, 'accepted', answer.body);
  assert.equal(store.events.at(-1)?.metadata.rank, 2);
});

test('too many records are 413', async (t) => {
  const { app } = await ingestServer(t, standInStore(), { bodyBytes: 10_000, batchEvents: 2 });
  const data = [1, 2, 3].map((n) => record({ MaHoSo: `H19.12-261120-000${n}` }));
  assert.equal((await post(app, 'dvcqg', { data })).statusCode, 413);
  assert.equal((await post(app, 'dvcqg', { data: data.slice(1) })).statusCode, 200);
});

test('edXML messages are taken, twice is once', async (t) => {
  const store = standInStore();
  const { app } = await ingestServer(t, store);
  for (const type of ['application/xml', 'text/xml; charset=utf-8']) {
    const answer = await post(app, 'edxml', fixture('document'), type);
    assert.equal(answer.statusCode, 200, answer.body);
  }
  assert.equal((await post(app, 'edxml', fixture('status'), 'application/xml')).json().accepted, 1);
  assert.deepEqual(
    store.events.map(({ type, metadata }) => [type, metadata.source]),
    [
      ['document.exchange.v1', '/feeds/edxml'],
      ['document.exchange.v1', '/feeds/edxml'],
    ],
  );
});

test('a message that is no such dialect is refused whole', async (t) => {
  const store = standInStore();
  const { app } = await ingestServer(t, store);
  const refused = [
    await post(app, 'dvcqg', '{"data": '),
    await post(app, 'dvcqg', { hello: 'world' }),
    await post(app, 'edxml', '<edXML>', 'application/xml'),
    await post(app, 'edxml', 'no XML at all', 'application/xml'),
  ];
  for (const answer of refused) {
    assert.deepEqual([answer.statusCode, answer.json().code], [400, 'unparseable'], answer.body);
  }
  assert.equal((await post(app, 'edxml', '{}', 'application/json')).statusCode, 415);
  assert.equal((await post(app, 'dvcqg', dossierEvent(), 'application/cloudevents+json')).statusCode, 415);
  assert.equal(store.calls, 0);
});
