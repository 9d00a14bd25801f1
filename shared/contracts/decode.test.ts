import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CloudEvent } from 'cloudevents';
import fc from 'fast-check';
import { books } from '../books/registry.ts';
import { zoneOf } from '../calendar/zone.ts';
import { type Decoded, decoder } from './decode.ts';
import { feedName } from './ids.ts';

const decode = decoder(books.kinds, zoneOf('Asia/Ho_Chi_Minh'), (source) => ({
  feed: feedName(source),
  rank: 1,
}));

const envelope = (data: unknown, changes: Record<string, unknown> = {}) => ({
  specversion: '1.0',
  id: 'e-1',
  source: '/one-stop/h19',
  type: 'dossier.status.v1',
  time: '2026-11-20T09:31:00+07:00',
  data,
  ...changes,
});
const dossier = (data: Record<string, unknown> = {}, changes: Record<string, unknown> = {}) =>
  envelope({ dossierId: 'H19.12-261120-0001', status: 'received', ...data }, changes);

function event(decoded: Decoded) {
  assert.equal(decoded.kind, 'event', JSON.stringify(decoded));
  return decoded.event;
}
const stored = (input: unknown) => JSON.parse(event(decode(input)).data);
function faults(decoded: Decoded) {
  assert.equal(decoded.kind, 'invalid', JSON.stringify(decoded));
  return decoded.faults.map(({ code, pointer }) => `${code} ${pointer}`);
}

