import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CloudEvent, HTTP } from 'cloudevents';
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { StoreError } from '../../../shared/kernel/store-error.ts';
import { openByType } from '../testing/open-by-type.ts';
import { dossierEvent, ingestServer, NOW } from '../testing/server.ts';
import { standInStore } from '../testing/stand-in-store.ts';

const STRUCTURED = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';
const PLAIN = 'application/json';

const post = (app: FastifyInstance, body: unknown, type = STRUCTURED, headers: Record<string, string> = {}) =>
  app.inject({
    method: 'POST',
    url: '/v1/events',
    headers: { 'content-type': type, ...headers },
    payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  });

test('a good event is accepted, once it is in the store', async (t) => {
  const store = standInStore();
  const { app } = await ingestServer(t, store);
  const answer = await post(app, dossierEvent());
  assert.equal(answer.statusCode, 200);
  assert.deepEqual(answer.json(), { accepted: 1, duplicates: 0, rejected: [], dropped: [], position: '1' });
  assert.equal(store.events[0]?.stream, 'dossier-H19.12-261120-0001');
  assert.deepEqual(store.recordedAts, [NOW]);
});

test('the same event a hundred times is one event', async (t) => {
  const store = standInStore();
  const { app } = await ingestServer(t, store);
  const first = await post(
    app,
    Array.from({ length: 100 }, () => dossierEvent()),
    BATCH,
  );
  assert.deepEqual(first.json(), { accepted: 1, duplicates: 99, rejected: [], dropped: [], position: '1' });
  const again = await post(app, dossierEvent());
  assert.deepEqual(again.json(), { accepted: 0, duplicates: 1, rejected: [], dropped: [], position: '1' });
  assert.equal(store.events.length, 1);
});

test('two feeds may use one id for one dossier: two events', async (t) => {
  const store = standInStore();
  const { app } = await ingestServer(t, store);
  const answer = await post(app, [dossierEvent(), dossierEvent({ source: '/feeds/dvcqg/h19' })], BATCH);
  assert.equal(answer.json().accepted, 2);
  assert.deepEqual(
    store.events.map(({ stream, metadata }) => [stream, metadata.feed, metadata.rank]),
    [
      ['dossier-H19.12-261120-0001', '/one-stop/h19', 1],
      ['dossier-H19.12-261120-0001', '/feeds/dvcqg/h19', 2],
    ],
  );
});

test('an id reused for other content is a dead letter, never a duplicate', async (t) => {
  const { app, ingest } = await ingestServer(t, standInStore());
  await post(app, dossierEvent());
  const answer = (await post(app, dossierEvent({}, { status: 'completed' }))).json();
  assert.deepEqual([answer.accepted, answer.duplicates], [0, 0]);
  const [{ index, code, pointer, deadLetter }] = answer.rejected;
  assert.deepEqual([index, code, pointer], [0, 'id-reused', '/id']);
  const letter = await ingest.deadLetters.get(deadLetter);
  assert.equal(letter?.type, 'dossier.status.v1');
  assert.equal(JSON.parse(Buffer.from(letter?.raw ?? []).toString()).data.status, 'completed');
});

test('a poison among good ones is named by its place; the others are taken in order', async (t) => {
  const store = standInStore();
  const { app, ingest } = await ingestServer(t, store);
  const good = (id: string) => dossierEvent({ id });
  const batch = [
    good('a'),
    dossierEvent({ id: 'bad' }, { status: 'eaten/by~the dog' }),
    good('b'),
    { nonsense: 12345678901234567890n.toString() },
    good('c'),
    dossierEvent({ id: 'd', type: 'weather.v1' }),
  ];
  const answer = (await post(app, batch, BATCH)).json();
  assert.deepEqual([answer.accepted, answer.duplicates], [3, 0]);
  assert.deepEqual(
    answer.rejected.map((each: { index: number; code: string; pointer: string }) => [
      each.index,
      each.code,
      each.pointer,
    ]),
    [
      [1, 'data-invalid', '/data/status'],
      [3, 'envelope-invalid', '/specversion'],
      [5, 'type-unknown', '/type'],
    ],
  );
  assert.deepEqual(
    store.events.map(({ metadata }) => metadata.sourceId),
    ['a', 'b', 'c'],
  );
  assert.deepEqual([...(await openByType(ingest.deadLetters))].sort(), [
    ['', 1],
    ['dossier.status.v1', 1],
    ['weather.v1', 1],
  ]);
});

