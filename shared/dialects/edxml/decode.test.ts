import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { codePoint } from '../../../tests/support/any-text.ts';
import { document, faults, fixture, HEADER, inputs, status, steps, translated } from './testing/reading.ts';

test('dialect A: a document is sent to each recipient at its first hop', () => {
  assert.deepEqual(steps(fixture('document.xml')), [
    ['2026-11-20T02:15:00.000Z', 'H19.12,2026-11-20,211/STC-NS', 'H19.01', 'sent'],
  ]);
});

test('dialect A: a status in a MessageHeader is that of its sender, about the document it answers', () => {
  assert.deepEqual(steps(fixture('status.xml')), [
    ['2026-11-20T02:31:00.000Z', 'H19.01,2026-11-20,15/VP-HC', 'H19.12', 'arrived'],
  ]);
});

test('dialect B: SOAP, day first, a UUID for an id, an ampersand in the notation, one organ named twice', () => {
  const id = 'H19.12,2026-11-20,77/UBND-VX&NC';
  assert.deepEqual(steps(fixture('soap-document.xml')), [
    ['2026-11-20T02:15:00.000Z', id, 'H19.01', 'sent'],
    ['2026-11-20T02:15:00.000Z', id, 'H19.02', 'sent'],
  ]);
});

test('dialect C: base64 in a message; the answer finds the document that B sent', () => {
  assert.deepEqual(steps(fixture('gateway-status.xml')), [
    ['2026-11-20T03:05:09.000Z', 'H19.12,2026-11-20,77/UBND-VX&NC', 'H19.02', 'accepted'],
  ]);
});

test('every status code, with and without its zero', () => {
  const expected = {
    1: 'arrived',
    2: 'rejected',
    3: 'accepted',
    4: 'assigned',
    5: 'in-progress',
    6: 'completed',
    13: 'recall-requested',
    15: 'recall-agreed',
    16: 'change-refused',
  };
  for (const [code, step] of Object.entries(expected)) {
    for (const written of [code, code.padStart(2, '0'), ` ${code} `]) {
      assert.equal(steps(status(written))[0]?.[3], step, written);
    }
  }
});

test('an unknown status code is rejected by name, with the codes there are', () => {
  for (const code of ['7', '00', '-1', 'x', '1.0']) {
    const [only] = inputs(status(code));
    assert.ok(only?.decoded.kind === 'invalid', code);
    const [fault] = only.decoded.faults;
    assert.equal(fault?.was, JSON.stringify(code));
    assert.match(fault?.expected ?? '', /01, 02, 03, 04, 05, 06, 13, 15, 16/);
  }
});

test('a recall reported by a status names its recipients', () => {
  const recall = status('13', '<To><OrganId>H19.07</OrganId></To>').replace('H19.01', 'H19.12');
  assert.deepEqual(
    steps(recall).map((step) => step.slice(2)),
    [['H19.07', 'recall-requested']],
  );
});

test('a recall is asked of every recipient, of the document it names', () => {
  const recall = '<BussinessDocType>1</BussinessDocType><DocumentId>H19.12,2026/11/20,1/A</DocumentId>';
  assert.deepEqual(
    steps(document(recall)).map((step) => step.slice(1)),
    [
      ['H19.12,2026-11-20,1/A', 'H19.01', 'recall-requested'],
      ['H19.12,2026-11-20,1/A', 'H19.02', 'recall-requested'],
    ],
  );
});

test('an update sends the document again, also to added recipients, and recalls it from removed ones', () => {
  const receiver = (type: number, organ: string) =>
    `<Receiver><ReceiverType>${type}</ReceiverType><OrganId>${organ}</OrganId></Receiver>`;
  const update = `<BussinessDocType>2</BussinessDocType><BussinessDocumentInfo><ReceiverList>${receiver(0, '000.00.02.H19')}${receiver(1, 'H19.03')}</ReceiverList></BussinessDocumentInfo>`;
  assert.deepEqual(
    steps(document(update)).map((step) => step.slice(2)),
    [
      ['H19.01', 'sent'],
      ['H19.03', 'sent'],
      ['H19.02', 'recall-requested'],
    ],
  );
});