test('a dossier event becomes a stored event', () => {
  const decoded = decode(
    dossier(
      { unitId: '000.00.12.H19', procedureId: '2.000635.H19', dueAt: '2026-11-27T17:00', channel: 'online' },
      { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
    ),
    'http',
  );
  assert.deepEqual(event(decoded), {
    // uuid.uuid5 of Python over "13:/one-stop/h19e-1".
    id: 'd096a280-3369-5a8c-ad9c-51fafeebfcf9',
    type: 'dossier.status.v1',
    stream: 'dossier-H19.12-261120-0001',
    data: '{"time":"2026-11-20T02:31:00.000Z","dossierId":"H19.12-261120-0001","status":"received","unitId":"H19.12","procedureId":"2.000635","channel":"online","dueAt":"2026-11-27T10:00:00.000Z"}',
    streamLimit: 1_000,
    metadata: {
      source: '/one-stop/h19',
      sourceId: 'e-1',
      feed: '/one-stop/h19',
      rank: 1,
      origin: 'http',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    },
  });
});

test('a time without a zone is office time; one with a zone is in that zone', () => {
  const instant = '2026-11-20T02:31:00.000Z';
  for (const time of [
    '2026-11-20T09:31:00',
    '2026-11-20 09:31',
    '2026-11-20T09:31:00+07:00',
    '2026-11-20T02:31:00Z',
    '2026-11-19T21:31:00.000-05:00',
  ]) {
    assert.equal(stored(dossier({}, { time })).time, instant, time);
  }
});

test('a date without a time, or with midnight and no offset, is that day; midnight with an offset is a moment', () => {
  const dueAt = (text: string) => stored(dossier({ dueAt: text })).dueAt;
  for (const day of [
    '2026-11-20',
    '2026-11-20T00:00:00',
    '2026-11-20T00:00:00.0000000',
    '2026-11-20 00:00',
  ]) {
    assert.equal(dueAt(day), '2026-11-20', day);
  }
  const midnight = '2026-11-19T17:00:00.000Z';
  for (const moment of ['2026-11-20T00:00:00+07:00', '2026-11-19T17:00:00Z', '2026-11-19T17:00:00.000Z']) {
    assert.equal(dueAt(moment), midnight, moment);
  }
  assert.equal(dueAt('2026-11-20T00:00:01'), '2026-11-19T17:00:01.000Z');
  const whole = stored(
    dossier(
      { receivedAt: '2026-11-20', finishedAt: '2026-11-21', assertedAt: '2026-11-22' },
      { time: '2026-11-20' },
    ),
  );
  assert.deepEqual(
    [whole.time, whole.receivedAt, whole.finishedAt, whole.assertedAt],
    ['2026-11-20', '2026-11-20', '2026-11-21', '2026-11-22'],
  );
  const data = {
    documentId: 'd',
    scope: 'internal',
    fromUnitId: 'H19',
    issuedAt: '2026-11-20',
    recipients: [],
  };
  assert.equal(stored(envelope(data, { type: 'document.registered.v1' })).issuedAt, '2026-11-20');
});

test('a day stored earlier as its midnight is recognised by that too', () => {
  const { data, former } = event(decode(dossier({ dueAt: '2026-11-27' }, { time: '2026-11-20' })));
  assert.match(data, /"time":"2026-11-20",.*"dueAt":"2026-11-27"/);
  const inMoments = data
    .replace('"2026-11-20"', '"2026-11-19T17:00:00.000Z"')
    .replace('"2026-11-27"', '"2026-11-26T17:00:00.000Z"');
  assert.deepEqual(former, { inMoments });
});

test('a date that was never set states nothing, as .NET writes it in any zone', () => {
  for (const unset of [
    '0001-01-01T00:00:00',
    '0001-01-01T00:00:00Z',
    '0001-01-01T00:00:00.0000000',
    '0001-01-01T00:00:00+07:06',
    '0001-01-01',
  ]) {
    const decoded = decode(dossier({ dueAt: unset, finishedAt: unset, receivedAt: ` ${unset} ` }));
    assert.equal(event(decoded).data, event(decode(dossier())).data, unset);
    assert.deepEqual(faults(decode(dossier({}, { time: unset }))), ['envelope-invalid /time']);
  }
  assert.deepEqual(faults(decode(dossier({ dueAt: '0001-01-02T00:00:00' }))), ['data-invalid /data/dueAt']);
});

test('a fraction of a second has any number of digits, and a minute may have a leap second', () => {
  const time = (text: string) => stored(dossier({}, { time: text })).time;
  assert.equal(time('2026-11-20T09:31:00.1234567890123+07:00'), '2026-11-20T02:31:00.123Z');
  assert.equal(time('2026-11-20T09:31:00.99999999999999999999Z'), '2026-11-20T09:31:00.999Z');
  assert.equal(time('2026-11-20T09:31:00.5Z'), '2026-11-20T09:31:00.500Z');
  assert.equal(time('2016-12-31T23:59:60Z'), '2016-12-31T23:59:59.999Z');
  assert.equal(time('2017-01-01T06:59:60.7+07:00'), '2016-12-31T23:59:59.999Z');
  assert.deepEqual(faults(decode(dossier({}, { time: '2026-11-20T09:31:61Z' }))), ['envelope-invalid /time']);
});

test('29 February is a day in 2024, and none in 2023 or 2100', () => {
  assert.equal(stored(dossier({ dueAt: '2024-02-29' })).dueAt, '2024-02-29');
  assert.deepEqual(faults(decode(dossier({ dueAt: '2023-02-29' }))), ['data-invalid /data/dueAt']);
  const day = (date: string) =>
    decode(envelope({ day: date, kind: 'off', instrument: 'CV 1' }, { type: 'calendar.day-declared.v1' }));
  assert.equal(day('2024-02-29').kind, 'event');
  assert.deepEqual(faults(day('2023-02-29')), ['data-invalid /data/day']);
  assert.deepEqual(faults(day('2100-02-29')), ['data-invalid /data/day']);
});

test('a time that is none, or of another century, is refused', () => {
  for (const time of [
    '',
    'yesterday',
    '2026-13-01',
    '2026-11-20T24:00:00',
    '1989-12-31',
    '1989-12-31T23:59:59+07:00',
    '2100-01-01',
    '2100-01-01T00:00:00+07:00',
    1795141860,
    null,
  ]) {
    assert.deepEqual(faults(decode(dossier({}, { time }))), ['envelope-invalid /time'], String(time));
  }
});

test('the first and the last day of the years that are taken are days of the office', () => {
  for (const dueAt of ['1990-01-01', '2099-12-31', '2099-12-31T23:59:59+07:00'])
    assert.equal(decode(dossier({ dueAt })).kind, 'event', dueAt);
});

test('all faults are reported at once, each with its place', () => {
  const decoded = decode(dossier({ status: 'done', channel: 1, receivedAt: '31/12/2026', sequence: -1 }));
  assert.deepEqual(faults(decoded), [
    'data-invalid /data/status',
    'data-invalid /data/channel',
    'data-invalid /data/receivedAt',
    'data-invalid /data/sequence',
  ]);
  assert.equal(decoded.kind === 'invalid' && decoded.type, 'dossier.status.v1');
  assert.equal(decoded.kind === 'invalid' && decoded.source, '/one-stop/h19');
});

test('a fault deep inside is pointed at', () => {
  const recipients = [
    { unitId: 'H19.01', channel: 'axis' },
    { unitId: 'H19.02', channel: 'pigeon' },
  ];
  const data = { documentId: 'd', scope: 'internal', fromUnitId: 'H19', issuedAt: '2026-11-20', recipients };
  const decoded = decode(envelope(data, { type: 'document.registered.v1' }));
  assert.deepEqual(faults(decoded), ['data-invalid /data/recipients/1/channel']);
});

test('an input that is not an event is invalid, never an exception', () => {
  for (const input of [undefined, null, 0, '', 'text', [], {}, [dossier()]]) {
    assert.equal(decode(input).kind, 'invalid');
  }
  assert.deepEqual(faults(decode(dossier({}, { type: 'weather.v1' }))), ['type-unknown /type']);
  assert.deepEqual(faults(decode(dossier({}, { type: 'constructor' }))), ['type-unknown /type']);
  assert.deepEqual(faults(decode(envelope(undefined))), ['data-invalid /data']);
  assert.equal(decode(JSON.parse('{"__proto__": {"specversion": "1.0"}, "constructor": 1}')).kind, 'invalid');
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (any, data) => {
      decode(any);
      decode(envelope(data));
    }),
  );
});

