import type { Window } from '../../../shared/calendar/windows.ts';
import { addDays, dayInMonth, formatDay, type LocalDay, monthOf } from '../../../shared/calendar/zone.ts';
import type { BreakdownRow } from '../../../shared/measures/evaluate.ts';

/** The days of one step: a step is the number of its day, or of its month. */
const boundsOf = (step: 'day' | 'month', number: number): [LocalDay, LocalDay] =>
  step === 'day'
    ? [number as LocalDay, number as LocalDay]
    : [dayInMonth(number, 1), addDays(dayInMonth(number + 1, 1), -1)];

/**
 * One point a step in which something counted.
 * @param whole the denominator of every point, where the undecided stand inside it and a day only adds to the numerator; else null
 */
export function seriesPoints(
  rows: readonly BreakdownRow[],
  step: 'day' | 'month',
  window: Window,
  whole: number | null,
) {
  const days = rows
    .flatMap(({ key, figure }) => (typeof key === 'number' ? [{ day: key as LocalDay, figure }] : []))
    .filter(({ figure }) => figure.denominator > 0)
    .sort((left, right) => left.day - right.day);
  const steps = Map.groupBy(days, ({ day }) => (step === 'day' ? day : monthOf(day).month));
  const soFar = { numerator: 0, denominator: 0 };
  return [...steps].map(([number, group]) => {
    const [first, last] = boundsOf(step, number);
    const numerator = group.reduce((sum, { figure }) => sum + figure.numerator, 0);
    const counted = group.reduce((sum, { figure }) => sum + figure.denominator, 0);
    const denominator = whole ?? counted;
    soFar.numerator += numerator;
    soFar.denominator = whole ?? soFar.denominator + counted;
    return {
      from: formatDay(first < window.from ? window.from : first),
      to: formatDay(last > window.cutTo ? window.cutTo : last),
      numerator,
      denominator,
      value: numerator / denominator,
      cumulative: { ...soFar, value: soFar.numerator / soFar.denominator },
    };
  });
}

/** One point a month of a figure of stocks: how it stood on the last day. */
export function monthEndPoints(rows: readonly BreakdownRow[], window: Window) {
  return rows.flatMap(({ key, figure: { numerator, denominator } }) => {
    if (typeof key !== 'number') return [];
    const to = key as LocalDay;
    const first = dayInMonth(monthOf(to).month, 1);
    const share = { numerator, denominator, value: numerator / denominator };
    const from = first < window.from ? window.from : first;
    return [{ from: formatDay(from), to: formatDay(to), ...share, cumulative: share }];
  });
}