test('a batch of nothing but poison is still answered 200', async (t) => {
  const { app } = await ingestServer(t, standInStore());
  const answer = await post(app, [1, null, 'x'], BATCH);
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.json().rejected.length, 3);
  assert.equal(answer.json().position, '0');
});

test('a dead letter keeps the very text of its element', async (t) => {
  const { app, ingest } = await ingestServer(t, standInStore());
  const odd = '{"specversion": "1.0", "n": 12345678901234567890.10, "s": "] , \\" ["}';
  const { rejected } = (await post(app, `[ ${odd}\n, {"a":[{}]} ]`, BATCH)).json();
  const letters = await Promise.all(
    rejected.map(({ deadLetter }: { deadLetter: string }) => ingest.deadLetters.get(deadLetter)),
  );
  const texts = letters.map((letter) => Buffer.from(letter?.raw ?? []).toString());
  assert.deepEqual(texts, [odd, '{"a":[{}]}']);
});

test('an empty batch is a batch', async (t) => {
  const { app } = await ingestServer(t, standInStore());
  assert.deepEqual((await post(app, [], BATCH)).json(), {
    accepted: 0,
    duplicates: 0,
    rejected: [],
    dropped: [],
    position: '0',
  });
});

test('application/json may hold one event or an array of them', async (t) => {
  const { app } = await ingestServer(t, standInStore());
  assert.equal((await post(app, dossierEvent(), PLAIN)).json().accepted, 1);
  assert.equal(
    (await post(app, [dossierEvent({ id: 'e-2' })], 'Application/JSON; charset=UTF-8')).json().accepted,
    1,
  );
});

test('the public SDK is understood in structured, batch and binary mode, as one and the same event', async (t) => {
  const store = standInStore();
  const { app } = await ingestServer(t, store);
  const event = new CloudEvent({ ...dossierEvent({ subject: 'H19.12-261120-0001' }) });
  const send = ({ headers, body }: { headers: object; body: unknown }) =>
    app.inject({ method: 'POST', url: '/v1/events', headers: { ...headers }, payload: String(body) });
  assert.equal((await send(HTTP.structured(event))).json().accepted, 1);
  assert.equal((await send(HTTP.binary(event))).json().duplicates, 1);
  const batch = {
    headers: { 'content-type': BATCH },
    body: JSON.stringify([event, event.cloneWith({ id: 'e-2' })]),
  };
  assert.deepEqual((await send(batch)).json(), {
    accepted: 1,
    duplicates: 1,
    rejected: [],
    dropped: [],
    position: '2',
  });
});

test('attributes in headers are unquoted and percent-decoded', async (t) => {
  const store = standInStore();
  const { app } = await ingestServer(t, store);
  const { data, specversion, time, type } = dossierEvent();
  const answer = await post(app, data, PLAIN, {
    'ce-specversion': String(specversion),
    'ce-type': String(type),
    'ce-time': String(time),
    'ce-id': '"100%25 \\"a\\""',
    'ce-source': '/m%E1%BB%99t-c%E1%BB%ADa',
  });
  assert.equal(answer.json().accepted, 1);
  assert.equal(store.events[0]?.metadata.source, '/một-cửa');
  assert.equal(store.events[0]?.metadata.sourceId, '100% "a"');
});

test('an attribute that is not printable ASCII, or badly percent-encoded, is refused by its name', async (t) => {
  const store = standInStore();
  const { app } = await ingestServer(t, store);
  const { data, specversion, time, type } = dossierEvent();
  const attributes = {
    'ce-specversion': String(specversion),
    'ce-type': String(type),
    'ce-time': String(time),
  };
  for (const source of ['/100%', '/%zz', '/%E1%BB', '/%ff', '/một', '/m\u00f4t']) {
    const headers = { ...attributes, 'ce-id': 'e-1', 'ce-source': source };
    const answer = await post(app, data, PLAIN, headers);
    const { code, errors } = answer.json();
    assert.deepEqual(
      [answer.statusCode, code, errors?.[0]?.pointer],
      [400, 'request-invalid', '/ce-source'],
      source,
    );
  }
  assert.deepEqual(store.events, []);
});

