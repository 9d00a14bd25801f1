import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { ingestServer } from '../testing/server.ts';
import { standInStore } from '../testing/stand-in-store.ts';

const FIXTURES = join(import.meta.dirname, '../../../tests/fixtures/edxml');
const fixture = (name: string) => readFileSync(join(FIXTURES, name), 'utf8');

const post = (app: FastifyInstance, payload: string | Buffer, type: string) =>
  app.inject({ method: 'POST', url: '/v1/feeds/edxml', headers: { 'content-type': type }, payload });

const contentOf = (letter: { raw: Uint8Array } | undefined) => Buffer.from(letter?.raw ?? []).toString();

test('edXML messages of every form are taken, twice is once', async (t) => {
  const store = standInStore();
  const { app } = await ingestServer(t, store);
  const provincial = fixture('provincial-attachments.edxml');
  const [header = '', ...parts] = provincial.split('\n\n');
  const messages: readonly (readonly [string, string])[] = [
    [fixture('document.xml'), 'application/xml'],
    [fixture('status.xml'), 'text/xml; charset=utf-8'],
    [fixture('soap-document.xml'), 'application/soap+xml'],
    [fixture('gateway-status.xml'), 'application/xml'],
    [JSON.stringify(JSON.parse(fixture('kinds.json'))['status-03']), 'application/json'],
    [provincial, 'message/rfc822'],
    [provincial, 'text/plain'],
    [provincial, 'application/octet-stream'],
    [provincial, 'text/xml'],
    [provincial, 'multipart/related'],
    [parts.join('\n\n'), header.replace('Content-type: ', '')],
  ];
  for (const [message, type] of messages) {
    const answer = await post(app, message, type);
    assert.equal(answer.statusCode, 200, `${type}: ${answer.body}`);
    assert.deepEqual(answer.json().rejected, [], type);
    const again = (await post(app, message, type)).json();
    assert.deepEqual([again.accepted, again.duplicates > 0], [0, true], type);
  }
  assert.deepEqual(
    [...new Set(store.events.map(({ type, metadata }) => `${type} ${metadata.source}`))],
    ['document.exchange.v1 /feeds/edxml'],
  );
  assert.equal(store.events.filter(({ stream }) => stream === 'document-01.23.H19,2015-09-04,12').length, 1);
});

test('what is no edXML message is refused whole, by name', async (t) => {
  const store = standInStore();
  const { app } = await ingestServer(t, store);
  const good = fixture('provincial-document.edxml');
  const refused: readonly (readonly [string | Buffer, string, RegExp])[] = [
    ['<edXML>', 'application/xml', /well-formed XML/],
    ['no XML at all', 'application/xml', /XML, MIME multipart\/related or JSON/],
    ['{}', 'application/json', /header/],
    ['{"header": {} // ghi chú\n}', 'application/json', /JSON, which has no comments/],
    ['{"header_messageheader_from_organid": "H19"}', 'application/json', /flat form/],
    ['{"data": {}, "ErrorCode": "5"}', 'application/json', /ErrorCode/],
    [good.slice(0, -12), 'multipart/related', /no closing delimiter/],
    [good.replace('Content-type:', 'X-type:'), 'text/plain', /multipart\/related/],
    [Buffer.from(`\ufeff${fixture('status.xml')}`, 'utf16le'), 'application/xml', /UTF-16/],
    [Buffer.from(fixture('document.xml'), 'latin1'), 'application/xml', /UTF-8/],
  ];
  for (const [message, type, expected] of refused) {
    const answer = await post(app, message, type);
    assert.deepEqual([answer.statusCode, answer.json().code], [400, 'unparseable'], answer.body);
    assert.match(answer.json().detail, expected);
  }
  assert.equal((await post(app, '<a/>', 'application/pdf')).statusCode, 415);
  assert.equal(store.events.length, 0);
});

test('a body that is no message is kept whole; tried again it gives the same verdict, and mended it is taken', async (t) => {
  const store = standInStore();
  const { app, ingest } = await ingestServer(t, store);
  const [header = '', ...parts] = fixture('provincial-document.edxml').split('\n\n');
  const cut = parts.join('\n\n').slice(0, -12);
  const type = header.replace('Content-type: ', '');
  const refused = (await post(app, cut, type)).json();
  const id: string = refused.deadLetter;
  const letter = await ingest.deadLetters.get(id);
  assert.deepEqual(
    [letter?.source, letter?.type, letter?.faults[0]?.code],
    ['/feeds/edxml', 'document.exchange.v1', 'unparseable'],
  );
  const retry = (content?: string) =>
    app.inject({ method: 'POST', url: `/v1/dead-letters/${id}/retry`, payload: content ? { content } : {} });
  const again = (await retry()).json();
  assert.deepEqual([again.state, again.faults[0].was], ['open', letter?.faults[0]?.was]);
  const done = (await retry(`${contentOf(letter)}${fixture('provincial-document.edxml').slice(-12)}`)).json();
  assert.deepEqual(
    [done.state, done.outcome, store.events.length],
    ['resolved', 'accepted', 3],
    JSON.stringify(done),
  );
});

