import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faults, fixture, HEADER, inputs, steps } from './testing/reading.ts';

interface Parts {
  readonly id?: string;
  readonly number?: string;
  readonly notation?: string;
  readonly date?: string;
  readonly from?: string;
}

const document = ({ id = '', number = '', notation = '', date = '', from = '000.00.12.H19' }: Parts) =>
  `<edXML><edXMLEnvelope><edXMLHeader><MessageHeader><From><OrganId>${from}</OrganId></From>
   <To><OrganId>H19.01</OrganId></To><DocumentId>${id}</DocumentId>
   <Code><CodeNumber>${number}</CodeNumber><CodeNotation>${notation}</CodeNotation></Code>
   <PromulgationInfo><PromulgationDate>${date}</PromulgationDate></PromulgationInfo></MessageHeader>
   <TraceHeaderList><TraceHeader><Timestamp>2026/11/21 08:00:00</Timestamp></TraceHeader></TraceHeaderList>
   </edXMLHeader></edXMLEnvelope></edXML>`;
const idOf = (parts: Parts) => steps(document(parts))[0]?.[1];

test('a document is known by agency, day of promulgation and number/notation, else number, else counter', () => {
  const date = '20/11/2026';
  assert.equal(idOf({ id: 'H19.12,2026/11/20,9/B' }), 'H19.12,2026-11-20,9/B');
  assert.equal(idOf({ number: '9', notation: 'B', date }), 'H19.12,2026-11-20,9/B');
  assert.equal(idOf({ id: '4', number: '9', notation: 'B', date }), 'H19.12,2026-11-20,9/B');
  assert.equal(idOf({ id: '4', number: '9', date }), 'H19.12,2026-11-20,9');
  assert.equal(idOf({ id: '4', date }), 'H19.12,2026-11-20,4');
});

test('a counter without a date is one of its agency; a UUID or another form stands for itself', () => {
  assert.equal(idOf({ id: '4' }), 'H19.12,4');
  assert.equal(idOf({ id: '4', from: '00.02.H19.e-doc.vn' }), '00.02.H19,4');
  const uuid = '5a0d5b0e-8a57-4f0e-9d0c-2f1f3a9c1b11';
  assert.equal(idOf({ id: uuid }), uuid);
  assert.equal(idOf({ id: 'H19.12,2026,9' }), 'H19.12,2026,9');
});

test('the date inside an identifier may be day first; the parts decide where the identifier has only a year', () => {
  assert.equal(idOf({ id: '000.00.12.H19,20/11/2026,9/B' }), 'H19.12,2026-11-20,9/B');
  assert.equal(
    idOf({ id: 'H19.12,2026,9/B', number: '9', notation: 'B', date: '2026/11/20' }),
    'H19.12,2026-11-20,9/B',
  );
});

test('hours in a date of promulgation do not move its day', () => {
  for (const date of ['2026/11/20 00:00:00', '2026/11/20 23:30:00', '20/11/2026', '2026-11-20']) {
    assert.equal(idOf({ number: '9', date }), 'H19.12,2026-11-20,9', date);
  }
});

test('a date of promulgation that does not exist is a fault, in its own element and inside an identifier', () => {
  const message = `${HEADER}/MessageHeader`;
  for (const date of ['30/02/2026', '2026/02/30', '2026/13/01', '31/04/2026', 'hôm nay', '20/11/1206']) {
    const [fault = ''] = faults(document({ number: '9', date }));
    assert.ok(
      fault.startsWith(`${message}/PromulgationInfo/PromulgationDate: "${date}"; a date that exists`),
      fault,
    );
    assert.equal(
      faults(document({ id: 'H19.12,2026/11/20,9', date })).length,
      1,
      'beside a good identifier, too',
    );
  }
  const [fault = ''] = faults(document({ id: 'H19.12,2026/02/30,9/B' }));
  assert.match(fault, /MessageHeader\/DocumentId: "H19.12,2026\/02\/30,9\/B"; .*a date that exists/);
});

test('a date that .NET left unset states nothing', () => {
  for (const date of ['0001-01-01T00:00:00', '01/01/0001 00:00:00', '0001/01/01']) {
    assert.equal(idOf({ id: '4', number: '9', date }), 'H19.12,4', date);
  }
});

test('a document without agency, date and number is refused', () => {
  assert.match(
    faults(document({}))[0] ?? '',
    /MessageHeader\/DocumentId: nothing; a DocumentId, or the agency/,
  );
  assert.match(faults(document({ number: '9' }))[0] ?? '', /MessageHeader\/DocumentId: nothing/);
});

test('the same document sent again is the same document: no timestamp is part of its identifier', () => {
  const sent = fixture('provincial-document.edxml');
  const again = sent.replace('04/09/2015 08:34:35', '05/09/2015 10:00:00');
  const ids = (text: string) =>
    inputs(text).map(({ decoded }) => decoded.kind === 'event' && decoded.event.stream);
  assert.deepEqual(ids(again), ids(sent));
});

test('a status finds the document that the axis of the province sent, by the same parts', () => {
  const answer = `<Envelope><Header><Status><ResponseFor><OrganId>29.23.H19.e-doc.vn</OrganId><Code>12/TTTH</Code>
    <PromulgationDate>31/08/2015</PromulgationDate><DocumentId>7</DocumentId></ResponseFor>
    <From><OrganId>00.06.H19</OrganId></From><StatusCode>1</StatusCode><Timestamp>04/09/2015 09:00:00</Timestamp>
    </Status></Header></Envelope>`;
  assert.equal(steps(answer)[0]?.[1], steps(fixture('provincial-document.edxml'))[0]?.[1]);
});
