import { storable } from '../../sql/engine.ts';

type Element = string | number | null;

/** Values as the text of a PostgreSQL array: one parameter for a whole column, which saves the cost of typing each value. */
export const arrayLiteral = (values: readonly Element[]): string => `{${values.map(elementText).join(',')}}`;

function elementText(value: Element): string | number {
  if (value === null) return 'NULL';
  if (typeof value === 'number') return value;
  return `"${storable(value).replaceAll(/["\\]/g, '\\$&')}"`;
}

/** Rows as columns, each the text of an array. @param width the number of columns, needed when there are no rows */
export const columnLiterals = (rows: readonly (readonly Element[])[], width: number): string[] =>
  Array.from({ length: width }, (_, column) => arrayLiteral(rows.map((row) => row[column] ?? null)));
