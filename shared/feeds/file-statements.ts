import { type FeedName, feedName } from '../contracts/ids.ts';
import type { SourceRecord } from '../ledger/source-counts.ts';
import type { FeedDeclaredV1 } from '../office/feed-declared.v1.ts';
import type { FeedBook, FeedStatement } from './feed-book.ts';
import type { Feed } from './feeds.ts';

/**
 * The first import of FEEDS_FILE: its feeds, and every other source that the store has, by the name and the rank that its events were
 * stored with. All count as known from the beginning and none changes a rank, so that no figure changes, about any moment. Where
 * the file ranks otherwise than events were stored, that is a second statement, of today.
 */
export function firstStatements(
  file: readonly Feed[],
  records: readonly SourceRecord[],
): readonly FeedStatement[] {
  const named = new Set(file.flatMap(({ sources }) => sources));
  const names = new Set(file.map(({ name }) => name));
  const latest = new Map<string, SourceRecord>();
  for (const one of records) {
    if (named.has(one.source)) continue;
    const known = latest.get(one.source);
    if (!known || known.lastRecordedAt <= one.lastRecordedAt) latest.set(one.source, one);
  }
  const others = Map.groupBy(latest.values(), ({ source, feed }) =>
    names.has(feed) ? feedName(source) : feed,
  );
  const agreed = (sources: readonly string[], rank: number): number | null =>
    records.every((one) => one.rank === rank || !sources.includes(one.source)) ? rank : null;
  const ofStore = [...others].map(([name, all]): FeedDeclaredV1 => {
    const sources = all.map(({ source }) => source);
    const rank = agreed(sources, all[0]?.rank ?? 1);
    return { ...{ name, sources, rank, coverageFrom: null, types: [] }, fromBeginning: true };
  });
  const ofFile = file.map((feed) => ({
    ...ofFileOf(feed),
    ...{ rank: agreed(feed.sources, feed.rank), fromBeginning: true as const },
  }));
  const otherwise = file.filter(({ sources, rank }) => agreed(sources, rank) === null).map(ofFileOf);
  return [
    ...[...ofStore, ...ofFile].map((data) => ({ data, id: `import/${data.name}` })),
    ...otherwise.map((data) => ({ data, id: `import/${data.name}/rank` })),
  ];
}

/**
 * What FEEDS_FILE states otherwise than it did before; a feed that has left it is retired. What was stated otherwise than by the
 * file stays in force until the file itself changes.
 */
export function laterStatements(
  file: readonly Feed[],
  { last, lastOfFile }: Pick<FeedBook, 'last' | 'lastOfFile'>,
): readonly FeedStatement[] {
  const inFile = new Set(file.map(({ name }) => name));
  const changed = file.map(ofFileOf).filter((data) => {
    const before = lastOfFile.get(data.name) ?? last.get(data.name);
    return !before || !saysTheSame(before, data);
  });
  const gone = [...lastOfFile.values()]
    .filter(({ name, sources }) => !inFile.has(name) && sources.length > 0)
    .map(({ name }): FeedDeclaredV1 => ({ ...retired(name), fromFile: true }));
  return [...changed, ...gone].map((data) => ({ data }));
}

/** A feed that is none any more. */
export const retired = (name: FeedName): FeedDeclaredV1 => ({
  ...{ name, sources: [], rank: null, coverageFrom: null, types: [] },
});

/** What is stated of a feed. */
export const statementOf = ({ name, sources, rank, coverageFrom, types }: Feed): FeedDeclaredV1 => ({
  ...{ name, sources: [...sources], rank, coverageFrom, types: [...types] },
});

const ofFileOf = (feed: Feed): FeedDeclaredV1 => ({ ...statementOf(feed), fromFile: true });

export const saysTheSame = (a: FeedDeclaredV1, b: FeedDeclaredV1): boolean => shownOf(a) === shownOf(b);

const shownOf = ({ sources, rank, coverageFrom, types }: FeedDeclaredV1): string =>
  JSON.stringify([sources.toSorted(), rank, coverageFrom, types.toSorted()]);
