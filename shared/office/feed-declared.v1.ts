import { z } from 'zod';
import type { Zone } from '../calendar/zone.ts';
import type { EventKind } from '../contracts/event-kind.ts';
import { feedName, streamName } from '../contracts/ids.ts';
import { lineSchema, whenSchema } from '../contracts/schema-parts.ts';

export const FEEDS = streamName('feeds');
export const FEED_DECLARED = 'feed.declared.v1';

/** Rank of a feed: 1 the best, 9 the last. */
export const FEED_RANK = z.int().min(1).max(9);

/**
 * `feed.declared.v1`: a feed (nguồn tin) from now on, or none any more. It belongs to this system and is taken at no door, so that no
 * key can raise the rank of its own events. Of one feed the statement with the greatest `time` and id is in force; of a source that
 * two feeds name, the later statement.
 */
export function feedDeclaredV1(zone: Zone) {
  const text = lineSchema(500);
  return z.object({
    name: text.transform(feedName),
    /** CloudEvents sources that belong to it; none retires the feed. */
    sources: z.array(text),
    /** Null: that with which each event was stored. */
    rank: FEED_RANK.nullable(),
    /** It is complete from then on; null: from its first event on. */
    coverageFrom: whenSchema(zone).nullable(),
    /** Event types it is needed for; empty: those it has sent. */
    types: z.array(z.string()),
    /** FEEDS_FILE states it. */
    fromFile: z.literal(true).optional(),
    /** It counts as known from the beginning: the first import, which changes no answer about the past. */
    fromBeginning: z.literal(true).optional(),
  });
}

export type FeedDeclaredV1 = z.output<ReturnType<typeof feedDeclaredV1>>;

export const feedDeclared: EventKind<FeedDeclaredV1> = {
  type: FEED_DECLARED,
  schema: feedDeclaredV1,
  whenFields: ['coverageFrom'],
  streamOf: () => FEEDS,
};
