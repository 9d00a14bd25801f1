import type { Row } from '../client/api.ts';

export type Column = 'name' | 'share' | 'count' | 'failed' | 'overdue' | 'dueSoon';
export interface Sorting {
  readonly column: Column;
  readonly descending: boolean;
}

/** Most failures first, which is where work helps most. */
export const WORST_FIRST: Sorting = { column: 'failed', descending: true };

/** The other way round when it is sorted by that already. */
export const sortedBy = (sorting: Sorting, column: Column): Sorting => ({
  column,
  descending: sorting.column === column ? !sorting.descending : column !== 'name' && column !== 'share',
});

const VALUES: Readonly<Record<Column, (row: Row) => number>> = {
  name: () => 0,
  // What has no share yet is not the worst.
  share: ({ value }) => value ?? 2,
  count: ({ denominator }) => denominator,
  failed: ({ numerator, denominator }) => denominator - numerator,
  overdue: ({ open }) => open?.overdue ?? 0,
  dueSoon: ({ open }) => open?.dueSoon ?? 0,
};

export function sorted(
  rows: readonly Row[],
  { column, descending }: Sorting,
  nameOf: (key: string | null) => string,
  locale: string,
): readonly Row[] {
  const value = VALUES[column];
  const direction = descending ? -1 : 1;
  return rows.toSorted((a, b) => {
    if (column === 'name') return direction * nameOf(a.key).localeCompare(nameOf(b.key), locale);
    return direction * (value(a) - value(b)) || b.denominator - a.denominator;
  });
}