test('a replacement replaces the documents it names, for those it names, and is itself sent', () => {
  const info = (id: string, organs: string) =>
    `<ReplacementInfo><DocumentId>${id}</DocumentId><OrganIdList>${organs}</OrganIdList></ReplacementInfo>`;
  const replacement = `<BussinessDocType>3</BussinessDocType><ReplacementInfoList>${info('H19.12,2026/11/20,1/A', '<OrganId>H19.02</OrganId>')}${info('H19.12,2026/11/20,2/A', '')}</ReplacementInfoList>`;
  assert.deepEqual(
    steps(document(replacement)).map((step) => step.slice(1)),
    [
      ['H19.12,2026-11-20,1/A', 'H19.02', 'replaced'],
      ['H19.12,2026-11-20,2/A', 'H19.01', 'replaced'],
      ['H19.12,2026-11-20,2/A', 'H19.02', 'replaced'],
      ['H19.12,2026-11-21,9/B', 'H19.01', 'sent'],
      ['H19.12,2026-11-21,9/B', 'H19.02', 'sent'],
    ],
  );
});

test('an unknown kind of document message and one without recipients are rejected by name', () => {
  assert.deepEqual(faults(document('<BussinessDocType>9</BussinessDocType>')), [
    `${HEADER}/TraceHeaderList/Bussiness/BussinessDocType: "9"; a BussinessDocType: 0 new, 1 recall, 2 update, 3 replacement`,
  ]);
  assert.deepEqual(faults(document('', '')), [`${HEADER}/MessageHeader/To/OrganId: nothing; an OrganId`]);
});

test('a document without a hop is timed by its promulgation, marked; without any date it is rejected', () => {
  const dated = document('')
    .replace(/<TraceHeader>.*<\/TraceHeader>/s, '')
    .replace(
      '</e:MessageHeader>',
      '<PromulgationInfo><PromulgationDate>2026/11/20</PromulgationDate></PromulgationInfo>$&',
    );
  assert.deepEqual(steps(dated)[0], [
    '2026-11-20',
    'H19.12,2026-11-21,9/B',
    'H19.01',
    'sent',
    'time-inferred',
  ]);
  assert.deepEqual(faults(document('').replace(/<TraceHeader>.*<\/TraceHeader>/s, '')), [
    `${HEADER}/MessageHeader/PromulgationInfo/PromulgationDate: nothing; a Timestamp of a TraceHeader, or a PromulgationDate`,
  ]);
});

test('the same message in another dialect, with other ids and dates, is the same event', () => {
  const ids = (text: string) =>
    inputs(text).map(({ decoded }) => (decoded.kind === 'event' ? decoded.event.id : 'rejected'));
  const forms = ['20/11/2026 09:31:00', '2026-11-20T02:31:00Z', '1795141860000', '2026/11/20 9:31:00'];
  for (const form of forms) {
    const other = status('01').replace('2026/11/20 09:31:00', form).replace('H19.01', '000.00.01.H19');
    assert.deepEqual(ids(other), ids(status('1')), form);
  }
});

test('attachments of any size are never kept', () => {
  const file = 'QUJD'.repeat(500_000);
  const withFile = fixture('document.xml').replace(
    '<AttachmentEncoded />',
    `<AttachmentEncoded><Attachment>${file}</Attachment></AttachmentEncoded>`,
  );
  const [only] = inputs(withFile);
  assert.equal(only?.decoded.kind, 'event');
  assert.ok((only?.raw.length ?? 0) < 1_000);
});

test('names of staff and signers are in no event and in no dead letter', () => {
  for (const name of ['document', 'status', 'gateway-status']) {
    assert.ok(!/Nguyễn|Trần|Lê Văn/.test(JSON.stringify(inputs(fixture(`${name}.xml`)))), name);
  }
});

