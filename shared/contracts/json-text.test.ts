import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { elementTexts, readJson, readText } from './json-text.ts';

const readValue = (input: Uint8Array | string): unknown => {
  const reading = readJson(input);
  assert.equal(reading.kind, 'json', JSON.stringify(reading));
  return reading.kind === 'json' && reading.value;
};
const wasOf = (input: Uint8Array | string): string => {
  const reading = readJson(input);
  assert.equal(reading.kind, 'unparseable');
  return reading.kind === 'unparseable' ? reading.fault.was : '';
};

test('a byte order mark is no part of the text, a second one is no JSON', () => {
  for (const input of ['\ufeff{"a":1}', Buffer.from('\ufeff{"a":1}')])
    assert.deepEqual(readJson(input), { kind: 'json', text: '{"a":1}', value: { a: 1 } });
  assert.match(wasOf('\ufeff\ufeff{}'), /^not JSON: /);
  assert.match(wasOf(Buffer.from('\ufeff\ufeff{}')), /^not JSON: /);
  assert.deepEqual(readText(Buffer.from('\ufeff<a/>')), { kind: 'text', text: '<a/>' });
});

test('bytes that are not UTF-8 are refused where they begin, never read with replacement characters', () => {
  assert.equal(wasOf(Buffer.from([0x22, 0xc3, 0x28, 0x22])), 'not UTF-8 at byte 1');
  assert.equal(wasOf(Buffer.from([0x22, 0xc0, 0xaf, 0x22])), 'not UTF-8 at byte 1', 'overlong');
  assert.equal(wasOf(Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22])), 'not UTF-8 at byte 1', 'half of a pair');
  assert.equal(wasOf(Buffer.from('\ufeff{}', 'utf16le')), 'not UTF-8 at byte 0');
  assert.equal(wasOf('"\ud800"'), 'not UTF-8: half of a character');
});

test('invalid JSON is quoted in short, without half characters', () => {
  for (const input of ['', ' ', '{', '[1,]', '{"a":1}x', "{'a':1}", 'NaN', '01', '"\t"', '// x\n{}'])
    assert.match(wasOf(input), /^not JSON: /, input);
  assert.ok(wasOf('😀'.repeat(500)).length <= 200);
  assert.ok(wasOf('😀'.repeat(500)).isWellFormed());
});

test('an integer beyond 2^53 is read as its digits, wherever it stands; every other value as ever', () => {
  assert.deepEqual(readValue('{"a":9007199254740993,"b":[9007199254740993]}'), {
    a: '9007199254740993',
    b: ['9007199254740993'],
  });
  assert.equal(readValue('12345678901234567890'), '12345678901234567890');
  assert.equal(readValue(' -9007199254740993 '), '-9007199254740993');
  assert.equal(readValue('9007199254740991'), 2 ** 53 - 1);
  assert.equal(readValue('1234567890123456'), 1_234_567_890_123_456);
  assert.equal(readValue('0.12345678901234567890'), 0.12345678901234568);
  assert.equal(readValue('1e300'), 1e300);
  assert.deepEqual(readValue('["9007199254740993","\\"9007199254740993","x 9007199254740993"]'), [
    '9007199254740993',
    '"9007199254740993',
    'x 9007199254740993',
  ]);
  assert.match(wasOf('[09007199254740993]'), /^not JSON/, 'quoting must not repair invalid JSON');
});

test('every value of any JSON is that of JSON.parse, except integers beyond 2^53, which keep their digits', () => {
  const integer = fc.bigInt({ min: -(10n ** 22n), max: 10n ** 22n }).map(String);
  const item = fc.oneof(
    integer,
    integer.map((digits) => `"${digits}"`),
    fc.tuple(integer, fc.string()).map(([digits, text]) => JSON.stringify(`${text} ${digits}`)),
    fc.json(),
  );
  const asWritten = (_: string, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
      ? context?.source
      : value;
  fc.assert(
    fc.property(fc.array(item), fc.constantFrom(',', ' ,\n', '\t, '), (items, comma) => {
      const text = `[${items.join(comma)}]`;
      assert.deepEqual(readValue(text), JSON.parse(text, asWritten));
    }),
  );
});

test('a text full of digits or of depth costs no more than reading it', () => {
  const deep = `${'['.repeat(200_000)}9007199254740993${']'.repeat(200_000)}`;
  assert.equal(readJson(deep).kind, 'json');
  assert.equal(readValue(`{"a":${'7'.repeat(3_000_000)}}`)?.constructor, Object);
});

test('the texts of the elements are those between the outer commas', () => {
  assert.deepEqual(elementTexts('[]'), []);
  assert.deepEqual(elementTexts(' [ \n ] '), []);
  assert.deepEqual(elementTexts('[1]'), ['1']);
  assert.deepEqual(elementTexts('[ {"a": [1, 2]} , "],\\"[" , 1.0e2, []]'), [
    '{"a": [1, 2]}',
    '"],\\"["',
    '1.0e2',
    '[]',
  ]);
  assert.deepEqual(elementTexts('["\\\\", "\\u005d"]'), ['"\\\\"', '"\\u005d"']);
});

test('each text reads as its element, however the array is spaced', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.constantFrom(undefined, 1, '\t'), (values, space) => {
      const elements = JSON.parse(JSON.stringify(values));
      const texts = elementTexts(JSON.stringify(values, null, space));
      assert.deepEqual(
        texts.map((text) => JSON.parse(text)),
        elements,
      );
    }),
  );
});
