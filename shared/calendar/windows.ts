import type { Moment } from '../kernel/clock.ts';
import { addDays, dayInMonth, type LocalDay, monthOf, type Zone } from './zone.ts';

/**
 * Calendar periods, and the reporting periods of NĐ 09/2019/NĐ-CP art. 12 (kỳ báo cáo), which run from the 15th to the 14th:
 * the reporting year 2026 is 15/12/2025 to 14/12/2026.
 */
export const NAMED_WINDOWS = [
  'year',
  'quarter',
  'month',
  'reporting-year',
  'reporting-half',
  'reporting-quarter',
  'reporting-month',
] as const;
export type NamedWindow = (typeof NAMED_WINDOWS)[number];

/** A stretch of local days, both ends inclusive, as seen at one moment. */
export interface Window {
  readonly name: NamedWindow | 'from-to';
  readonly from: LocalDay;
  /** The end of the full period, also while the period is running. */
  readonly to: LocalDay;
  /** The last day that can have figures: `to`, or the day of `asOf` in a running window. */
  readonly cutTo: LocalDay;
  /** Whether the window contains `asOf`; only then can a target be at risk. */
  readonly current: boolean;
  /** The moment for its open stock: `asOf`, or the last millisecond of a past window. */
  readonly stockAt: Moment;
}

export type WindowOutcome =
  | { readonly kind: 'window'; readonly window: Window }
  /** `to` lies before `from`. */
  | { readonly kind: 'ends-before-it-begins' };

const SHAPES: { readonly [Name in NamedWindow]: { readonly months: number; readonly reporting: boolean } } = {
  year: { months: 12, reporting: false },
  quarter: { months: 3, reporting: false },
  month: { months: 1, reporting: false },
  'reporting-year': { months: 12, reporting: true },
  'reporting-half': { months: 6, reporting: true },
  'reporting-quarter': { months: 3, reporting: true },
  'reporting-month': { months: 1, reporting: true },
};

/** Whether it is a reporting period. */
export const isReporting = (name: NamedWindow): boolean => SHAPES[name].reporting;

/** The length of a window. */
export const monthsIn = (name: NamedWindow): number => SHAPES[name].months;

/** The window of that name that contains `asOf`, cut there. */
export function namedWindow(name: NamedWindow, asOf: Moment, zone: Zone): Window {
  const { from, to } = daysOf(name, monthNamed(name, zone.dayOf(asOf)));
  return windowAt(name, from, to, asOf, zone);
}

/** The number of the month by which a window names a day: a reporting month has the name of the month in which it ends. */
export function monthNamed(name: NamedWindow, day: LocalDay): number {
  const { month, dayOfMonth } = monthOf(day);
  return SHAPES[name].reporting && dayOfMonth >= 15 ? month + 1 : month;
}

/** The days of the window of that name which has the month, both inclusive. @param month years times 12 and months from 0 */
export function daysOf(name: NamedWindow, month: number): { readonly from: LocalDay; readonly to: LocalDay } {
  const { months, reporting } = SHAPES[name];
  const first = month - (month % months);
  const startOf = (of: number) => (reporting ? dayInMonth(of - 1, 15) : dayInMonth(of, 1));
  return { from: startOf(first), to: addDays(startOf(first + months), -1) };
}

/** A calendar year, cut at `asOf` while it runs. */
export function yearWindow(year: number, asOf: Moment, zone: Zone): Window {
  const { from, to } = daysOf('year', year * 12);
  return windowAt('year', from, to, asOf, zone);
}

/** The window of two local dates, both inclusive. */
export function explicitWindow(from: LocalDay, to: LocalDay, asOf: Moment, zone: Zone): WindowOutcome {
  if (to < from) return { kind: 'ends-before-it-begins' };
  return { kind: 'window', window: windowAt('from-to', from, to, asOf, zone) };
}

function windowAt(name: Window['name'], from: LocalDay, to: LocalDay, asOf: Moment, zone: Zone): Window {
  const today = zone.dayOf(asOf);
  const current = from <= today && today <= to;
  return {
    name,
    from,
    to,
    cutTo: current ? today : to,
    current,
    stockAt: Math.min(asOf, zone.momentAt(addDays(to, 1), 0) - 1),
  };
}

/** The window up to the end of each of its months, and to its own last day. */
export function monthsOf(window: Window, zone: Zone): readonly Window[] {
  const ends: LocalDay[] = [];
  for (let { month } = monthOf(window.from); ; month += 1) {
    const end = addDays(dayInMonth(month + 1, 1), -1);
    ends.push(end < window.cutTo ? end : window.cutTo);
    if (end >= window.cutTo) break;
  }
  return ends.map((cutTo) => {
    const over = zone.momentAt(addDays(cutTo, 1), 0) - 1;
    return { ...window, cutTo, current: false, stockAt: Math.min(over, window.stockAt) };
  });
}
