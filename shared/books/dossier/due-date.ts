import type { Timing } from '../../bookkeeping/leg.ts';
import { dayOf, firstMomentOf, isDay, type When } from '../../calendar/when.ts';
import { addDays, MINUTE, type Zone } from '../../calendar/zone.ts';
import type { Moment } from '../../kernel/clock.ts';

/** Whether a time limit is counted in days, then only local dates are compared, or in hours, then minutes are. */
export type LimitUnit = 'days' | 'hours';

/**
 * The first moment that is after a due date: with a limit in days the local midnight after it, with a limit in hours the minute
 * after the due minute. A due date that is a day lasts to its end, whatever the limit is counted in.
 */
export function overdueFrom(dueAt: When, unit: LimitUnit, zone: Zone): Moment {
  if (unit === 'hours' && !isDay(dueAt)) return dueAt - modulo(dueAt, MINUTE) + MINUTE;
  return zone.momentAt(addDays(dayOf(dueAt, zone), 1), 0);
}

/** A due date as stated, and the first moment after it; nulls: there is none. */
export interface DueDate {
  readonly at: When | null;
  readonly overdueFrom: Moment | null;
}

export const NO_DUE_DATE: DueDate = { at: null, overdueFrom: null };

/**
 * How an end of processing stands to a due date; open dossiers are tested alike, by `overdueFrom`. An end by day on the day of a
 * due moment is on time: nothing says that it was later than that hour.
 */
export function timingOf(end: When, due: DueDate, zone: Zone): Timing {
  if (due.at === null || due.overdueFrom === null) return 'no-due-date';
  if (firstMomentOf(end, zone) >= due.overdueFrom) return 'late';
  return dayOf(end, zone) < dayOf(due.at, zone) ? 'early' : 'on-time';
}

/** Whether a limit in hours could have decided against an end, had its hour been told. */
export const isBenefitOfDoubt = (end: When, due: DueDate, unit: LimitUnit, zone: Zone): boolean =>
  unit === 'hours' &&
  isDay(end) &&
  due.at !== null &&
  !isDay(due.at) &&
  dayOf(end, zone) === dayOf(due.at, zone);

const modulo = (value: number, by: number): number => ((value % by) + by) % by;
