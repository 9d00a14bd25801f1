import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import { test } from 'node:test';
import { throwAway } from './refused-bodies.ts';

/** A body of so many pieces, each of which is there as soon as it is asked for. */
function body(pieces: number, onRead: () => void): Readable {
  let left = pieces;
  return new Readable({
    highWaterMark: 1,
    read() {
      onRead();
      this.push(left-- > 0 ? Buffer.alloc(16) : null);
    },
  });
}

test('of all refused bodies a few pieces are read in a turn, and each body is read to its end', async () => {
  let reads = 0;
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  const bodies = Array.from({ length: 50 }, () => body(10, () => reads++));
  const done = Promise.all(bodies.map(throwAway));
  setImmediate(count);
  await done;
  isOver = true;
  assert.equal(reads, 50 * 11);
  assert.ok(bodies.every(({ readableEnded }) => readableEnded));
  // A stream reads one piece ahead, so that two are let go at a time.
  assert.ok(turns >= (50 * 10) / (2 * 8), `${turns} turns`);
});

test('a body that does not come holds up no other; when its connection ends, it is over', async () => {
  const stalled = Array.from({ length: 20 }, () => new PassThrough());
  const waiting = Promise.all(stalled.map(throwAway));
  await throwAway(body(10, () => {}));
  for (const one of stalled) one.destroy();
  await waiting;
});