test('document types, entities, deep nesting, tag floods and broken XML are refused as a whole', () => {
  const bombs = {
    doctype: `<!DOCTYPE x [<!ENTITY a "b">]>${status('1')}`,
    'lower case doctype': `<!doctype x>${status('1')}`,
    depth: '<a>'.repeat(40) + '</a>'.repeat(40),
    flood: `<a>${'<b/>'.repeat(60_000)}</a>`,
    entity: status('1').replace('1/A', '1/&xxe;'),
    unclosed: '<a><b></a>',
    empty: '',
    text: 'hello',
    'other XML': '<a><b/></a>',
    'broken base64': '<message><content>!!!!</content></message>',
    'message in itself': `<message><content>${Buffer.from('<message><content>x</content></message>').toString('base64')}</content></message>`,
    prototype: '<__proto__><a/></__proto__>',
  };
  for (const [name, text] of Object.entries(bombs)) {
    assert.equal(translated(text).kind, 'invalid', name);
  }
});

test('a wrapper without a time of sending is no obstacle, however it carries its message', () => {
  const inner =
    '<edXML><edXMLEnvelope><edXMLHeader><MessageHeader><From><OrganId>H19.12</OrganId></From><To><OrganId>H19.01</OrganId></To>' +
    '<DocumentId>H19.12,2026/11/21,9/B</DocumentId><PromulgationInfo><PromulgationDate>2026/11/21</PromulgationDate>' +
    '</PromulgationInfo></MessageHeader></edXMLHeader></edXMLEnvelope></edXML>';
  const carried = {
    raw: inner,
    base64: Buffer.from(inner).toString('base64'),
    CDATA: `<![CDATA[${inner}]]>`,
    escaped: inner.replaceAll('<', '&lt;'),
  };
  for (const [form, content] of Object.entries(carried)) {
    for (const sent of ['', '<send-date/>', '<send-date> </send-date>'])
      assert.deepEqual(
        steps(`<message>${sent}<content>${content}</content></message>`),
        [['2026-11-21', 'H19.12,2026-11-21,9/B', 'H19.01', 'sent', 'time-inferred']],
        `${form} ${sent}`,
      );
  }
});

/** A message of each form. */
const MESSAGES = [
  ...['document.xml', 'soap-document.xml', 'gateway-status.xml', 'provincial-attachments.edxml'].map(fixture),
  ...Object.values(JSON.parse(fixture('kinds.json'))).map((message) => JSON.stringify(message)),
];

test('however a message is damaged, nothing throws, and its dead letter gives the same verdict', () => {
  const marks = [
    '<',
    '>',
    '</',
    '<!--',
    ']]>',
    '<To/>',
    '{',
    '}',
    '[',
    '"',
    ',',
    '\n--',
    'null',
    '\0',
    '\ufeff',
    '0',
    '',
  ];
  const damage = fc.tuple(
    fc.nat(5_000),
    fc.nat(30),
    fc.oneof(fc.constantFrom(...marks), fc.string({ maxLength: 8 })),
  );
  fc.assert(
    fc.property(fc.constantFrom(...MESSAGES), fc.array(damage, { maxLength: 3 }), (message, damages) => {
      const damaged = damages.reduce((text, [place, cut, mark]) => {
        const at = place % (text.length + 1);
        return text.slice(0, at) + mark + text.slice(at + cut);
      }, message);
      const made = translated(damaged);
      if (made.kind === 'invalid') return;
      for (const { decoded, raw } of made.inputs) {
        if (decoded.kind === 'event') continue;
        const again = inputs(raw).flatMap((one) =>
          one.decoded.kind === 'invalid' ? [one.decoded.faults] : [],
        );
        assert.deepEqual(again, [decoded.faults], raw);
      }
    }),
    { numRuns: 1_000 },
  );
});

test('no text makes it throw', () => {
  const contentType = fc.option(fc.string(), { nil: undefined });
  fc.assert(
    fc.property(fc.string({ unit: codePoint }), contentType, (text, type) => {
      translated(text, type);
    }),
  );
});
