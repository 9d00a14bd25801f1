import type { Book } from '../../bookkeeping/book.ts';
import type { DueRange, Selection } from '../../bookkeeping/selection.ts';
import { codesOf, timingCode } from './codes.ts';
import { columnOf } from './cuboids.ts';
import { anyCode } from './filter-sql.ts';
import type { Sql, SqlValue } from './queries.ts';

/** The conditions of a selection on the aliases `s`, with the columns of `standing`, and `d` of `dimensions`. */
export function selectionSql(book: Book, { account, due, original, among }: Selection): Sql {
  const conditions = [`s.account = ${codesOf(book).code(account)}`];
  const values: SqlValue[] = [];
  if (due) {
    const range = dueSql(due);
    conditions.push(range.text);
    values.push(...range.values);
  }
  if (original) conditions.push(anyCode('s.original', original.map(timingCode)));
  if (among) conditions.push(amongSql(book, among));
  return { text: conditions.join(' AND '), values };
}

/** The values are a closed list of our own, like accounts, so they stand in the text. */
function amongSql(book: Book, { dimension, values }: NonNullable<Selection['among']>): string {
  const column = columnOf(book, dimension);
  if (column === undefined) throw new RangeError(`The ${book.name} book has no dimension ${dimension}`);
  const named = values.filter((value) => value !== null).map((value) => `'${word(value)}'`);
  const among = named.length === 0 ? 'FALSE' : `d.${column} IN (${named.join(', ')})`;
  return named.length < values.length ? `(${among} OR d.${column} IS NULL)` : among;
}

function word(value: string): string {
  if (!/^[a-z][a-z0-9-]*$/.test(value)) throw new RangeError(`Not a word of a closed list: ${value}`);
  return value;
}

/** 0 is "none". */
function dueSql(range: DueRange): Sql {
  const column = range.on === 'original' ? 's.due_original' : 's.due';
  if (range.none) return { text: `${column} = 0`, values: [] };
  const { after = 0, until } = range;
  return until === undefined
    ? { text: `${column} > ?`, values: [after] }
    : { text: `${column} > ? AND ${column} <= ?`, values: [after, until] };
}