test('in binary mode the data is any JSON by its media type; without attributes such a type is refused', async (t) => {
  const { app } = await ingestServer(t, standInStore());
  const { data, id, source, specversion, time, type } = dossierEvent();
  const attributes = Object.fromEntries(
    Object.entries({ id, source, specversion, time, type }).map(([name, value]) => [
      `ce-${name}`,
      String(value),
    ]),
  );
  const types = [PLAIN, 'application/vnd.nhip.status+json', 'Application/Problem+JSON; charset="utf-8"'];
  for (const mediaType of types) {
    const { accepted, duplicates } = (await post(app, data, mediaType, attributes)).json();
    assert.equal(accepted + duplicates, 1, mediaType);
  }
  assert.equal((await post(app, dossierEvent(), 'application/vnd.nhip.status+json')).statusCode, 415);
});

test('data as base64 is taken as the data that it holds; beside data it is refused', async (t) => {
  const store = standInStore();
  const { app } = await ingestServer(t, store);
  const { data, ...event } = dossierEvent();
  const data_base64 = Buffer.from(JSON.stringify(data)).toString('base64');
  assert.equal(
    (await post(app, { ...event, data_base64 }, 'application/cloudevents+json')).json().accepted,
    1,
  );
  assert.equal((await post(app, { ...event, data }, 'application/cloudevents+json')).json().duplicates, 1);
  const both = (await post(app, { ...event, data, data_base64 }, 'application/cloudevents+json')).json();
  assert.deepEqual([both.rejected[0].code, both.rejected[0].pointer], ['envelope-invalid', '/data_base64']);
});

test('a body that cannot be read is refused whole, saying where, and kept as a dead letter', async (t) => {
  const store = standInStore();
  const { app, ingest } = await ingestServer(t, store);
  const bodies: [string | Buffer, string, RegExp][] = [
    ['{"id": ', STRUCTURED, /not JSON: .*end of JSON/i],
    ['[{"id": 1} {"id": 2}]', BATCH, /position 11/],
    [Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d]), STRUCTURED, /not UTF-8 at byte 2/],
    ['', STRUCTURED, /not JSON/],
    [JSON.stringify(dossierEvent()), BATCH, /should be an array/],
    [JSON.stringify([dossierEvent()]), STRUCTURED, /cloudevents-batch/],
  ];
  for (const [body, type, where] of bodies) {
    const answer = await post(app, body, type);
    assert.equal(answer.statusCode, 400, String(body));
    assert.match(answer.headers['content-type'] ?? '', /^application\/problem\+json/);
    assert.equal(answer.json().type, '/problems/unparseable');
    assert.match(answer.json().detail, where);
    const letter = await ingest.deadLetters.get(answer.json().deadLetter);
    assert.deepEqual(Buffer.from(letter?.raw ?? []), Buffer.from(body), 'kept as it came');
  }
  assert.equal(store.calls, 0);
  assert.deepEqual([...(await openByType(ingest.deadLetters))], [['', bodies.length]]);
});

test('data that cannot be read are kept within their event, where they can be mended', async (t) => {
  const { app, ingest } = await ingestServer(t, standInStore());
  const { data: _, ...attributes } = dossierEvent();
  const headers = Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [`ce-${name}`, String(value)]),
  );
  const answer = await post(app, '{"dossierId": ', PLAIN, headers);
  assert.equal(answer.statusCode, 400);
  const letter = await ingest.deadLetters.get(answer.json().deadLetter);
  assert.deepEqual(
    [letter?.source, letter?.type, letter?.faults[0]?.pointer],
    ['/one-stop/h19', 'dossier.status.v1', '/data'],
  );
  const kept = JSON.parse(Buffer.from(letter?.raw ?? []).toString());
  assert.deepEqual([kept.id, atob(kept.data_base64)], ['e-1', '{"dossierId": ']);
});

test('what is refused for another reason than its body is not kept; what cannot be kept now is not acknowledged', async (t) => {
  const store = standInStore();
  const { app, ingest } = await ingestServer(t, store, { bodyBytes: 1_000, batchEvents: 1 });
  assert.equal((await post(app, 'x'.repeat(1_001))).statusCode, 413);
  assert.equal((await post(app, '<a/>', 'application/xml')).statusCode, 415);
  assert.equal((await post(app, [dossierEvent(), dossierEvent()], BATCH)).statusCode, 413);
  assert.equal((await openByType(ingest.deadLetters)).size, 0);
  const { keep } = ingest.deadLetters;
  ingest.deadLetters.keep = () => Promise.reject(new StoreError('unavailable', 'as the test asked'));
  assert.equal((await post(app, '{')).statusCode, 503);
  ingest.deadLetters.keep = keep;
});

