import type { WorkingCalendar } from '../calendar/working-calendar.ts';
import { HOUR, type LocalDay, MINUTE } from '../calendar/zone.ts';
import type { EventKinds } from '../contracts/event-kind.ts';
import type { FeedName } from '../contracts/ids.ts';
import { isOwnType } from '../contracts/own-types.ts';
import type { Moment } from '../kernel/clock.ts';
import type { TypeCount } from '../ledger/port.ts';
import type { JudgedLoss } from '../office/accepted-losses.ts';
import { isReferenceType } from '../office/reference-events.ts';
import type { ObjectiveDefinition } from './definition.ts';
import type { KnownFeed } from './feeds-known.ts';
import type { AppliedMeasure } from './measure.ts';

export interface Freshness {
  readonly feed: FeedName;
  readonly lastRecordedAt: Moment | null;
  /** Silent for longer than its limit, in working hours. */
  readonly silent: boolean;
  readonly coverageFrom: LocalDay | null;
}

/** The reasons not to believe a figure, the most serious first. */
const DOUBTS = [
  /** The stored data were found altered or damaged. */
  'unverified',
  /** The present time is not known for sure. */
  'clock',
  /** The ledger is behind the event store. */
  'behind',
  /** A feed that it needs is silent, or there is none. */
  'stale',
  /** Events of its types are missing: open dead letters, events that could not be folded, or that the store no longer has. */
  'incomplete',
  /** The window begins before a feed sends everything. */
  'partial',
] as const;
export type Doubt = (typeof DOUBTS)[number];
/** Doubts that apply to every figure at a moment. */
export type GeneralDoubt = Extract<Doubt, 'unverified' | 'clock' | 'behind'>;

/** How reliable a figure is. Several doubts may apply, the most serious first; `state` is the first. */
export interface Trust {
  readonly state: 'ok' | Doubt;
  readonly doubts: readonly Doubt[];
  /** Each feed that the objective needs. */
  readonly freshness: readonly Freshness[];
  /** The number of open ones that may contain, or replace, events of the objective's types. */
  readonly deadLetters: number;
  /** The number of events of the objective's types, or of a type unknown, that could not be folded and are in no figure. */
  readonly setAside: number;
  /** The number of events of such types that the event store has lost, as far as the loss is not accepted. */
  readonly lost: number;
  /** Those whose loss was accepted, one note for each act: no doubt. */
  readonly acceptedLosses: readonly LossNote[];
  /** The number of events of the objective's types from sources that no feed names, while feeds are declared; figures count them. */
  readonly quarantined: number;
}

/** Open dead letters of one kind. */
export interface OpenLetters {
  /** As the letter states it, known or not; null where it is unreadable. */
  readonly type: string | null;
  readonly feed: FeedName | null;
  /** The types that may be missing, where neither the letter's type nor its feed determines them: those of a topic that lost messages. */
  readonly doubted: readonly string[] | null;
  readonly open: number;
}

/** Events that a figure goes on without, by decision of a person. */
export interface LossNote {
  readonly at: Moment;
  readonly reason: string;
  readonly events: number;
}

export interface TrustInputs {
  readonly feeds: readonly KnownFeed[];
  readonly deadLetters: readonly OpenLetters[];
  readonly setAside: readonly TypeCount[];
  readonly lost: readonly JudgedLoss[];
  readonly general: readonly GeneralDoubt[];
  /** The known types of events. */
  readonly kinds: EventKinds;
  readonly calendar: WorkingCalendar;
  /** The moment of the figure. */
  readonly now: Moment;
  /** The present, also for a figure of the past. */
  readonly present: Moment;
  /** First day of the window. */
  readonly from: LocalDay;
}

/** Clocks of several hosts differ. */
const CLOCK_TOLERANCE = MINUTE;