test('unknown fields are dropped and their names reported, at every level', () => {
  const decoded = decode(
    dossier({ ChuHoSo: 'an applicant', SoDienThoai: '0900' }, { partitionkey: 'k', subject: 's' }),
  );
  assert.deepEqual(decoded.kind === 'event' && decoded.droppedFields, [
    'partitionkey',
    'ChuHoSo',
    'SoDienThoai',
  ]);
  assert.doesNotMatch(event(decoded).data, /applicant|0900/);

  const exemption = { reason: 'classified', note: 'x' };
  const recipients = [
    { unitId: 'H19.01', channel: 'axis', name: 'a' },
    { unitId: 'H19.02', channel: 'paper', name: 'b', exemption },
  ];
  const data = { documentId: 'd', scope: 'internal', fromUnitId: 'H19', issuedAt: '2026-11-20', recipients };
  const document = decode(envelope(data, { type: 'document.registered.v1' }));
  assert.deepEqual(document.kind === 'event' && document.droppedFields, [
    'recipients.name',
    'recipients.exemption.note',
  ]);
  assert.doesNotMatch(event(document).data, /note/);
});

test('an optional field that is null, empty or only blanks is a field left out', () => {
  const plain = event(decode(dossier())).data;
  for (const nothing of [null, '', ' ', '\t \u00a0']) {
    const optional = [
      'unitId',
      'fieldId',
      'procedureId',
      'channel',
      'receivedAt',
      'finishedAt',
      'returnedAt',
    ];
    optional.push(
      'limitUnit',
      'dueBasis',
      'outcome',
      'reason',
      'corrects',
      'assertedAt',
      'sequence',
      'marks',
    );
    const data = Object.fromEntries([...optional, 'aliases'].map((name) => [name, nothing]));
    const changes = { traceparent: nothing, datacontenttype: nothing, subject: nothing };
    const decoded = decode(dossier(data, changes));
    assert.equal(event(decoded).data, plain, JSON.stringify(nothing));
    assert.deepEqual(decoded.kind === 'event' && decoded.droppedFields, []);
  }
  const day = envelope(
    { day: '2026-11-20', kind: 'off', instrument: 'CV 1', name: null },
    { type: 'calendar.day-declared.v1' },
  );
  assert.equal('name' in stored(day), false);
  const recipients = [{ unitId: 'H19.01', channel: 'axis', exemption: null }];
  const data = { documentId: 'd', scope: 'internal', fromUnitId: 'H19', issuedAt: '2026-11-20', recipients };
  const document = stored(
    envelope({ ...data, paperCopy: null, assertedAt: '' }, { type: 'document.registered.v1' }),
  );
  assert.deepEqual(Object.keys(document.recipients[0]), ['unitId', 'channel']);
});

