import type { BalanceQuery, Dimension, Filter } from '../port.ts';
import type { Queries, Sql } from './queries.ts';

/** What a filter asks of the alias `d` of `dimensions`; begins with AND. */
export function filterSql(db: Queries, { units, field, procedure, channel, scope }: Filter): Sql {
  const parts: Sql[] = [];
  if (units) parts.push(db.anyOf('d.unit', units));
  const equal = { field, procedure, channel, scope };
  for (const [column, value] of Object.entries(equal)) {
    if (value !== undefined) parts.push({ text: `d.${column} = ?`, values: [value] });
  }
  return {
    text: parts.map(({ text }) => ` AND ${text}`).join(''),
    values: parts.flatMap(({ values }) => values),
  };
}

/** That a column has one of the codes, which are numbers of ours: they stand in the text, since they never vary. */
export const anyCode = (column: string, codes: readonly number[]): string =>
  codes.length === 0 ? 'FALSE' : `${column} IN (${codes.join(', ')})`;

/** The dimensions that a query filters or breaks down by. The scope is told apart everywhere. */
export function dimensionsAsked({ filter, by }: Pick<BalanceQuery, 'filter' | 'by'>): Set<Dimension> {
  const asked = new Set<Dimension>();
  if (filter.units) asked.add('unit');
  if (filter.field !== undefined) asked.add('field');
  if (filter.procedure !== undefined) asked.add('procedure');
  if (filter.channel !== undefined) asked.add('channel');
  for (const each of by) if (each !== 'day') asked.add(each);
  return asked;
}
