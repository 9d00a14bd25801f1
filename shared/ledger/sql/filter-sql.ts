import type { BalanceQuery, Filter } from '../../bookkeeping/balance.ts';
import type { Book } from '../../bookkeeping/book.ts';
import { columnOf } from './cuboids.ts';
import type { Queries, Sql } from './queries.ts';

/** The conditions of a filter on the alias `d` of `dimensions`; begins with AND. */
export function filterSql(db: Queries, book: Book, { units, where = {} }: Filter): Sql {
  const parts: Sql[] = [];
  if (units) parts.push(db.anyOf('d.unit', units));
  for (const [name, value] of Object.entries(where)) {
    const column = columnOf(book, name);
    parts.push(column === undefined ? NOTHING : { text: `d.${column} = ?`, values: [value] });
  }
  return {
    text: parts.map(({ text }) => ` AND ${text}`).join(''),
    values: parts.flatMap(({ values }) => values),
  };
}

const NOTHING: Sql = { text: 'FALSE', values: [] };

/** The condition that a column has one of the codes. They are our own constant numbers, so they stand in the text. */
export const anyCode = (column: string, codes: readonly number[]): string =>
  codes.length === 0 ? 'FALSE' : `${column} IN (${codes.join(', ')})`;

/** The dimensions that a query filters or breaks down by. */
export function dimensionsAsked({ filter, by }: Pick<BalanceQuery, 'filter' | 'by'>): Set<string> {
  const asked = new Set([...Object.keys(filter.where ?? {}), ...by]);
  if (filter.units) asked.add('unit');
  return asked;
}
