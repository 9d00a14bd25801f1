import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unpackBase64 } from './data-base64.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const event = { id: 'a', type: 't' };
const unpacked = (input: object) => {
  const outcome = unpackBase64(input);
  return outcome.kind === 'input' ? outcome.input : outcome.fault.expected;
};

test('base64 data is decoded', () => {
  assert.deepEqual(unpacked({ ...event, data_base64: base64('{"field":"Đất đai"}') }), {
    ...event,
    data: { field: 'Đất đai' },
  });
  assert.deepEqual(unpacked({ ...event, data_base64: base64('\ufeff[1]') }), { ...event, data: [1] });
  assert.deepEqual(unpacked({ ...event, data: null, data_base64: base64('1') }), { ...event, data: 1 });
});

test('null is a field left out', () => {
  assert.deepEqual(unpacked({ ...event, data: 1, data_base64: null }), { ...event, data: 1 });
});

test('data beside it is refused, as is invalid base64, UTF-8 or JSON', () => {
  assert.equal(unpacked({ data: {}, data_base64: base64('{}') }), 'either data or data_base64, not both');
  for (const text of ['{}', 'e30', 'e30==', 'e-_=', 7])
    assert.equal(unpacked({ data_base64: text }), 'base64 (RFC 4648 §4)', String(text));
  for (const bytes of [Buffer.from('{'), Buffer.from([0xff])])
    assert.equal(unpacked({ data_base64: bytes.toString('base64') }), 'JSON in UTF-8');
});
