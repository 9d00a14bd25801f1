import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pointerOf, shown } from './fault.ts';

test('pointers are those of RFC 6901 section 5', () => {
  assert.equal(pointerOf([]), '');
  assert.equal(pointerOf(['foo', 0]), '/foo/0');
  assert.equal(pointerOf(['']), '/');
  assert.equal(pointerOf(['a/b']), '/a~1b');
  assert.equal(pointerOf(['m~n']), '/m~0n');
  assert.equal(pointerOf(['~1']), '/~01');
});

test('the value found is shortened, valid UTF-8, and never unpacked', () => {
  assert.equal(shown(undefined), 'nothing');
  assert.equal(shown('4'), '"4"');
  assert.equal(shown(4), '4');
  assert.equal(shown(null), 'null');
  assert.equal(shown({ ChuHoSo: 'somebody' }), 'an object of 1');
  assert.equal(shown([1, 2, 3]), 'an array of 3');
  for (let length = 190; length < 210; length += 1) {
    const text = shown(`${'x'.repeat(length)}😀😀😀😀😀😀😀😀😀😀`);
    assert.ok(text.length <= 200 && text.isWellFormed());
  }
});
