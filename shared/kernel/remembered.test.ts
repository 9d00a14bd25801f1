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

test('callers within the time share one answer; later ones get a new one', async () => {
  const { state, known } = counting();
  assert.deepEqual(await Promise.all([known.get(), known.get()]), [1, 1]);
  state.now = 99;
  assert.equal(await known.get(), 1);
  state.now = 100;
  assert.equal(await known.get(), 2);
});

test('after forgetting, a new request runs, even while another is running', async () => {
  const { known } = counting();
  const early = known.get();
  known.forget();
  assert.deepEqual([await known.get(), await early], [2, 1]);
});

test('a failure is not cached', async () => {
  const { state, known } = counting();
  state.fails = true;
  await assert.rejects(known.get());
  state.fails = false;
  assert.equal(await known.get(), 2);
});

test('a late failure does not discard the answer of a later request', async () => {
  const refuse: ((error: Error) => void)[] = [];
  let asked = 0;
  const known = remembered(
    () => {
      asked += 1;
      return asked === 1 ? new Promise<number>((_, reject) => refuse.push(reject)) : Promise.resolve(asked);
    },
    100,
    () => 0,
  );
  const early = known.get();
  known.forget();
  assert.equal(await known.get(), 2);
  refuse[0]?.(new Error('as the test asked'));
  await assert.rejects(early);
  assert.equal(await known.get(), 2);
});

test('an answer expires by its own clock', async () => {
  let asked = 0;
  const known = remembered(async () => (asked += 1), 60_000);
  await known.get();
  await known.get();
  assert.equal(asked, 1);
});