test('JSON that is no object is an event with nothing in it, as in a batch', async (t) => {
  const { app } = await ingestServer(t, standInStore());
  for (const [body, type] of [
    ['5', PLAIN],
    ['null', STRUCTURED],
    ['[null]', BATCH],
  ] as const) {
    const answer = (await post(app, body, type)).json();
    assert.deepEqual([answer.rejected[0].code, answer.rejected[0].pointer], ['envelope-invalid', ''], body);
  }
});

test('headers of an event that are not complete are told like those of an event', async (t) => {
  const { app } = await ingestServer(t, standInStore());
  const answer = (await post(app, dossierEvent().data, PLAIN, { 'ce-specversion': '1.0' })).json();
  assert.deepEqual([answer.rejected[0].code, answer.rejected[0].pointer], ['envelope-invalid', '/id']);
});

test('no bytes at all make it fail', async (t) => {
  const { app } = await ingestServer(t, standInStore());
  const bytes = fc.oneof(
    fc.uint8Array().map((array) => Buffer.from(array)),
    fc.json().map((text) => Buffer.from(text)),
  );
  await fc.assert(
    fc.asyncProperty(bytes, fc.constantFrom(STRUCTURED, BATCH, PLAIN), async (body, type) => {
      const { statusCode } = await post(app, body, type);
      assert.ok(statusCode === 200 || statusCode === 400, `${statusCode}`);
    }),
  );
});

test('a byte order mark is no fault', async (t) => {
  const { app } = await ingestServer(t, standInStore());
  assert.equal((await post(app, `\uFEFF${JSON.stringify(dossierEvent())}`)).json().accepted, 1);
});

test('too many bytes and too many events are 413, and nothing is stored', async (t) => {
  const store = standInStore();
  const { app } = await ingestServer(t, store, { bodyBytes: 2_000, batchEvents: 3 });
  const long = await post(app, dossierEvent({}, { reason: 'x'.repeat(2_000) }));
  assert.deepEqual([long.statusCode, long.json().code], [413, 'body-too-large']);
  const four = ['a', 'b', 'c', 'd'].map((id) => dossierEvent({ id }));
  const many = await post(app, four, BATCH);
  assert.deepEqual([many.statusCode, many.json().code], [413, 'batch-too-large']);
  assert.match(many.json().detail, /At most 3 .* 4/);
  assert.equal(store.calls, 0);
  assert.equal((await post(app, four.slice(1), BATCH)).json().accepted, 3);
});

test('another media type or charset is 415', async (t) => {
  const { app } = await ingestServer(t, standInStore());
  for (const type of [
    'text/plain',
    'application/xml',
    'application/avro',
    'application/json; charset=utf-16',
  ]) {
    const answer = await post(app, JSON.stringify(dossierEvent()), type);
    assert.deepEqual([answer.statusCode, answer.json().code], [415, 'media-type-unsupported'], type);
  }
});

test('a full disk is 507, a store that does not answer 503 with Retry-After; the same again is then taken', async (t) => {
  const store = standInStore();
  const { app, ingest } = await ingestServer(t, store);
  const batch = [dossierEvent(), { poison: true }];
  store.failWith = 'full';
  const full = await post(app, batch, BATCH);
  assert.deepEqual([full.statusCode, full.json().code], [507, 'store-full']);
  store.failWith = 'unavailable';
  const away = await post(app, batch, BATCH);
  assert.deepEqual(
    [away.statusCode, away.json().code, away.headers['retry-after']],
    [503, 'unavailable', '5'],
  );
  assert.equal((await openByType(ingest.deadLetters)).size, 0, 'nothing is half acknowledged');
  store.failWith = undefined;
  const answer = (await post(app, batch, BATCH)).json();
  assert.deepEqual([answer.accepted, answer.rejected.length], [1, 1]);
});

test('a failure without a name is 500 and tells nothing of the inside', async (t) => {
  const store = standInStore();
  const { app } = await ingestServer(t, store);
  store.record = async () => {
    throw new Error('secret path /var/lib');
  };
  const answer = await post(app, dossierEvent());
  assert.equal(answer.statusCode, 500);
  assert.doesNotMatch(answer.body, /secret/);
});

test('parallel posts of overlapping batches store each event once', async (t) => {
  const store = standInStore();
  const { app } = await ingestServer(t, store);
  const event = (n: number) => dossierEvent({ id: `e-${n}` });
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, start) =>
      post(
        app,
        Array.from({ length: 50 }, (_, n) => event(start * 10 + n)),
        BATCH,
      ),
    ),
  );
  const accepted = answers.reduce((sum, answer) => sum + answer.json().accepted, 0);
  assert.equal(accepted, 19 * 10 + 50);
  assert.equal(store.events.length, 19 * 10 + 50);
});

