import { z } from 'zod';
import { parseMoment, type Zone } from '../calendar/zone.ts';
import type { FeedOf } from '../contracts/decode.ts';
import type { EventKinds } from '../contracts/event-kind.ts';
import { type FeedName, feedName } from '../contracts/ids.ts';
import { wrongFieldsText } from '../contracts/issue-text.ts';
import { identifierSchema } from '../contracts/schema-parts.ts';
import { DVCQG_SOURCE } from '../dialects/dvcqg.ts';
import type { Moment } from '../kernel/clock.ts';
import { composed, composedJson } from '../kernel/written-text.ts';
import { FEED_RANK } from '../office/feed-declared.v1.ts';
import { isAtOrBelow } from './sources.ts';

/** The one-stop software of the office itself; the national portal only repeats its statements, and distorts some. */
const LOCAL_RANK = 1;
const NATIONAL_RANK = 2;

/** A configured feed (nguồn tin). */
export interface Feed {
  readonly name: FeedName;
  /** CloudEvents sources that belong to it. */
  readonly sources: readonly string[];
  /** 1 local, 2 national: the lowest that spoke of a dossier decides. */
  readonly rank: number;
  /** It is complete from this moment on; null: from its first event on. */
  readonly coverageFrom: Moment | null;
  /** Event types it is needed for; empty: those it has sent. */
  readonly types: readonly string[];
}

export interface Feeds {
  /** Those that are configured. A source of none of them is a feed of its own name. */
  readonly configured: readonly Feed[];
  readonly feedOf: FeedOf;
}

/** What a source is unless its feed says otherwise. */
const rankOf = (source: string): number => (isAtOrBelow(source, DVCQG_SOURCE) ? NATIONAL_RANK : LOCAL_RANK);

/** As an event's `source` may be written. */
const text = identifierSchema(500);

/** What is stated of a feed beside its name. */
export const feedFields = (zone: Zone, kinds: EventKinds) => ({
  sources: z.array(text).min(1).max(1_000).describe('CloudEvents sources that belong to it.'),
  rank: FEED_RANK.optional().describe(
    '1 is the best; without it 1, and 2 for sources of the national portal.',
  ),
  coverageFrom: z
    .string()
    .refine((written) => parseMoment(written, zone) !== undefined, 'a date or an RFC 3339 date-time')
    .nullable()
    .default(null)
    .describe('It is complete from then on: a date, or a date-time (RFC 3339).'),
  types: z
    .array(z.enum([...kinds.keys()]))
    .default([])
    .describe('Event types that it is missed for, even if it has never sent anything.'),
});

/** A feed as it is written. */
type WrittenFeed = z.output<z.ZodObject<ReturnType<typeof feedFields>>>;

export function feedWritten(name: string, written: WrittenFeed, zone: Zone): Feed {
  const sources = written.sources.map(composed);
  const { rank = Math.max(...sources.map(rankOf)), coverageFrom, types } = written;
  const from = coverageFrom === null ? null : (parseMoment(coverageFrom, zone) ?? null);
  return { name: feedName(composed(name)), sources, rank, coverageFrom: from, types };
}

/** The schema of FEEDS_FILE. */
function feedsSchema(zone: Zone, kinds: EventKinds) {
  const feed = z
    .strictObject({ name: text, ...feedFields(zone, kinds) })
    .transform(({ name, ...written }): Feed => feedWritten(name, written, zone));
  return z.array(feed).superRefine((feeds, context) => {
    const repeated = (values: readonly string[]) =>
      values.filter((value, index) => values.indexOf(value) !== index);
    for (const name of repeated(feeds.map((each) => each.name))) {
      context.addIssue({ code: 'custom', message: `two feeds are named ${name}` });
    }
    for (const source of repeated(feeds.flatMap((each) => each.sources))) {
      context.addIssue({ code: 'custom', message: `two feeds have the source ${source}` });
    }
  });
}

/** @throws Error naming the faults, when the text of FEEDS_FILE is not a list of feeds. */
export function feedsFromText(text: string, zone: Zone, kinds: EventKinds): Feeds {
  const written = composedJson(text);
  const parsed = feedsSchema(zone, kinds).safeParse(written);
  if (!parsed.success) throw new Error(wrongFieldsText(parsed.error, written));
  return feedsOf(parsed.data);
}

/** What holds without a FEEDS_FILE: each source is a feed of its own, ranked local; the national portal's is ranked below. */
export function feedsOf(given: readonly Feed[] = []): Feeds {
  const bySource = new Map(given.flatMap((feed) => feed.sources.map((source) => [source, feed] as const)));
  return {
    configured: given,
    feedOf: (source) => {
      const feed = bySource.get(source);
      return feed ? { feed: feed.name, rank: feed.rank } : { feed: feedName(source), rank: rankOf(source) };
    },
  };
}
