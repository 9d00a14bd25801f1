import type { Moment } from '../kernel/clock.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** When each try is made, counted from the first: the schedule of the Standard Webhooks specification. */
const SCHEDULE = [
  0,
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
] as const;

export const MAX_TRIES = SCHEDULE.length;

/** No message waits longer for its next try; a receiver can postpone it by up to this time. */
export const LONGEST_WAIT = 24 * HOUR;
/** Up to this share is added to every wait, so that receivers that failed together are not called together. */
const JITTER = 0.1;

/**
 * When to send again after `tries` failed attempts, or null when none is left.
 * @param tries at least 1.
 * @param retryAfter the delay that the receiver requested (see {@link parseRetryAfter}); it only lengthens the wait.
 * @param random in [0, 1).
 */
export function nextTry(
  tries: number,
  now: Moment,
  retryAfter: number | null,
  random: number,
): Moment | null {
  const offset = SCHEDULE[tries];
  if (offset === undefined) return null;
  // Gaps, not offsets: after a long stop of the sender all attempts would otherwise be due at once.
  const gap = (offset - (SCHEDULE[tries - 1] ?? 0)) * (1 + JITTER * random);
  return Math.round(now + Math.min(Math.max(gap, retryAfter ?? 0), LONGEST_WAIT));
}

/** Milliseconds to wait by a `Retry-After` header: seconds or an HTTP date (RFC 9110 §10.2.3); null if it is neither; up to a day. */
export function parseRetryAfter(header: string | undefined, now: Moment): number | null {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Math.min(Number(text) * SECOND, LONGEST_WAIT);
  // Every HTTP date begins with the name of a day; Date.parse alone would parse `2` or `-5` as a date.
  const date = /^[A-Z][a-z]{2,8},? /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : Math.min(Math.max(0, date - now), LONGEST_WAIT);
}