export function trustOf(
  definition: Pick<ObjectiveDefinition, 'feedSilentWorkingHours'>,
  { eventTypes }: Pick<AppliedMeasure, 'eventTypes'>,
  inputs: TrustInputs,
): Trust {
  const types: readonly string[] = eventTypes;
  // What people state here comes from no feed, and stands in no dead letter.
  const sent = types.filter((type) => !isOwnType(type));
  const limit = definition.feedSilentWorkingHours * HOUR;
  const isUnnamed = ({ standing }: KnownFeed) => standing === 'quarantined';
  const freshness = inputs.feeds
    .filter((feed) => !isUnnamed(feed) && feed.types.some((type) => sent.includes(type)))
    .map(
      ({ feed, standing, lastRecordedAt, coverageFrom }): Freshness => ({
        feed,
        lastRecordedAt,
        coverageFrom,
        // People who state something now and then are no feed that falls silent.
        silent:
          standing !== 'own' &&
          (lastRecordedAt === null ||
            // Recorded by a wrong clock: since when the feed has been silent is unknown.
            lastRecordedAt > inputs.present + CLOCK_TOLERANCE ||
            inputs.calendar.reach(lastRecordedAt, limit) < inputs.now),
      }),
    );
  const deadLetters = inputs.deadLetters
    .filter((letters) => {
      const doubted = doubtedBy(letters, inputs);
      return doubted === 'all' ? sent.length > 0 : doubted.some((type) => sent.includes(type));
    })
    .reduce((sum, { open }) => sum + open, 0);
  const isConcerned = ({ type }: { readonly type: string }) =>
    types.includes(type) || isReferenceType(type) || !(inputs.kinds.has(type) || isOwnType(type));
  const setAside = inputs.setAside.filter(isConcerned).reduce((sum, { events }) => sum + events, 0);
  const losses = inputs.lost.filter(isConcerned);
  const lost = losses.reduce((sum, { open }) => sum + open, 0);
  const quarantined = inputs.feeds
    .filter(isUnnamed)
    .flatMap(({ events }) => sent.map((type) => events.get(type) ?? 0))
    .reduce((sum, events) => sum + events, 0);
  const applies: Partial<Record<Doubt, boolean>> = {
    stale: sent.length > 0 && (freshness.length === 0 || freshness.some(({ silent }) => silent)),
    incomplete: deadLetters + setAside + lost > 0,
    partial: freshness.some(({ coverageFrom }) => coverageFrom !== null && inputs.from < coverageFrom),
  };
  const general: readonly Doubt[] = inputs.general;
  const doubts = DOUBTS.filter((doubt) => applies[doubt] || general.includes(doubt));
  return {
    state: doubts[0] ?? 'ok',
    doubts,
    freshness,
    deadLetters,
    setAside,
    lost,
    acceptedLosses: notesOn(losses),
    quarantined,
  };
}

/** One for each act, the earliest first. */
function notesOn(losses: readonly JudgedLoss[]): readonly LossNote[] {
  const notes = new Map<string, LossNote>();
  for (const { acceptance, events, open } of losses) {
    if (!acceptance) continue;
    const { knownAt: at, reason } = acceptance;
    const key = `${at} ${reason}`;
    notes.set(key, { at, reason, events: (notes.get(key)?.events ?? 0) + events - open });
  }
  return [...notes.values()].sort((a, b) => a.at - b.at);
}

/** A letter of an unknown type may contain any type that its feed sends; where the feed is unknown too, any type. */
function doubtedBy(
  { type, feed, doubted }: OpenLetters,
  { feeds, kinds }: TrustInputs,
): readonly string[] | 'all' {
  if (doubted !== null && doubted.length > 0) return doubted;
  if (type !== null && kinds.has(type)) return [type];
  // A letter keeps the name that its feed had when it came: that of the source before a feed named it.
  const isItsFeed = (one: KnownFeed) => one.feed === feed || one.sources.some((source) => source === feed);
  const sent = feeds.find(isItsFeed)?.types ?? [];
  return sent.length > 0 ? sent : 'all';
}
