import type { Filter, Knowledge, ListQuery } from '../bookkeeping/balance.ts';
import type { Book } from '../bookkeeping/book.ts';
import type { Window } from '../calendar/windows.ts';
import type { AppliedMeasure, Viewpoint } from './measure.ts';
import type { ListItem } from './measured-list.ts';
import { balanceQueries, type PartCount, type Slice, tally } from './tally.ts';

/** One part of a figure, and what it counts: the subjects of a book that a query lists, or items. */
export type ListedPart = PartCount &
  (
    | {
        readonly kind: 'subjects';
        readonly book: Book;
        readonly query: Omit<ListQuery, 'limit' | 'after'>;
      }
    | { readonly kind: 'items'; readonly collection: string; readonly items: readonly ListItem[] }
  );

interface Asked {
  readonly measure: AppliedMeasure;
  readonly window: Window;
  readonly filter: Filter;
  readonly known: Knowledge;
}

/** The parts of a figure, each with its count and what it lists. */
export function listedParts(
  { measure, window, filter: asked, known }: Asked,
  slices: readonly Slice[],
  viewpoint: Viewpoint,
): readonly ListedPart[] {
  const { counted } = measure;
  const counts = tally(measure, slices, viewpoint).parts;
  if (counted.kind === 'list') {
    const all = slices.flatMap((slice) => (slice.kind === 'items' ? slice.items : []));
    return counts.map((part) => {
      const leaves = part.of ?? [part.name];
      const items = all.filter(({ amounts }) => leaves.some((leaf) => amounts[leaf] !== undefined));
      return { ...part, kind: 'items', collection: counted.collection, items };
    });
  }
  const selected = counted.select(viewpoint);
  const queries = balanceQueries(measure, window, asked);
  return counts.flatMap((part) => {
    const anyOf = (part.of ?? [part.name]).flatMap((leaf) => selected.get(leaf) ?? []);
    return queries
      .filter(({ book }) => book === part.book)
      .map(({ book, filter, from, to }) => {
        const query = { anyOf, filter, from, to, ...known };
        return { ...part, kind: 'subjects', book, query };
      });
  });
}
