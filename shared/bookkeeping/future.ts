import { dayOf, firstMomentOf, isDay, type When } from '../calendar/when.ts';
import type { Zone } from '../calendar/zone.ts';
import type { Moment } from '../kernel/clock.ts';

/** Clocks differ slightly; a moment beyond this after its recording is in the future. */
const TOLERANCE_MS = 5 * 60_000;

interface Recorded {
  readonly recordedAt: Moment;
}

/** A day is in the future only when it is later than the day of the recording: its end is not compared with a clock. */
export const isFuture = (when: When, { recordedAt }: Recorded, zone: Zone): boolean =>
  isDay(when) ? dayOf(when, zone) > zone.dayOf(recordedAt + TOLERANCE_MS) : when > recordedAt + TOLERANCE_MS;

/** The same, or the moment of the recording when it lies in the future: no amount is posted on a day not yet known. */
export const sureWhen = (when: When, fact: Recorded, zone: Zone): When =>
  isFuture(when, fact, zone) ? fact.recordedAt : when;

/** {@link sureWhen} as a moment; for a day, its first moment. */
export const sureMoment = (when: When, fact: Recorded, zone: Zone): Moment =>
  firstMomentOf(sureWhen(when, fact, zone), zone);
