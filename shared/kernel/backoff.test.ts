import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backoff } from './backoff.ts';

const delays = (backoff: Backoff, count: number) => Array.from({ length: count }, () => backoff.next());

test('without jitter each delay is twice the one before, up to the longest', () => {
  const backoff = new Backoff({ firstMs: 100, longestMs: 1_000, random: () => 0 });
  assert.deepEqual(delays(backoff, 6), [100, 200, 400, 800, 1_000, 1_000]);
});

test('after a reset the delays begin anew, also from the longest', () => {
  const backoff = new Backoff({ firstMs: 100, longestMs: 250, random: () => 0 });
  delays(backoff, 5);
  backoff.reset();
  assert.deepEqual(delays(backoff, 3), [100, 200, 250]);
});

test('jitter subtracts up to half of a delay and does not shorten the delays after it', () => {
  const draws = [0.5, 0, 0.999_999];
  const backoff = new Backoff({ firstMs: 100, longestMs: 1_000, random: () => draws.shift() ?? 0 });
  assert.deepEqual(delays(backoff, 3), [75, 200, 201]);
});

test('a first delay above the longest is the longest, and no delay is zero', () => {
  assert.equal(new Backoff({ firstMs: 500, longestMs: 200, random: () => 0 }).next(), 200);
  assert.equal(new Backoff({ firstMs: 1, longestMs: 1, random: () => 0.999 }).next(), 1);
});

test('without a source of chance the delays still stay within their limits', () => {
  const backoff = new Backoff({ firstMs: 100, longestMs: 400 });
  for (const [at, delay] of delays(backoff, 50).entries()) {
    const full = [100, 200][at] ?? 400;
    assert.ok(delay >= full / 2 && delay <= full, `delay ${at} is ${delay}`);
  }
});

test('a thousand delays do not overflow', () => {
  const backoff = new Backoff({ firstMs: 100, longestMs: 5_000, random: () => 0 });
  assert.equal(delays(backoff, 2_000).at(-1), 5_000);
});
