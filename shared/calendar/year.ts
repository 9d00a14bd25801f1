import { dayInMonth, type LocalDay, monthOf } from './zone.ts';

/** The calendar year of a day. */
export const yearOf = (day: LocalDay): number => Math.floor(monthOf(day).month / 12);

/** A day that every year has. @param month from 1 @param dayOfMonth from 1 to 28 */
export const dayIn = (year: number, month: number, dayOfMonth: number): LocalDay =>
  dayInMonth(year * 12 + month - 1, dayOfMonth);
