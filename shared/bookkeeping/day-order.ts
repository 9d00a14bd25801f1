import type { LocalDay } from '../calendar/zone.ts';

/** Rules that place facts by day among facts with a moment. */
export interface DayOrder<Fact> {
  readonly dayOf: (fact: Fact) => LocalDay;
  /** Compares the stages of two facts of one day: above 0 when the first one belongs later. */
  readonly byStage: (one: Fact, other: Fact) => number;
  /** Whether a fact with a moment affects the places of others. */
  readonly counts: (fact: Fact) => boolean;
}

/**
 * Places facts with a day but no moment among those with a moment: each before the first one of that day that belongs to a
 * later stage, else at the end of the day. So within a day, a fact without an hour happened as late as the stages allow.
 * @param moments in their order
 * @param days by day, then by stage
 */
export function placeDays<Fact>(
  moments: readonly Fact[],
  days: readonly Fact[],
  { dayOf, byStage, counts }: DayOrder<Fact>,
): Fact[] {
  const placed: Fact[] = [];
  let next = 0;
  for (const fact of days) {
    const day = dayOf(fact);
    for (let moment = moments[next]; moment !== undefined; moment = moments[next]) {
      const its = dayOf(moment);
      if (its > day || (its === day && byStage(moment, fact) > 0 && counts(moment))) break;
      placed.push(moment);
      next += 1;
    }
    placed.push(fact);
  }
  return [...placed, ...moments.slice(next)];
}
