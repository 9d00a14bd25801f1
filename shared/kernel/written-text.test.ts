import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { codePoint } from '../../tests/support/any-text.ts';
import { composed, composedJson, statesNothing } from './written-text.ts';

test('composed text is the Unicode normal form C of any text', () => {
  const vietnamese = fc.constantFrom(
    ...'aăâbcdđeêghiklmnoôơpqrstuưvxyÀẾộữĩ 1/-\u0300\u0301\u0323\u031b\u0340',
  );
  const text = fc.oneof(
    fc.string({ unit: codePoint }),
    fc.array(vietnamese).map((parts) => parts.join('')),
  );
  fc.assert(fc.property(text, (written) => assert.equal(composed(written), written.normalize('NFC'))));
});

test('texts of a JSON file are composed, in whatever way they are escaped', () => {
  assert.deepEqual(composedJson('{"name":["ho\\u0302\\u0300 so\\u031b", 1, null]}'), {
    name: ['hồ sơ', 1, null],
  });
});

test('values other than texts in a JSON file stay unchanged', () => {
  assert.deepEqual(composedJson('[["漢"], {"a": ["e\u0301\u0f73"]}, true]'), [
    ['漢'],
    { a: ['é\u0f71\u0f72'] },
    true,
  ]);
});

test('null, an empty text and blanks state nothing; zero and false do', () => {
  for (const nothing of [null, undefined, '', ' ', '\t\u00a0\n']) assert.equal(statesNothing(nothing), true);
  for (const something of [0, false, 'x', ' x ', [], {}]) assert.equal(statesNothing(something), false);
});
