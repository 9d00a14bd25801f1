import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trackProgress } from './progress.ts';

const LIMIT_MS = 60_000;

test('lag is what is not durable yet, exact beyond 2^53', () => {
  const progress = trackProgress();
  progress.assigned({ hoso: [0, 1] });
  progress.begins('hoso', 0, '9007199254740993');
  progress.ends('hoso', 0, '9007199254740999');
  assert.deepEqual(progress.lag(), [
    { topic: 'hoso', partition: 0, position: 9007199254740993n, end: 9007199254740999n },
    { topic: 'hoso', partition: 1, position: undefined, end: 0n },
  ]);
  progress.durable('hoso', 0, '9007199254740998');
  assert.equal(progress.lag()[0]?.position, 9007199254740999n);
  progress.begins('hoso', 0, '5');
  assert.equal(
    progress.lag()[0]?.position,
    9007199254740999n,
    'what was read counts more than what was committed',
  );
});

test('a partition keeps its place in a rebalance and is forgotten when it is taken away', () => {
  const progress = trackProgress();
  progress.assigned({ hoso: [0, 1] });
  progress.durable('hoso', 1, '9');
  progress.assigned({ hoso: [1] });
  progress.durable('hoso', 0, '99');
  assert.deepEqual(progress.lag(), [{ topic: 'hoso', partition: 1, position: 10n, end: 10n }]);
});

test('stalled means messages to read and no move for the whole limit', () => {
  const progress = trackProgress();
  progress.assigned({ hoso: [0, 1] });
  for (const partition of [0, 1]) progress.begins('hoso', partition, '0');
  progress.ends('hoso', 0, '10');
  assert.deepEqual(progress.stalled(0, LIMIT_MS), []);
  assert.deepEqual(progress.stalled(LIMIT_MS - 1, LIMIT_MS), []);
  assert.deepEqual(progress.stalled(LIMIT_MS, LIMIT_MS), ['hoso/0'], 'the idle one is not stalled');
  progress.durable('hoso', 0, '4');
  assert.deepEqual(progress.stalled(LIMIT_MS + 1, LIMIT_MS), [], 'it moved');
  assert.deepEqual(progress.stalled(2 * LIMIT_MS + 1, LIMIT_MS), ['hoso/0'], 'and stopped again');
});

test('time in which the store was away does not count', () => {
  const progress = trackProgress();
  progress.assigned({ hoso: [0] });
  progress.begins('hoso', 0, '0');
  progress.ends('hoso', 0, '10');
  progress.stalled(0, LIMIT_MS);
  progress.excuse();
  assert.deepEqual(progress.stalled(LIMIT_MS, LIMIT_MS), []);
  assert.deepEqual(progress.stalled(2 * LIMIT_MS, LIMIT_MS), ['hoso/0']);
});
