import type { Zone } from '../calendar/zone.ts';
import type { ConfiguredFeed } from '../measures/observatory.ts';
import type { Feeds } from './feeds.ts';

/** What figures ask of the feeds that are configured. */
export const configuredFeeds = ({ configured }: Feeds, zone: Zone): readonly ConfiguredFeed[] =>
  configured.map(({ name, types, coverageFrom }) => ({
    feed: name,
    types,
    coverageFrom: coverageFrom === null ? null : zone.dayOf(coverageFrom),
  }));
