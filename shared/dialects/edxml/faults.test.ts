import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EVENT_LIMIT } from './decode.ts';
import { document, faults, fixture, HEADER, inputs, status, steps, translated } from './testing/reading.ts';

const HEAD = `${HEADER}/MessageHeader`;
const BUSINESS = `${HEADER}/TraceHeaderList/Bussiness`;

/** The text of the dead letter of a message. */
const letterOf = (text: string): string => {
  const refused = inputs(text).filter(({ decoded }) => decoded.kind === 'invalid');
  assert.equal(refused.length, 1, 'one refusal a message');
  return refused[0]?.raw ?? '';
};

test('a number that has lost digits is refused where it is read, since two documents would be one', () => {
  const message = (number: string) =>
    `{"header":{"pages":1.5,"messageheader":{"from":{"organid":"H19.12"},"toes":[{"organid":"H19.01"}],"code":{"codenumber":${number},` +
    `"codenotation":"UBND"},"promulgationinfo":{"promulgationdate":"2026/11/21"}}}}`;
  for (const number of ['12345678901234567891.0', '1.10', '1e30', '1e400'])
    assert.match(
      faults(message(number)).join(),
      /^\/header\/messageheader\/code\/codenumber: .*; text, since this number has lost digits$/,
      number,
    );
  assert.deepEqual(
    ['12345678901234567891', '"12345678901234567891"', '12'].map((number) => steps(message(number))[0]?.[1]),
    [
      'H19.12,2026-11-21,12345678901234567891/UBND',
      'H19.12,2026-11-21,12345678901234567891/UBND',
      'H19.12,2026-11-21,12/UBND',
    ],
  );
});

test('a recipient without OrganId is reported by its place; the others count', () => {
  const to = '<To><OrganId>H19.01</OrganId></To><To><OrganName>Đơn vị</OrganName></To><To/>';
  assert.deepEqual(faults(document('', to)), [
    `${HEAD}/To/1/OrganId: nothing; an OrganId`,
    `${HEAD}/To/2/OrganId: nothing; an OrganId`,
  ]);
  assert.deepEqual(steps(document('', to))[0]?.slice(2), ['H19.01', 'sent']);
});

test('several agencies in one recipient are several recipients', () => {
  const to = '<To><OrganId>H19.01</OrganId><OrganId>000.00.02.H19</OrganId></To>';
  assert.deepEqual(
    steps(document('', to)).map((step) => step[2]),
    ['H19.01', 'H19.02'],
  );
});

test('a list of one may lack its inner element; no entry of a list is dropped without a report', () => {
  const update = (list: string) =>
    document(`<BussinessDocType>2</BussinessDocType><BussinessDocumentInfo>${list}</BussinessDocumentInfo>`);
  const removed = (list: string) =>
    steps(update(list))
      .filter((step) => step[3] === 'recall-requested')
      .map((step) => step[2]);
  const item = '<ReceiverType>0</ReceiverType><OrganId>H19.02</OrganId>';
  assert.deepEqual(removed(`<ReceiverList><Receiver>${item}</Receiver></ReceiverList>`), ['H19.02']);
  assert.deepEqual(removed(`<ReceiverList>${item}</ReceiverList>`), ['H19.02']);
  assert.deepEqual(
    faults(update('<ReceiverList><Receiver><OrganId>H19.02</OrganId></Receiver></ReceiverList>')),
    [
      `${BUSINESS}/BussinessDocumentInfo/ReceiverList/Receiver/ReceiverType: nothing; a ReceiverType: 0 removed, 1 added`,
    ],
  );
  assert.deepEqual(
    faults(update('<ReceiverList><Receiver><ReceiverType>0</ReceiverType></Receiver></ReceiverList>')),
    [`${BUSINESS}/BussinessDocumentInfo/ReceiverList/Receiver/OrganId: nothing; an OrganId`],
  );

  const replace = (info: string) =>
    document(`<BussinessDocType>3</BussinessDocType><ReplacementInfoList>${info}</ReplacementInfoList>`);
  const id = '<DocumentId>H19.12,2026/11/20,1/A</DocumentId>';
  for (const organs of [
    '<OrganIdList>H19.02</OrganIdList>',
    '<OrganIdList><OrganId>H19.02</OrganId></OrganIdList>',
  ]) {
    const replaced = steps(replace(`${id}${organs}`)).filter((step) => step[3] === 'replaced');
    assert.deepEqual(
      replaced.map((step) => step.slice(1, 3)),
      [['H19.12,2026-11-20,1/A', 'H19.02']],
      organs,
    );
  }
  assert.match(
    faults(replace('<ReplacementInfo><OrganIdList>H19.02</OrganIdList></ReplacementInfo>'))[0] ?? '',
    /ReplacementInfoList\/ReplacementInfo\/DocumentId: nothing; a DocumentId/,
  );
});

