import type { Timing } from '../../bookkeeping/leg.ts';
import { afterDay, dayOf, firstMomentOf, isDay, type When } from '../../calendar/when.ts';
import { MINUTE, type Zone } from '../../calendar/zone.ts';
import type { Moment } from '../../kernel/clock.ts';

/** The unit of a time limit: days compare local dates, hours compare minutes. */
export type LimitUnit = 'days' | 'hours';

/**
 * The first moment that is after a due date: with a limit in days the local midnight after it, with a limit in hours the minute
 * after the due minute. A due date without an hour lasts to the end of its day, with either unit.
 */
export function overdueFrom(dueAt: When, unit: LimitUnit, zone: Zone): Moment {
  if (unit === 'hours' && !isDay(dueAt)) return dueAt - modulo(dueAt, MINUTE) + MINUTE;
  return afterDay(dueAt, zone);
}

/** A due date as stated, and the first moment after it; both null without a due date. */
export interface DueDate {
  readonly at: When | null;
  readonly overdueFrom: Moment | null;
}

export const NO_DUE_DATE: DueDate = { at: null, overdueFrom: null };

/**
 * Compares an end of processing with a due date; open dossiers use `overdueFrom`, by the same rule. An end without an hour on the
 * day of a due moment is on time: no statement proves that it was later.
 */
export function timingOf(end: When, due: DueDate, zone: Zone): Timing {
  if (due.at === null || due.overdueFrom === null) return 'no-due-date';
  if (firstMomentOf(end, zone) >= due.overdueFrom) return 'late';
  return dayOf(end, zone) < dayOf(due.at, zone) ? 'early' : 'on-time';
}

/** Whether an end without an hour counts as on time only because its hour is unknown, under a limit in hours. */
export const isBenefitOfDoubt = (end: When, due: DueDate, unit: LimitUnit, zone: Zone): boolean =>
  unit === 'hours' &&
  isDay(end) &&
  due.at !== null &&
  !isDay(due.at) &&
  dayOf(end, zone) === dayOf(due.at, zone);

const modulo = (value: number, by: number): number => ((value % by) + by) % by;
