import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mapInTurns, pauses } from './in-turns.ts';

/** Each item takes a millisecond. */
function work() {
  let clock = 0;
  return {
    now: () => clock,
    map: (item: number) => {
      clock += 1;
      return item * 10;
    },
  };
}

test('items come back mapped, in their order', async () => {
  const { map, now } = work();
  assert.deepEqual(await mapInTurns([1, 2, 3, 4, 5], map, now), [10, 20, 30, 40, 50]);
});

test('a long list leaves turns of the event loop to others, and many lists take one after the other', async () => {
  let turns = 0;
  let isOver = false;
  const count = () => {
    if (isOver) return;
    turns += 1;
    setImmediate(count);
  };
  setImmediate(count);
  const items = Array.from({ length: 20 }, (_, item) => item);
  // Ten pieces each, of which the first needs no turn; eight turns before each of the others.
  await Promise.all([work(), work(), work()].map(({ map, now }) => mapInTurns(items, map, now)));
  isOver = true;
  assert.ok(turns >= 214 && turns <= 220, `${turns} turns`);
});

test('work with steps of its own pauses once a piece has become long, and begins a new one then', async () => {
  let clock = 0;
  const pause = pauses(() => clock);
  const paused: number[] = [];
  for (; clock < 25; clock++) {
    const turn = pause();
    if (turn) paused.push(clock);
    await turn;
  }
  assert.deepEqual(paused, [10, 20]);
});
