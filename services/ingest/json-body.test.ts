import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { elementTexts } from './json-body.ts';

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