test('what became of it is counted, and labels cannot be invented without end', async (t) => {
  const { app } = await ingestServer(t, standInStore());
  const strange = Array.from({ length: 30 }, (_, n) => dossierEvent({ type: `invented-${n}` }));
  const refused = [dossierEvent({ id: 'e-2' }, { status: 'no' }), 7];
  await post(app, [dossierEvent({}, { ChuHoSo: 'x' }), dossierEvent(), ...refused, ...strange], BATCH);
  const lines = (await app.inject({ url: '/metrics' })).body
    .split('\n')
    .filter((line) => line.startsWith('nhip_'));
  for (const expected of [
    'nhip_ingest_events_total{type="dossier.status.v1",outcome="accepted"} 1',
    'nhip_ingest_events_total{type="dossier.status.v1",outcome="duplicate"} 1',
    'nhip_ingest_events_total{type="dossier.status.v1",outcome="rejected"} 1',
    'nhip_ingest_events_total{type="unit.declared.v1",outcome="accepted"} 0',
    'nhip_ingest_events_total{type="unknown",outcome="rejected"} 31',
    'nhip_dead_letters_open{type="unknown"} 31',
    'nhip_ingest_dropped_fields_total{field="ChuHoSo"} 1',
  ]) {
    assert.ok(lines.includes(expected), expected);
  }
});

test('a body of no media type is 415', async (t) => {
  const { app } = await ingestServer(t, standInStore());
  const answer = await app.inject({
    method: 'POST',
    url: '/v1/events',
    payload: JSON.stringify(dossierEvent()),
    headers: { 'content-type': '' },
  });
  assert.equal(answer.statusCode, 415);
});

test('a body nested a hundred thousand deep stops nothing', async (t) => {
  const { app } = await ingestServer(t, standInStore());
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const answer = await post(app, `[{"id": ${deep}}, ${JSON.stringify(dossierEvent())}]`, BATCH);
  assert.deepEqual([answer.statusCode, answer.json().accepted, answer.json().rejected.length], [200, 1, 1]);
});

test('neither does one that comes in binary mode; its dead letter has the data as it was written', async (t) => {
  const { app, ingest } = await ingestServer(t, standInStore());
  const deep = `{"n":1.0,"deep":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  const headers = { 'content-type': PLAIN, 'ce-specversion': '1.0', 'ce-id': 'x', 'ce-data': 'no attribute' };
  const answer = await app.inject({ method: 'POST', url: '/v1/events', headers, payload: deep });
  assert.equal(answer.statusCode, 200);
  const raw = (await ingest.deadLetters.get(answer.json().rejected[0].deadLetter))?.raw ?? new Uint8Array();
  assert.equal(
    Buffer.from(raw).toString('utf8'),
    `{"specversion":"1.0","id":"x","datacontenttype":"application/json","data":${deep}}`,
  );
});

test('an answer lists the names that were dropped, once each and of a bounded number; never a value', async (t) => {
  const { app } = await ingestServer(t, standInStore());
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`field${index}`, 1]));
  const applicant = { DueDate: '2026-11-27', ChuHoSo: 'Nguyễn Văn A', 'Nguyễn Văn A': true };
  const one = await post(
    app,
    [dossierEvent({ partitionkey: 'k' }, applicant), dossierEvent({}, applicant)],
    BATCH,
  );
  assert.deepEqual(one.json().dropped, ['partitionkey', 'DueDate', 'ChuHoSo', '(other)']);
  assert.doesNotMatch(one.body, /Nguyễn/);
  const other = await post(app, dossierEvent({ id: 'e-2' }, many));
  assert.equal(other.json().dropped.length, 50);
});

test('a due date whose name is misspelt by case is refused, and its letter can be mended', async (t) => {
  const { app } = await ingestServer(t, standInStore());
  const answer = (await post(app, dossierEvent({}, { DueAt: '2026-11-27' }))).json();
  assert.deepEqual([answer.accepted, answer.rejected[0].pointer], [0, '/data/DueAt']);
  assert.match(answer.rejected[0].detail, /dueAt/);
  const mended = JSON.stringify(dossierEvent({}, { dueAt: '2026-11-27', dueBasis: null, reason: null }));
  const retried = await app.inject({
    method: 'POST',
    url: `/v1/dead-letters/${answer.rejected[0].deadLetter}/retry`,
    payload: { content: mended },
  });
  assert.equal(retried.json().outcome, 'accepted', retried.body);
});
