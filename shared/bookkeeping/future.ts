import { dayOf, firstMomentOf, isDay, type When } from '../calendar/when.ts';
import type { Zone } from '../calendar/zone.ts';
import type { Moment } from '../kernel/clock.ts';

/** Clocks differ by a little; a moment further than this after its recording is in the future. */
const TOLERANCE_MS = 5 * 60_000;

interface Recorded {
  readonly recordedAt: Moment;
}

/** Of a day only a later one is in the future: when it ends is compared with no clock. */
export const isFuture = (when: When, { recordedAt }: Recorded, zone: Zone): boolean =>
  isDay(when) ? dayOf(when, zone) > zone.dayOf(recordedAt + TOLERANCE_MS) : when > recordedAt + TOLERANCE_MS;

/** The same, or the moment of the recording when it lies in the future: nothing is posted on a day not yet known. */
export const sureWhen = (when: When, fact: Recorded, zone: Zone): When =>
  isFuture(when, fact, zone) ? fact.recordedAt : when;

/** {@link sureWhen} as a moment, on a day as it began. */
export const sureMoment = (when: When, fact: Recorded, zone: Zone): Moment =>
  firstMomentOf(sureWhen(when, fact, zone), zone);
