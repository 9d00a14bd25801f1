import assert from 'node:assert/strict';
import { test } from 'node:test';
import { books } from '../../../shared/books/registry.ts';
import { zoneOf } from '../../../shared/calendar/zone.ts';
import { decoder } from '../../../shared/contracts/decode.ts';
import { feedName } from '../../../shared/contracts/ids.ts';
import { type MessageParts, readMessage } from './message.ts';

const rawText = (reading: ReturnType<typeof readMessage>): string =>
  reading.kind === 'tombstone' ? '' : Buffer.from(reading.raw()).toString();

test('structured mode needs no content type; what comes is kept as it came', () => {
  const value = Buffer.from('{ "specversion": "1.0", "id": "một" }');
  const reading = readMessage({ value });
  assert.equal(reading.kind, 'event');
  assert.deepEqual(reading.kind === 'event' && reading.input, { specversion: '1.0', id: 'một' });
  assert.equal(rawText(reading), '{ "specversion": "1.0", "id": "một" }');
});

test('binary mode takes attributes and extensions from the headers and data from the value', () => {
  const reading = readMessage({
    value: Buffer.from('{"a":[1]}'),
    headers: {
      ce_specversion: Buffer.from('1.0'),
      ce_id: '7',
      ce_source: Buffer.from('first'),
      ce_traceparent: Buffer.from('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'),
      'content-type': Buffer.from('application/json'),
      other: Buffer.from('not an attribute'),
    },
  });
  const event = {
    specversion: '1.0',
    id: '7',
    source: 'first',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    datacontenttype: 'application/json',
    data: { a: [1] },
  };
  assert.deepEqual(reading.kind === 'event' && reading.input, event);
  assert.deepEqual(JSON.parse(rawText(reading)), event, 'kept in structured form, which can be tried again');
});

test('an event has the trace of its message’s own header, in both modes, unless it names one itself', () => {
  const header = '00-1bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const own = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const traceOf = (message: MessageParts) => {
    const reading = readMessage(message);
    return reading.kind === 'event' && (reading.input as Record<string, unknown>).traceparent;
  };
  const binary = { ce_specversion: Buffer.from('1.0'), traceparent: Buffer.from(header) };
  assert.equal(traceOf({ value: Buffer.from('{}'), headers: binary }), header);
  assert.equal(
    traceOf({ value: Buffer.from('{}'), headers: { ...binary, ce_traceparent: Buffer.from(own) } }),
    own,
  );
  const structured = (event: object) =>
    traceOf({ value: Buffer.from(JSON.stringify(event)), headers: { traceparent: Buffer.from(header) } });
  assert.equal(structured({ id: '7' }), header);
  assert.equal(structured({ id: '7', traceparent: null }), header);
  assert.equal(structured({ id: '7', traceparent: own }), own);
  assert.equal(traceOf({ value: Buffer.from('{"id":"7"}') }), undefined);
});

test('a header without a value is an attribute that is absent, in both modes', () => {
  const binary = readMessage({
    value: Buffer.from('{}'),
    headers: {
      ce_specversion: Buffer.from('1.0'),
      ce_subject: null,
      ce_time: [null, null],
      ce_id: [null, Buffer.from('7')],
      'content-type': null,
      traceparent: null,
    },
  });
  assert.deepEqual(binary.kind === 'event' && binary.input, { specversion: '1.0', id: '7', data: {} });
  const value = Buffer.from('{"id":"7"}');
  for (const headers of [
    { traceparent: null },
    { ce_specversion: null },
    { ce_id: null, 'content-type': null },
  ]) {
    const structured = readMessage({ value, headers });
    assert.deepEqual(structured.kind === 'event' && structured.input, { id: '7' });
  }
  assert.equal(readMessage({ value: null, headers: { ce_specversion: null } }).kind, 'tombstone');
});

test('an attribute that came twice, or is not UTF-8, is refused by its name and keeps its bytes', () => {
  const decode = decoder(books.kinds, zoneOf('Asia/Ho_Chi_Minh'), () => ({ feed: feedName('x'), rank: 1 }));
  const attributes = {
    ce_specversion: '1.0',
    ce_id: '7',
    ce_source: '/s',
    ce_type: 'dossier.status.v1',
    ce_time: '2026-11-20',
  };
  const value = Buffer.from('{"dossierId":"1","status":"received"}');
  const faultOf = (headers: MessageParts['headers']) => {
    const reading = readMessage({ value, headers: { ...attributes, ...headers } });
    const decoded = reading.kind === 'event' ? decode(reading.input) : undefined;
    return decoded?.kind === 'invalid'
      ? [decoded.faults[0]?.pointer, decoded.faults[0]?.was, rawText(reading)]
      : [decoded?.kind];
  };
  assert.deepEqual(faultOf({}), ['event']);
  const [twice, was, raw = ''] = faultOf({ ce_id: [Buffer.from('7'), Buffer.from('8')] });
  assert.deepEqual([twice, was, JSON.parse(raw).id], ['/id', 'an array of 2', ['7', '8']]);
  const [latin, , kept = ''] = faultOf({ ce_source: Buffer.from([0x2f, 0xe9]) });
  assert.deepEqual([latin, JSON.parse(kept).source], ['/source', { base64: 'L+k=' }]);
  assert.deepEqual(faultOf({ traceparent: ['a', 'b'], ce_other: Buffer.from([0xff]) }), ['event']);
});

test('binary mode keeps data that is not JSON, byte for byte', () => {
  const reading = readMessage({
    value: Buffer.from([0xff, 0x00]),
    headers: { ce_specversion: '1.0', ce_id: '7' },
  });
  assert.equal(reading.kind === 'unreadable' && reading.fault.pointer, '/data');
  assert.deepEqual(JSON.parse(rawText(reading)), { specversion: '1.0', id: '7', data_base64: '/wA=' });
});

test('bytes that are not UTF-8 are refused, not read with replacement characters', () => {
  const reading = readMessage({ value: Buffer.from([0x22, 0xc3, 0x28, 0x22]) });
  assert.equal(reading.kind === 'unreadable' && reading.fault.was, 'not UTF-8 at byte 1');
});

test('no value is a tombstone, except under CloudEvents headers', () => {
  assert.equal(readMessage({ value: null, headers: {} }).kind, 'tombstone');
  const reading = readMessage({ value: null, headers: { ce_specversion: '1.0' } });
  assert.deepEqual(reading.kind === 'event' && reading.input, { specversion: '1.0' });
});

test('binary mode keeps the text of its data, however deep it is and whatever its numbers', () => {
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  const reading = readMessage({
    value: Buffer.from(deep),
    headers: { ce_specversion: '1.0', ce_data: 'no' },
  });
  assert.equal(rawText(reading), `{"specversion":"1.0","data":${deep}}`);
  const big = readMessage({
    value: Buffer.from('{"n":12345678901234567890}'),
    headers: { ce_specversion: '1.0' },
  });
  assert.equal(rawText(big), '{"specversion":"1.0","data":{"n":12345678901234567890}}');
});