test('an empty list is a field left out, and elements that state nothing are dropped', () => {
  const plain = event(decode(dossier())).data;
  for (const nothing of [[], [null], [''], [' ', null]])
    assert.equal(event(decode(dossier({ aliases: nothing, marks: nothing }))).data, plain);
  const some = event(decode(dossier({ aliases: [null, 'b', '', 'a'], marks: [null, 'time-inferred'] })));
  assert.equal(some.data, event(decode(dossier({ aliases: ['a', 'b'], marks: ['time-inferred'] }))).data);
  const empty = event(decode(dossier({ aliases: [], marks: [] })));
  const stored = JSON.parse(empty.former?.asWritten?.data ?? '{}');
  assert.deepEqual(
    [stored.aliases, stored.marks],
    [[], []],
    'recognised by the form that was stored earlier',
  );
});

test('a required field that is null or empty is a fault that shows the value', () => {
  for (const nothing of [null, '', '  ']) {
    const decoded = decode(dossier({ status: nothing }));
    assert.deepEqual(faults(decoded), ['data-invalid /data/status']);
    assert.equal(decoded.kind === 'invalid' && decoded.faults[0]?.was, JSON.stringify(nothing));
    assert.deepEqual(faults(decode(dossier({}, { time: nothing }))), ['envelope-invalid /time']);
  }
});

test('null keeps its meaning where it has one: no due date, no unit above', () => {
  assert.equal(stored(dossier({ dueAt: null, dueBasis: 'extension' })).dueAt, null);
  assert.equal('dueAt' in stored(dossier({ dueAt: '' })), false);
  const unit = { unitId: 'H19', name: 'Văn phòng', effectiveFrom: '2026-01-01', parentId: null };
  assert.equal(stored(envelope(unit, { type: 'unit.declared.v1' })).parentId, null);
});

test("a name that differs from a contract's by case alone is a fault that names it", () => {
  const decoded = decode(dossier({ DueAt: '2026-11-27', unitID: 'H19.12' }));
  assert.deepEqual(faults(decoded), ['data-invalid /data/DueAt', 'data-invalid /data/unitID']);
  assert.match(decoded.kind === 'invalid' ? (decoded.faults[0]?.expected ?? '') : '', /\bdueAt\b/);
  assert.deepEqual(faults(decode(dossier({}, { Subject: 's', dataContentType: 'application/json' }))), [
    'envelope-invalid /Subject',
    'envelope-invalid /dataContentType',
  ]);
  const { time, ...untimed } = dossier();
  assert.deepEqual(faults(decode({ ...untimed, Time: time })), [
    'envelope-invalid /Time',
    'envelope-invalid /time',
  ]);
  const recipients = [{ unitId: 'H19.01', channel: 'axis', Exemption: { reason: 'classified' } }];
  const data = { documentId: 'd', scope: 'internal', fromUnitId: 'H19', issuedAt: '2026-11-20', recipients };
  assert.deepEqual(faults(decode(envelope(data, { type: 'document.registered.v1' }))), [
    'data-invalid /data/recipients/0/Exemption',
  ]);
});

const nfd = (text: string) => text.normalize('NFD');

