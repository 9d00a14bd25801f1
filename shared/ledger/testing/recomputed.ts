import type { BalanceQuery } from '../../bookkeeping/balance.ts';
import type { RecordedEvent } from '../../contracts/stored-event.ts';
import type { Moment } from '../../kernel/clock.ts';
import { type Counts, countLegs, Recomputation } from '../verify-recompute.ts';
import { RULES } from './contract-events.ts';

/** A ledger in plain arrays, from the events that were known at a moment. */
export function recomputed(
  events: readonly RecordedEvent[],
  knownAt = Number.POSITIVE_INFINITY,
): Recomputation {
  const recomputation = new Recomputation(RULES);
  let known: Moment = 0;
  for (const event of events) {
    known = Math.max(known, event.recordedAt);
    if (known <= knownAt) recomputation.add(event, known);
  }
  return recomputation;
}

export function countsOf(recomputation: Recomputation, query: BalanceQuery): Counts {
  const counts: Counts = new Map();
  countLegs(recomputation.legs(query.book), query, counts);
  return counts;
}

/** Counts as text that can be compared, without zeros. */
export const textsOf = (counts: Counts): string[] =>
  [...counts]
    .filter(([, count]) => count !== 0)
    .map(([place, count]) => `${place} ${count}`)
    .sort();
