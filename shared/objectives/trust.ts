import type { WorkingCalendar } from '../calendar/working-calendar.ts';
import { HOUR, type LocalDay } from '../calendar/zone.ts';
import type { EventType } from '../contracts/event.ts';
import type { FeedName } from '../contracts/ids.ts';
import type { Moment } from '../platform/clock.ts';
import type { ObjectiveDefinition } from './definition.ts';

/** A feed as far as trust depends on it. */
export interface FeedState {
  readonly feed: FeedName;
  /** The event types it sends. */
  readonly types: readonly string[];
  /** When its first and its last new event were recorded; null while it has sent nothing. */
  readonly firstRecordedAt: Moment | null;
  readonly lastRecordedAt: Moment | null;
  /** The first local day of which it tells everything; null when it always did. */
  readonly coverageFrom: LocalDay | null;
}

export interface Freshness {
  readonly feed: FeedName;
  readonly lastRecordedAt: Moment | null;
  /** Silent for longer than its limit, in working hours. */
  readonly silent: boolean;
  readonly coverageFrom: LocalDay | null;
}

/**
 * How far a figure can be believed. Several doubts may hold; `state` is the gravest: `stale` (a feed it needs is silent, or
 * there is none), `incomplete` (unresolved dead letters of its types), `partial` (the window begins before a feed tells all).
 */
export interface Trust {
  readonly state: 'ok' | Doubt;
  readonly doubts: readonly Doubt[];
  /** Each feed that the objective needs. */
  readonly freshness: readonly Freshness[];
  /** Unresolved, of the objective's types. */
  readonly deadLetters: number;
}
export type Doubt = 'stale' | 'incomplete' | 'partial';

export interface TrustInputs {
  readonly feeds: readonly FeedState[];
  /** Unresolved dead letters by event type. */
  readonly deadLetters: ReadonlyMap<string, number>;
  readonly calendar: WorkingCalendar;
  readonly now: Moment;
  /** First day of the window. */
  readonly from: LocalDay;
}

/** The event types that an objective's formula draws on. */
export function eventTypesOf({ formula }: Pick<ObjectiveDefinition, 'formula'>): readonly EventType[] {
  switch (formula.name) {
    case 'dossiers-on-time':
      return ['dossier.status.v1'];
    case 'documents-electronic':
      return ['document.registered.v1', 'document.exchange.v1'];
  }
}

export function trustOf(definition: ObjectiveDefinition, inputs: TrustInputs): Trust {
  const types: readonly string[] = eventTypesOf(definition);
  const limit = definition.feedSilentWorkingHours * HOUR;
  const freshness = inputs.feeds
    .filter((feed) => feed.types.some((type) => types.includes(type)))
    .map(
      ({ feed, lastRecordedAt, coverageFrom }): Freshness => ({
        feed,
        lastRecordedAt,
        coverageFrom,
        silent: lastRecordedAt === null || inputs.calendar.reach(lastRecordedAt, limit) < inputs.now,
      }),
    );
  const deadLetters = types.reduce((sum, type) => sum + (inputs.deadLetters.get(type) ?? 0), 0);
  const doubts: Doubt[] = [];
  if (freshness.length === 0 || freshness.some(({ silent }) => silent)) doubts.push('stale');
  if (deadLetters > 0) doubts.push('incomplete');
  if (freshness.some(({ coverageFrom }) => coverageFrom !== null && inputs.from < coverageFrom))
    doubts.push('partial');
  return { state: doubts[0] ?? 'ok', doubts, freshness, deadLetters };
}
