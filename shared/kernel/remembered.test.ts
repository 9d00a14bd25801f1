import assert from 'node:assert/strict';
import { test } from 'node:test';
import { remembered } from './remembered.ts';

function counting() {
  const state = { asked: 0, now: 0, fails: false };
  const known = remembered(
    async () => {
      state.asked += 1;
      if (state.fails) throw new Error('as the test asked');
      return state.asked;
    },
    100,
    () => state.now,
  );
  return { state, known };
}

test('those who ask within the time share one answer; later ones get a new one', async () => {
  const { state, known } = counting();
  assert.deepEqual(await Promise.all([known.get(), known.get()]), [1, 1]);
  state.now = 99;
  assert.equal(await known.get(), 1);
  state.now = 100;
  assert.equal(await known.get(), 2);
});

test('what was forgotten is asked anew, though an answer is still on its way', async () => {
  const { known } = counting();
  const early = known.get();
  known.forget();
  assert.deepEqual([await known.get(), await early], [2, 1]);
});

test('a failure is nobody’s answer the next time', async () => {
  const { state, known } = counting();
  state.fails = true;
  await assert.rejects(known.get());
  state.fails = false;
  assert.equal(await known.get(), 2);
});
