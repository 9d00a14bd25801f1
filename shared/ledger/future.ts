import type { Moment } from '../platform/clock.ts';

/** Clocks differ by a little; a moment further than this after its recording is in the future. */
const TOLERANCE_MS = 5 * 60_000;

interface Recorded {
  readonly recordedAt: Moment;
}

export const isFuture = (moment: Moment, { recordedAt }: Recorded): boolean =>
  moment > recordedAt + TOLERANCE_MS;

/** The moment itself, or that of the recording when it lies in the future: nothing is posted on a day not yet known. */
export const sureMoment = (moment: Moment, fact: Recorded): Moment =>
  isFuture(moment, fact) ? fact.recordedAt : moment;
