import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { MAX_TRIES, nextTry, parseRetryAfter } from './retry.ts';

const HOUR = 3_600_000;

it('tries again 5 s, 5 m, 30 m, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h after the first try, then gives up', () => {
  const offsets: number[] = [];
  for (let tries = 1, now: number | null = 0; now !== null; tries += 1) {
    offsets.push(now / 1000);
    now = nextTry(tries, now, null, 0);
  }
  assert.deepEqual(offsets, [0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]);
  assert.equal(MAX_TRIES, 10);
});

it('adds a jitter of up to a tenth, never subtracts', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (tries, random) => {
        const plain = nextTry(tries, 0, null, 0) ?? Number.NaN;
        const jittered = nextTry(tries, 0, null, random) ?? Number.NaN;
        assert.ok(plain <= jittered && jittered <= plain * 1.1 + 1);
      },
    ),
  );
});

it('waits longer when the receiver asks, never shorter, and at most a day', () => {
  assert.equal(nextTry(1, 0, 120_000, 0), 120_000);
  assert.equal(nextTry(1, 0, 1000, 0), 5000);
  assert.equal(nextTry(1, 0, 999 * HOUR, 0), 24 * HOUR);
});

it('reads Retry-After in seconds and as an HTTP date', () => {
  const now = Date.UTC(2026, 10, 23, 9, 0, 0);
  assert.equal(parseRetryAfter('120', now), 120_000);
  assert.equal(parseRetryAfter(' 120 ', now), 120_000);
  assert.equal(parseRetryAfter('Mon 23 Nov 2026 09:02:00 GMT', now), 120_000);
  assert.equal(parseRetryAfter('Wednesday, 25-Nov-26 09:00:00 GMT', now), 24 * HOUR);
  assert.equal(parseRetryAfter('Mon, 23 Nov 2026 09:02:00 GMT', now), 120_000);
  assert.equal(parseRetryAfter('Monday, 23-Nov-26 09:02:00 GMT', now), 120_000);
  assert.equal(parseRetryAfter('Mon, 23 Nov 2026 08:00:00 GMT', now), 0);
});

it('reads a Retry-After beyond a day as a day, however it is written', () => {
  const now = Date.UTC(2026, 10, 23, 9, 0, 0);
  for (const text of ['86401', '9999999999', '9'.repeat(400), 'Tue, 24 Nov 2036 09:00:00 GMT']) {
    assert.equal(parseRetryAfter(text, now), 24 * HOUR, text);
  }
});

it('reads no other text as a Retry-After', () => {
  for (const text of [
    undefined,
    '',
    '-5',
    '1.5',
    'soon',
    '2026-11-23',
    'Mon, nonsense',
    '120 s',
    'in 120',
    '23 Nov 2026 09:02:00 GMT',
    'x Mon, 23 Nov 2026 09:02:00 GMT',
  ]) {
    assert.equal(parseRetryAfter(text, 0), null, String(text));
  }
});

it('tries the next time on the whole millisecond', () => {
  assert.equal(nextTry(1, 0, null, 0.000_13), 5_000);
  assert.equal(nextTry(1, 1_000, null, 0.5), 6_250);
});
