import { dayOf } from '../calendar/when.ts';
import type { LocalDay, Zone } from '../calendar/zone.ts';
import type { FeedName } from '../contracts/ids.ts';
import type { Moment } from '../kernel/clock.ts';
import type { SourceRecord } from '../ledger/source-counts.ts';
import type { FeedDeclaration } from '../office/declared.ts';
import type { FeedStanding, FeedTable } from '../office/feed-table.ts';

/** A feed (nguồn tin): one that is declared, or a source by itself. */
export interface KnownFeed {
  readonly feed: FeedName;
  readonly standing: FeedStanding;
  /** Null: that with which each event was stored. */
  readonly rank: number | null;
  readonly sources: readonly string[];
  /** The event types it is needed for: those it has sent; while it has sent nothing, those it is declared with. */
  readonly types: readonly string[];
  /** The number of events of each type that it has sent. */
  readonly events: ReadonlyMap<string, number>;
  /** When its first and its last new event were recorded; null while it has sent nothing. */
  readonly firstRecordedAt: Moment | null;
  readonly lastRecordedAt: Moment | null;
  /** The first local day of which it sends everything; null when it always did. */
  readonly coverageFrom: LocalDay | null;
}

/** Every feed that is declared or that the ledger has heard, by name. @param table the feeds as declared at the moment asked about */
export function knownFeeds(
  records: readonly SourceRecord[],
  table: FeedTable,
  zone: Zone,
): readonly KnownFeed[] {
  const heard = Map.groupBy(records, (record) => table.feedOf(record).feed);
  const declared = table.feeds.map((feed) => declaredFeed(feed, heard.get(feed.name) ?? [], table, zone));
  const named = new Set(table.feeds.map(({ name }) => name));
  const others = [...heard].flatMap(([feed, all]) => {
    const [first] = all;
    if (!first || named.has(feed)) return [];
    const { rank, standing } = table.feedOf(first);
    return [
      {
        ...{ feed, standing, rank, coverageFrom: null },
        ...{ sources: [...new Set(all.map(({ source }) => source))], ...heardOf(all) },
      },
    ];
  });
  return [...declared, ...others].sort((a, b) => (a.feed < b.feed ? -1 : 1));
}

function declaredFeed(
  feed: FeedDeclaration,
  all: readonly SourceRecord[],
  table: FeedTable,
  zone: Zone,
): KnownFeed {
  const { types, ...rest } = heardOf(all);
  return {
    ...{ feed: feed.name, standing: 'declared', rank: feed.rank, sources: table.sourcesOf(feed) },
    ...{ types: all.length > 0 ? types : feed.types, ...rest },
    coverageFrom: feed.coverageFrom === null ? null : dayOf(feed.coverageFrom, zone),
  };
}

function heardOf(
  all: readonly SourceRecord[],
): Pick<KnownFeed, 'types' | 'events' | 'firstRecordedAt' | 'lastRecordedAt'> {
  const events = new Map<string, number>();
  let first: Moment | null = null;
  let last: Moment | null = null;
  for (const one of all) {
    events.set(one.type, (events.get(one.type) ?? 0) + one.events);
    first = Math.min(first ?? one.firstRecordedAt, one.firstRecordedAt);
    last = Math.max(last ?? one.lastRecordedAt, one.lastRecordedAt);
  }
  return { types: [...events.keys()].sort(), events, firstRecordedAt: first, lastRecordedAt: last };
}
