import { DAY, MINUTE, type Zone } from '../calendar/zone.ts';
import type { Moment } from '../platform/clock.ts';
import type { Timing } from './leg.ts';

/** Whether a time limit is counted in days, then only local dates are compared, or in hours, then minutes are. */
export type LimitUnit = 'days' | 'hours';

/**
 * The first moment that is after a due date: with a limit in days the local midnight after it, with a limit in hours the minute
 * after the due minute.
 */
export function overdueFrom(dueAt: Moment, unit: LimitUnit, zone: Zone): Moment {
  if (unit === 'hours') return dueAt - modulo(dueAt, MINUTE) + MINUTE;
  return zone.momentAt(nextDay(dueAt, zone), 0);
}

/** A due date as stated, and the first moment after it; nulls: there is none. */
export interface DueDate {
  readonly at: Moment | null;
  readonly overdueFrom: Moment | null;
}

export const NO_DUE_DATE: DueDate = { at: null, overdueFrom: null };

/** How an end of processing stands to a due date; open dossiers are tested alike, by `overdueFrom`. */
export function timingOf(end: Moment, due: DueDate, zone: Zone): Timing {
  if (due.at === null || due.overdueFrom === null) return 'no-due-date';
  if (end >= due.overdueFrom) return 'late';
  return zone.dayOf(end) < zone.dayOf(due.at) ? 'early' : 'on-time';
}

/** A date without a time of day is read as the local midnight that begins it: this is how far such a moment reaches. */
export function lastMomentOf(moment: Moment, zone: Zone): Moment {
  return isBareDate(moment, zone) ? zone.momentAt(nextDay(moment, zone), 0) - 1 : moment;
}

const isBareDate = (moment: Moment, zone: Zone): boolean => modulo(moment + zone.offsetAt(moment), DAY) === 0;

const nextDay = (moment: Moment, zone: Zone) => (zone.dayOf(moment) + 1) as ReturnType<Zone['dayOf']>;

const modulo = (value: number, by: number): number => ((value % by) + by) % by;