test('what is not read of a message is told by name, once, never by value', async (t) => {
  const { app } = await ingestServer(t, standInStore());
  const xml = await post(app, fixture('provincial-document.edxml'), 'text/plain');
  const { dropped } = xml.json();
  assert.ok(dropped.includes('MessageHeader.To.OrganName') && dropped.includes('DigitalSignature'), xml.body);
  assert.equal(new Set(dropped).size, dropped.length);
  assert.doesNotMatch(xml.body, /Nguyễn|Sở mẫu/);
  const kinds = JSON.parse(fixture('kinds.json'));
  const json = await post(app, JSON.stringify([kinds.new, kinds['status-01']]), 'application/json');
  assert.ok(json.json().dropped.includes('Status.staffinfo'), json.body);
});

test('a fault points into the message that was sent; what is good of it is taken; its letter is mended and tried again', async (t) => {
  const store = standInStore();
  const { app, ingest } = await ingestServer(t, store);
  const recipient = '<edXML:OrganId>00.06.H19</edXML:OrganId>';
  const bad = fixture('provincial-document.edxml').replace(recipient, '');
  const answer = (await post(app, bad, 'text/plain')).json();
  assert.deepEqual([answer.accepted, answer.rejected.length], [2, 1]);
  const [refusal] = answer.rejected;
  assert.deepEqual([refusal.index, refusal.pointer], [0, '/Envelope/Header/MessageHeader/To/0/OrganId']);

  const letter = contentOf(await ingest.deadLetters.get(refusal.deadLetter));
  assert.doesNotMatch(letter, /Nguyễn|vanthu|Sở mẫu/, 'people and names stay out');
  const retry = (content?: string) =>
    app.inject({
      method: 'POST',
      url: `/v1/dead-letters/${refusal.deadLetter}/retry`,
      payload: content ? { content } : {},
    });
  const open = (await retry()).json();
  assert.deepEqual([open.state, open.faults[0].pointer], ['open', '/header/MessageHeader/To/0/OrganId']);
  const mended = JSON.parse(letter);
  mended.header.MessageHeader.To[0] = { OrganId: '00.06.H19' };
  const done = (await retry(JSON.stringify(mended))).json();
  assert.deepEqual([done.state, done.outcome], ['resolved', 'accepted'], JSON.stringify(done));
  const whole = (await post(app, fixture('provincial-document.edxml'), 'text/plain')).json();
  assert.deepEqual([whole.accepted, whole.duplicates], [0, 3], 'as if it had been right at once');
});

test('a letter of the axis is mended as the message that its sender corrected, or as a CloudEvent', async (t) => {
  const { app } = await ingestServer(t, standInStore());
  const bad = fixture('status.xml').replace('2026/11/20 09:31:00', '2026/11/31 09:31:00');
  for (const content of [
    fixture('status.xml'),
    JSON.stringify({
      specversion: '1.0',
      id: 'mended',
      source: '/feeds/edxml',
      type: 'document.exchange.v1',
      time: '2026-11-20T09:31:00+07:00',
      data: {
        documentId: 'H19.01,2026-11-20,15/VP-HC',
        recipientUnitId: 'H19.12',
        step: 'arrived',
        at: '2026-11-20T09:31:00+07:00',
      },
    }),
  ]) {
    const sent = bad
      .replace('Trạng thái 01', content.slice(0, 3) === '{"s' ? '1' : '2')
      .replace('<edXML:StatusCode>01', `<edXML:StatusCode>0${content.startsWith('{') ? 3 : 1}`);
    const { rejected } = (await post(app, sent, 'application/xml')).json();
    const answer = await app.inject({
      method: 'POST',
      url: `/v1/dead-letters/${rejected[0].deadLetter}/retry`,
      payload: { content },
    });
    assert.equal(answer.json().state, 'resolved', answer.body);
  }
});

test("the messages of the province's own axis are taken as they were on the wire", async (t) => {
  const folder = process.env.NHIP_TEST_DATA;
  if (folder === undefined) return t.skip('NHIP_TEST_DATA is not set: the tier of real files does not apply');
  const store = standInStore();
  const { app } = await ingestServer(t, store);
  for (const name of ['a', 'b']) {
    const file = join(folder, `edxml/provincial-axis-2015-${name}.edxml`);
    assert.ok(existsSync(file), `NHIP_TEST_DATA is set, but there is no ${file}`);
    assert.equal((await post(app, readFileSync(file), 'text/plain')).statusCode, 200);
  }
  assert.deepEqual(
    store.events.map(({ data }) => {
      const { documentId, recipientUnitId, step, time } = JSON.parse(data);
      return [documentId, recipientUnitId, step, time];
    }),
    [
      ...['00.06.H19', '29.23.H19', '01.23.H19', '00.02.H19'].map((to) => [
        '29.23.H19,2015-08-31,1/TTTH',
        to,
        'sent',
        '2015-09-04T01:34:35.000Z',
      ]),
      ...['01.23.H19', '00.02.H19'].map((to) => [
        '01.23.H19,2015-09-04,1',
        to,
        'sent',
        '2015-09-04T02:43:44.000Z',
      ]),
    ],
  );
});
