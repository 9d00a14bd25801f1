import type { Filter, Knowledge, ListQuery } from '../bookkeeping/balance.ts';
import type { Window } from '../calendar/windows.ts';
import type { AppliedMeasure, Viewpoint } from './measure.ts';
import { balanceQueries, type PartCount, type Slice, tally } from './tally.ts';

/** One part of a figure. */
export interface ListedPart extends PartCount {
  /** The query for the subjects that it counts. */
  readonly query: Omit<ListQuery, 'limit' | 'after'>;
}

interface Asked {
  readonly measure: AppliedMeasure;
  readonly window: Window;
  readonly filter: Filter;
  readonly known: Knowledge;
}

/** The parts of a figure, each with its count and the query that lists it. */
export function listedParts(
  { measure, window, filter: asked, known }: Asked,
  slices: readonly Slice[],
  viewpoint: Viewpoint,
): readonly ListedPart[] {
  const selected = measure.select(viewpoint);
  const queries = balanceQueries(measure, window, asked);
  return tally(measure, slices, viewpoint).parts.flatMap((part) => {
    const anyOf = (part.of ?? [part.name]).flatMap((leaf) => selected.get(leaf) ?? []);
    return queries
      .filter(({ book }) => book === part.book)
      .map(({ filter, from, to }) => ({ ...part, query: { anyOf, filter, from, to, ...known } }));
  });
}
