import { eventId, feedName } from '../../contracts/ids.ts';
import type { DeclaredRow, FeedDeclaration } from '../../office/declared.ts';

/** A statement about a feed, by default of the source of its name, known from the beginning. @param version its place among the statements */
export function feedRow(name: string, change: Partial<FeedDeclaration> = {}, version = 1): DeclaredRow {
  const record = {
    name: feedName(name),
    sources: [name],
    rank: 1,
    coverageFrom: null,
    types: [],
    knownAt: 0,
  };
  return {
    version,
    order: { time: version, assertedAt: version, event: eventId('feeds', `${version}`) },
    declared: { kind: 'feed', record: { ...record, ...change } },
  };
}
