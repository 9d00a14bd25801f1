import type { LocalDay, Zone } from '../calendar/zone.ts';
import type { FeedName } from '../contracts/ids.ts';
import type { Feeds } from './feeds.ts';

/** A feed as figures ask about it. */
export interface ConfiguredFeed {
  readonly feed: FeedName;
  readonly types: readonly string[];
  readonly coverageFrom: LocalDay | null;
}

/** What figures ask of the feeds that are configured. */
export const configuredFeeds = ({ configured }: Feeds, zone: Zone): readonly ConfiguredFeed[] =>
  configured.map(({ name, types, coverageFrom }) => ({
    feed: name,
    types,
    coverageFrom: coverageFrom === null ? null : zone.dayOf(coverageFrom),
  }));
