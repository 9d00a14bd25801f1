import type { Window } from '../calendar/windows.ts';
import type { WorkingCalendar } from '../calendar/working-calendar.ts';
import { HOUR } from '../calendar/zone.ts';
import type { Moment } from '../platform/clock.ts';
import type { ObjectiveDefinition } from './definition.ts';
import type { EvaluationContext } from './evaluate.ts';
import type { Basis } from './tally.ts';
import { type FeedState, trustOf } from './trust.ts';

/** What a figure depends on beside the ledger's balances. */
export interface Surroundings {
  /** The moment of the figure: the present, or `asOf`. */
  readonly now: Moment;
  readonly window: Window;
  readonly basis: Basis;
  readonly calendar: WorkingCalendar;
  /** Every feed, configured or seen. */
  readonly feeds: readonly FeedState[];
  /** Unresolved dead letters by event type. */
  readonly deadLetters: ReadonlyMap<string, number>;
  /** The ledger's `knownSince` of the objective's book. */
  readonly knownSince: Moment | null;
}

/** Gathers what `evaluate` needs, the same for everyone who asks. */
export function evaluationContext(
  definition: ObjectiveDefinition,
  { now, window, basis, calendar, feeds, deadLetters, knownSince }: Surroundings,
): EvaluationContext {
  return {
    now,
    window,
    basis,
    knownSince,
    dueSoonUntil: calendar.reach(now, definition.dueSoonWorkingHours * HOUR),
    registerSeen: feeds.some(
      ({ types, firstRecordedAt }) =>
        types.includes('document.registered.v1') && firstRecordedAt !== null && firstRecordedAt <= now,
    ),
    trust: trustOf(definition, { feeds, deadLetters, calendar, now, from: window.from }),
  };
}