test('a list that the kind of message gives no meaning is reported', () => {
  const list =
    '<ReplacementInfoList><ReplacementInfo><DocumentId>D</DocumentId></ReplacementInfo></ReplacementInfoList>';
  for (const type of [
    '<BussinessDocType>0</BussinessDocType>',
    '<BussinessDocType>2</BussinessDocType>',
    '',
  ]) {
    assert.match(
      faults(document(type + list)).join(),
      /ReplacementInfo: .*; no ReplacementInfoList without BussinessDocType 3/,
    );
  }
  assert.equal(faults(document('<BussinessDocType>0</BussinessDocType><ReplacementInfoList/>')).length, 0);
});

test('a status may answer several documents; one that answers none is refused', () => {
  const second = '<ResponseFor><DocumentId>H19.12,2026/11/20,2/A</DocumentId></ResponseFor><ResponseFor />';
  assert.deepEqual(
    steps(status('3', second)).map((step) => step[1]),
    ['H19.12,2026-11-20,1/A', 'H19.12,2026-11-20,2/A'],
  );
  assert.match(
    faults(status('3').replace(/<ResponseFor>.*<\/ResponseFor>/, ''))[0] ?? '',
    /Status\/ResponseFor\/DocumentId: nothing/,
  );
});

test('a fault points into the message as it was sent, with the text at that place', () => {
  const where = `${HEADER}/Status`;
  assert.deepEqual(faults(status('7')), [
    `${where}/StatusCode: "7"; an edXML status code: 01, 02, 03, 04, 05, 06, 13, 15, 16`,
  ]);
  assert.match(
    faults(status('1').replace('09:31:00', '25:00'))[0] ?? '',
    new RegExp(`^${where}/Timestamp: "2026/11/20 25:00"; a date`),
  );
  assert.deepEqual(faults(status('1').replace('H19.01', '')), [`${where}/From/OrganId: nothing; an OrganId`]);
  assert.match(
    faults(document('').replace('08:00:00', '8 giờ'))[0] ?? '',
    new RegExp(`^${HEADER}/TraceHeaderList/TraceHeader/Timestamp: "2026/11/21 8 giờ"; a date`),
  );
  const wrapped = `<message><content>${Buffer.from(status('7')).toString('base64')}</content></message>`;
  assert.match(
    faults(wrapped)[0] ?? '',
    /^\/message\/content\/edXML\/edXMLEnvelope\/edXMLHeader\/Status\/StatusCode/,
  );
  const inJson = { data: { header: { STATUS: { statusCode: 9 } } } };
  assert.match(faults(JSON.stringify(inJson)).join(), /\/data\/header\/STATUS\/statusCode: "9"/);
});

test('a misspelt name is reported, and so is a second element where only one may be', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    [document('').replaceAll('OrganId', 'organID'), '"organID"', 'the name OrganId'],
    [
      document('<BussinessDocType>1</BussinessDocType>').replaceAll('Bussiness', 'Business'),
      '"Business"',
      'the name Bussiness',
    ],
    [
      document('').replace('</From>', '</From><From><OrganId>H19.13</OrganId></From>'),
      'a second From',
      'one From',
    ],
    [
      document('').replace('H19.12</OrganId>', 'H19.12</OrganId><OrganId>H19.13</OrganId>'),
      'a second OrganId',
      'one OrganId',
    ],
    [
      status('1').replace('</Status>', '</Status><MessageHeader><From>x</From></MessageHeader>'),
      'a second MessageHeader',
      'one Status or MessageHeader',
    ],
    [status('1', '<StatusCode>2</StatusCode>'), 'a second StatusCode', 'one StatusCode'],
    [
      document('').replace('9/B</DocumentId>', '9/B<Code>2</Code></DocumentId>'),
      'text beside elements',
      'text or elements',
    ],
  ];
  for (const [text, was, expected] of cases) {
    assert.ok(faults(text)[0]?.endsWith(`: ${was}; ${expected}`), `${faults(text)[0]}`);
    assert.equal(inputs(text).length, 1, 'its content is refused');
  }
  assert.equal(faults(status('1', '<StatusCode/>')).length, 0, 'an empty element states nothing');
  assert.equal(faults(document('').replaceAll('MessageHeader', 'messageheader')).length, 1);
});

test('several messages in one body are all accepted, or the body is refused', () => {
  const body = (...messages: readonly string[]) => `<list>${messages.join('')}</list>`;
  const two = body(status('1'), document(''));
  assert.deepEqual(
    steps(two).map((step) => step[3]),
    ['arrived', 'sent', 'sent'],
  );
  assert.deepEqual(
    inputs(two).map(({ record }) => record),
    [0, 1, 1],
  );
  const soap = '<Envelope><Header><Status><StatusCode>1</StatusCode></Status></Header></Envelope>';
  assert.equal(inputs(body(soap, soap)).length, 2);
  for (const empty of ['<edXML/>', '<Envelope><Header/></Envelope>', '<message/>', '<edXMLHeader/>']) {
    assert.match(faults(body(status('1'), empty))[0] ?? '', /with Status or MessageHeader/, empty);
  }
  assert.match(faults(`${status('1')}${status('2')}`)[0] ?? '', /well-formed/);
  assert.match(
    faults(body(status('1'), '<message><content>x</content></message>'))[0] ?? '',
    /^\/list\/message\/content: /,
  );
  const json = { header: { status: { statuscode: '1' } } };
  assert.equal(inputs(JSON.stringify([json, json])).length, 2);
  assert.equal(inputs(JSON.stringify({ data: [json, json], ErrorCode: 0 })).length, 2);
  assert.match(faults(JSON.stringify([json, {}]))[0] ?? '', /^\/1: /);
});

