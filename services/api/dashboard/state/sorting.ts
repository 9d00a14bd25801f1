import type { Row } from '../client/api.ts';
import { failuresOf } from './verdict.ts';

/** A column may be the count of a part. */
export type Column = 'name' | 'share' | 'count' | 'failed' | `part ${string}`;
export const columnOf = (part: string): Column => `part ${part}`;

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

function valueIn(row: Row, column: Column): number {
  const { value, denominator, partCounts } = row;
  switch (column) {
    case 'name':
      return 0;
    case 'share':
      // A group without a share is not the worst.
      return value ?? 2;
    case 'count':
      return denominator;
    case 'failed':
      return failuresOf(row);
    default:
      return partCounts[column.slice(columnOf('').length)] ?? 0;
  }
}

export function sorted(
  rows: readonly Row[],
  { column, descending }: Sorting,
  nameOf: (row: Row) => string,
  locale: string,
): readonly Row[] {
  const direction = descending ? -1 : 1;
  return rows.toSorted((a, b) => {
    if (column === 'name') return direction * nameOf(a).localeCompare(nameOf(b), locale);
    return direction * (valueIn(a, column) - valueIn(b, column)) || b.denominator - a.denominator;
  });
}