test('texts are the same composed and decomposed: ids, source, event id, reason', () => {
  const written = (form: (text: string) => string) =>
    event(
      decode(
        dossier(
          {
            dossierId: form('Hồ sơ 1'),
            fieldId: form('Đất đai'),
            unitId: form('Phòng Tiếp dân'),
            reason: form('Thiếu giấy tờ'),
            corrects: form('sự kiện 0'),
          },
          { source: form('/một-cửa'), id: form('sự kiện 1') },
        ),
      ),
    );
  const { former: _, ...one } = written(nfd);
  assert.deepEqual(
    one,
    written((text) => text),
  );
  assert.equal(one.metadata.feed, '/một-cửa');
});

test('an event stored earlier in another form is recognised by that form too', () => {
  const changes = { source: nfd('/một-cửa'), id: nfd('hồ sơ 1') };
  const { former, ...one } = event(decode(dossier({ reason: nfd('Thiếu') }, changes)));
  // Computed by Python's uuid.uuid5 over f"{len(source)}:{source}{id}" with the length in UTF-16 units.
  assert.deepEqual(former, {
    asWritten: {
      id: '9d7c7b45-3a33-5350-8fa7-2f2337bd0bd5',
      data: one.data.replace('Thiếu', nfd('Thiếu')),
    },
  });
  const empty = event(decode(dossier({ reason: ' ', fieldId: 'Đất đai' })));
  const asWritten = { id: empty.id, data: empty.data.replace('}', ',"reason":""}') };
  assert.deepEqual(empty.former, { asWritten });
  assert.equal(event(decode(dossier({ reason: 'Thiếu', unitId: '' }))).former, undefined);
});

test('a reason of a megabyte is cut at 2,000 characters and marked', () => {
  const long = stored(dossier({ reason: `${'ữ'.repeat(1_000_000)}`, marks: ['time-inferred'] }));
  assert.equal(long.reason, 'ữ'.repeat(2_000));
  assert.deepEqual(long.marks, ['time-inferred', 'reason-cut']);
  const exact = stored(dossier({ reason: 'x'.repeat(2_000) }));
  assert.equal(exact.reason.length, 2_000);
  assert.equal(exact.marks, undefined);
  const pair = stored(dossier({ reason: `${'x'.repeat(1_999)}😀` }));
  assert.ok(pair.reason === 'x'.repeat(1_999), 'a character is never cut in two');
});

test('a reason keeps its lines and loses unreadable characters', () => {
  assert.equal(stored(dossier({ reason: ' một\n\thai\u0000\u0007\uD800 ' })).reason, 'một\n\thai\uFFFD');
});

test('an identifier with unpaired, control or invisible characters is refused', () => {
  for (const odd of [
    'a\uD800',
    'a\u0000b',
    'a\nb',
    'a\u200Bb',
    'a\u202Eb',
    'a\u2028b',
    '   ',
    '',
    'x'.repeat(201),
  ]) {
    assert.deepEqual(
      faults(decode(dossier({ dossierId: odd }))),
      ['data-invalid /data/dossierId'],
      JSON.stringify(odd),
    );
  }
  assert.deepEqual(faults(decode(dossier({}, { id: 'a\uD800' }))), ['envelope-invalid /id']);
  assert.deepEqual(faults(decode(dossier({}, { source: 'a\u0000' }))), ['envelope-invalid /source']);
});

test('an event cannot correct itself', () => {
  assert.deepEqual(faults(decode(dossier({ corrects: 'e-1' }))), ['data-invalid /data/corrects']);
  assert.deepEqual(faults(decode(dossier({ corrects: ' e-1 ' }))), ['data-invalid /data/corrects']);
  assert.equal(stored(dossier({ corrects: 'e-0' })).corrects, 'e-0');
});

test('a unit is not its own parent, by either form of its id, and does not end before it begins', () => {
  const unit = (data: Record<string, unknown>) =>
    decode(
      envelope(
        { unitId: 'H19.12', name: 'Phòng', effectiveFrom: '2026-01-01', ...data },
        { type: 'unit.declared.v1' },
      ),
    );
  assert.deepEqual(faults(unit({ parentId: '000.00.12.H19' })), ['data-invalid /data/parentId']);
  assert.deepEqual(faults(unit({ effectiveTo: '2025-12-31' })), ['data-invalid /data/effectiveTo']);
  assert.equal(unit({ parentId: null, effectiveTo: '2026-01-01' }).kind, 'event');
});