test('a message that multiplies into too many events is refused', () => {
  const to = Array.from({ length: 200 }, (_, at) => `<To><OrganId>U${at}</OrganId></To>`).join('');
  const info = Array.from(
    { length: 200 },
    (_, at) => `<ReplacementInfo><DocumentId>D${at}</DocumentId></ReplacementInfo>`,
  ).join('');
  const flood = document(
    `<BussinessDocType>3</BussinessDocType><ReplacementInfoList>${info}</ReplacementInfoList>`,
    to,
  );
  assert.match(faults(flood)[0] ?? '', new RegExp(`at most ${EVENT_LIMIT} events`));
  const worst = Array.from({ length: 8_000 }, (_, at) => `<To><OrganId>U${at}</OrganId></To>`).join('');
  const worstInfo = '<ReplacementInfo><DocumentId>D</DocumentId></ReplacementInfo>'.repeat(8_000);
  assert.match(
    faults(
      document(
        `<BussinessDocType>3</BussinessDocType><ReplacementInfoList>${worstInfo}</ReplacementInfoList>`,
        worst,
      ),
    )[0] ?? '',
    /at most \d+ events/,
  );
});

test('a dead letter holds the fields read from the message, in a form that gives the same verdict again', () => {
  const wrapper = '<message><send-date>x</send-date><content>';
  const broken = [
    document('', '<To><OrganId>H19.01</OrganId></To><To><OrganName>Đơn vị</OrganName></To>'),
    fixture('provincial-document.edxml').replace('31/08/2015', '31/02/2015'),
    fixture('document.xml').replaceAll('H19.12', ''),
    `${wrapper}${Buffer.from(status('1').replace(/<Timestamp>.*<\/Timestamp>/, '')).toString('base64')}</content></message>`,
    document('<BussinessDocType>1</BussinessDocType>').replaceAll('Bussiness', 'Business'),
    document('').replace('9/B</DocumentId>', '9/B<Code>2</Code></DocumentId>'),
    document(
      '<BussinessDocType>3</BussinessDocType><ReplacementInfoList><ReplacementInfo><OrganIdList><OrganId/><OrganId>H19.01</OrganId></OrganIdList></ReplacementInfo></ReplacementInfoList>',
    ),
    JSON.stringify({ data: { Header: { MessageHeader: { toes: [null, { organid: 'H19.01' }, 5] } } } }),
    JSON.stringify({
      header: {
        traceheaderlist: {
          bussiness: { bussinessdoctype: 3, replacementinfolist: [[{ organidlist: ['H19.01'] }]] },
        },
        messageheader: {},
      },
    }),
  ];
  for (const text of broken) {
    const letter = letterOf(text);
    assert.doesNotMatch(letter, /Nguyễn|Subject|OrganName|Place/);
    const ends = (all: readonly string[]) =>
      all.map((fault) =>
        fault.replace(/^.*?\/(?:edXML)?header\//i, '').replace(/^.*\/send-date/, 'send-date'),
      );
    assert.deepEqual(ends(faults(letter)), ends(faults(text)), text);
    const events = (of: string) =>
      inputs(of).flatMap(({ decoded }) => (decoded.kind === 'event' ? [decoded.event.id] : []));
    assert.deepEqual(events(letter), events(text));
    assert.equal(letterOf(letter), letter, 'the letter of a letter is that letter');
  }
});

test('mending the one fault of a letter brings back every statement of the message', () => {
  const good = fixture('provincial-document.edxml');
  const letter = letterOf(good.replace('31/08/2015', '31/02/2015'));
  const mended = letter.replace('31/02/2015', '31/08/2015');
  assert.deepEqual(steps(mended), steps(good));
});

test('with any part removed, a message is accepted as a whole or a fault is reported', () => {
  const good = fixture('kinds/replacement.xml');
  const elements = [...good.matchAll(/<edXML:(\w+)>[^<]*<\/edXML:\1>\n/g)].map(([text]) => text);
  const whole = steps(good).length;
  fc.assert(
    fc.property(fc.constantFrom(...elements), (element) => {
      const less = good.replace(element, '');
      assert.ok(
        translated(less).kind === 'invalid' || faults(less).length > 0 || steps(less).length >= whole - 1,
        element,
      );
    }),
  );
});
