import type { Window } from '../../../shared/calendar/windows.ts';
import { addDays, dayInMonth, formatDay, type LocalDay, monthOf } from '../../../shared/calendar/zone.ts';
import type { BreakdownRow } from '../../../shared/measures/evaluate.ts';
import { type AppliedMeasure, countsUndecided } from '../../../shared/measures/measure.ts';
import type { Fraction } from '../../../shared/measures/rate.ts';

/** The days of one step: a step is the number of its day, or of its month. */
const boundsOf = (step: 'day' | 'month', number: number): [LocalDay, LocalDay] =>
  step === 'day'
    ? [number as LocalDay, number as LocalDay]
    : [dayInMonth(number, 1), addDays(dayInMonth(number + 1, 1), -1)];

interface Together extends Pick<AppliedMeasure, 'scale' | 'judgement'> {
  /** The denominator of the whole figure. */
  readonly denominator: number;
}

/** What several days come to together. */
function together(shares: readonly Fraction[], { scale, judgement, denominator }: Together): Fraction {
  if (scale.kind === 'value') return scale.combine(shares);
  const sum = (of: keyof Fraction) => shares.reduce((total, share) => total + share[of], 0);
  // Where the undecided stand inside it, a day only adds to the numerator.
  return {
    numerator: sum('numerator'),
    denominator: countsUndecided(judgement) ? denominator : sum('denominator'),
  };
}

/** One point a step in which something counted. */
export function seriesPoints(
  rows: readonly BreakdownRow[],
  step: 'day' | 'month',
  window: Window,
  whole: Together,
) {
  const days = rows
    .flatMap(({ key, figure }) => (typeof key === 'number' ? [{ day: key as LocalDay, figure }] : []))
    .filter(({ figure }) => figure.denominator > 0)
    .sort((left, right) => left.day - right.day);
  const steps = Map.groupBy(days, ({ day }) => (step === 'day' ? day : monthOf(day).month));
  let earlier: readonly Fraction[] = [];
  return [...steps].map(([number, group]) => {
    const [first, last] = boundsOf(step, number);
    const shares = group.map(({ figure: { numerator, denominator } }) => ({ numerator, denominator }));
    const all = [...earlier, ...shares];
    const soFar = together(all, whole);
    // A sum of sums is the sum; a mean of means is not the mean.
    earlier = whole.scale.kind === 'value' ? all : [soFar];
    return {
      from: formatDay(first < window.from ? window.from : first),
      to: formatDay(last > window.cutTo ? window.cutTo : last),
      ...valued(together(shares, whole)),
      cumulative: valued(soFar),
    };
  });
}

const valued = ({ numerator, denominator }: Fraction) => ({
  numerator,
  denominator,
  value: numerator / denominator,
});

/** One point a month of a figure of stocks: how it stood on the last day. */
export function monthEndPoints(rows: readonly BreakdownRow[], window: Window) {
  return rows.flatMap(({ key, figure: { numerator, denominator } }) => {
    if (typeof key !== 'number') return [];
    const to = key as LocalDay;
    const first = dayInMonth(monthOf(to).month, 1);
    const share = valued({ numerator, denominator });
    const from = first < window.from ? window.from : first;
    return [{ from: formatDay(from), to: formatDay(to), ...share, cumulative: share }];
  });
}