test('the stored text does not depend on the order of keys, of aliases, or on how ids and times are written', () => {
  const one = dossier({
    aliases: ['000.00.12.H19-261120-0003', 'H19.12-261120-0002', 'H19.12-261120-0002'],
    dueAt: '2026-11-27T17:00:00+07:00',
  });
  const other = envelope({
    dueAt: '2026-11-27 17:00',
    aliases: ['H19.12-261120-0002', 'H19.12-261120-0003'],
    status: 'received',
    dossierId: '000.00.12.H19-261120-0001',
  });
  assert.equal(event(decode(one)).data, event(decode(other)).data);

  const all = Object.entries({
    ...(one.data as object),
    unitId: 'H19',
    reason: 'r',
    sequence: 1,
    outcome: 'granted',
  });
  fc.assert(
    fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (entries) => {
      assert.equal(
        event(decode(envelope(Object.fromEntries(entries)))).data,
        event(decode(envelope(Object.fromEntries(all)))).data,
      );
    }),
  );
});

test('a decoded event decodes to itself', () => {
  const { time, ...data } = stored(dossier({ unitId: '000.00.12.H19', dueAt: '2026-11-27', reason: ' x ' }));
  assert.deepEqual(stored(envelope(data, { time })), { time, ...data });
});

test('an attribute that is null is unset, as the CloudEvents JSON format says', () => {
  const decoded = decode(dossier({}, { datacontenttype: null, traceparent: null, subject: null }));
  assert.equal(event(decoded).metadata.traceparent, undefined);
});

test('a damaged traceparent is left out, and harms nothing', () => {
  for (const traceparent of ['no', '00-0af7651916cd43dd8448eb211c80319c', 'x'.repeat(5_000), 7, { a: [1] }]) {
    const { metadata, data } = event(decode(dossier({}, { traceparent })));
    assert.deepEqual([metadata.traceparent, data], [undefined, event(decode(dossier())).data]);
  }
});

test('data that is not JSON is refused', () => {
  for (const datacontenttype of ['text/xml', 'application/json-seq', 'application/jsonx']) {
    assert.deepEqual(faults(decode(dossier({}, { datacontenttype }))), ['envelope-invalid /datacontenttype']);
  }
  for (const datacontenttype of [
    'application/json',
    'Application/JSON; charset=utf-8',
    'application/vnd.h19+json',
  ]) {
    assert.equal(decode(dossier({}, { datacontenttype })).kind, 'event');
  }
});

test('the output of the public SDK is accepted', () => {
  const sent = new CloudEvent({ ...dossier(), subject: 'H19.12-261120-0001', partitionkey: 'H19' });
  const one = JSON.parse(JSON.stringify(sent));
  assert.equal(event(decode(one)).data, event(decode(dossier())).data);
});

test('a name or a type of a megabyte does not come back', () => {
  const decoded = decode({ type: 'x'.repeat(1_000_000), source: 'y'.repeat(1_000_000) });
  assert.ok(JSON.stringify(decoded).length < 5_000);
});

test('an event that corrects another has no limit of events in its stream', () => {
  assert.equal(event(decode(dossier({ corrects: 'e-0' }))).streamLimit, undefined);
});

test('a source that is kept for the events of the system itself is refused, whatever the id', () => {
  for (const source of ['nhip', 'nhip/alerter', ' nhip/feed ']) {
    const decoded = decode(dossier({}, { source }));
    assert.deepEqual(faults(decoded), ['envelope-invalid /source'], source);
    assert.match(JSON.stringify(decoded), /`nhip`, and what begins with `nhip\/`, is kept for this system/);
  }
  for (const source of ['/nhip', 'nhip-portal', 'urn:nhip/a']) event(decode(dossier({}, { source })));
});
