import { allDimensions, BOOK_LIMITS, type Book } from '../../bookkeeping/book.ts';
import type { Dimensions } from '../../bookkeeping/leg.ts';

/** The columns of the dimensions in a book's plan, in order. */
const BY = ['unit', 'second', 'third', 'fourth'] as const;
/** The columns of `dimensions` with values. */
export const VALUE_COLUMNS = [...BY, 'always', 'apart'] as const;
type Column = (typeof VALUE_COLUMNS)[number];

/** The sums of a book and, before them, the combinations of its journal are numbered from this times the book's number. */
const CUBOIDS_A_BOOK = 1 + BOOK_LIMITS.sums;

/** Column of a dimension; undefined for one that the book does not have. */
export function columnOf({ dimensions: { by, always, apart } }: Book, name: string): Column | undefined {
  if (name === always) return 'always';
  if (name === apart) return 'apart';
  const at = by.indexOf(name);
  return at < 0 ? undefined : BY[at];
}

/** The number of the most detailed combinations of a book: those of its journal, with all dimensions. */
export const leafCuboid = ({ number }: Book): number => number * CUBOIDS_A_BOOK;

/** The number of the coarsest stored sum that has all of these dimensions; names that the book does not break down by are ignored. */
export function cuboidFor(book: Book, names: Iterable<string>): number {
  const { by, sums } = book.dimensions;
  const wanted = [...names].filter((name) => by.includes(name));
  return leafCuboid(book) + sums.findIndex((kept) => wanted.every((name) => kept.includes(name))) + 1;
}

/** The stored sums of a book, each with its number, that of the combinations it sums, and the dimensions it keeps. */
export const cuboidsOf = (book: Book) =>
  book.dimensions.sums.map((kept, index) => ({
    leaf: leafCuboid(book),
    cuboid: leafCuboid(book) + index + 1,
    kept: keptIn(book, kept),
  }));

/** The columns that a sum with these dimensions fills. */
export const keptColumns = (book: Book, kept: readonly string[]): readonly Column[] =>
  kept.flatMap((name) => columnOf(book, name) ?? []);

const keptIn = ({ dimensions: { always } }: Book, kept: readonly string[]): readonly string[] =>
  always === undefined ? kept : [...kept, always];

/** The number of the book that a combination belongs to. */
export const bookNumberOf = (cuboid: number): number => Math.floor(cuboid / CUBOIDS_A_BOOK);

/** Above the number of combinations of an office; beyond it they are looked up again. */
export const REMEMBERED = 50_000;

/** A combination as it is stored, in the order of the columns; `key` is unique. */
export type DimensionRow = readonly [cuboid: number, ...values: (string | null)[], key: string];

/** Identifiers hold no control characters, so that neither separates nor stands for one of their texts. */
const SEPARATOR = '\n';
const NOT_STATED = '\0';

/** The key of a combination in memory. */
export function leafKey(book: Book, dimensions: Dimensions): string {
  const { by, always, apart } = book.dimensions;
  let key = `${book.number}`;
  for (const name of by) key += SEPARATOR + (dimensions[name] ?? NOT_STATED);
  if (always !== undefined) key += SEPARATOR + (dimensions[always] ?? NOT_STATED);
  if (apart !== undefined) key += SEPARATOR + (dimensions[apart] ?? NOT_STATED);
  return key;
}

/** The row of the journal's own combination. */
export const leafRow = (book: Book, dimensions: Dimensions): DimensionRow =>
  dimensionRow(book, leafCuboid(book), allDimensions(book.dimensions), dimensions);

/** The rows under which the sums store it, one each, in order. */
export const rollUpRows = (book: Book, dimensions: Dimensions): DimensionRow[] =>
  cuboidsOf(book).map(({ cuboid, kept }) => dimensionRow(book, cuboid, kept, dimensions));

/** The inverse of {@link leafRow}. @param values of {@link VALUE_COLUMNS} */
export function dimensionsIn(book: Book, values: Readonly<Record<string, unknown>>): Dimensions {
  const held = (name: string) => {
    const value = values[columnOf(book, name) ?? ''];
    return typeof value === 'string' ? value : null;
  };
  return Object.fromEntries(allDimensions(book.dimensions).map((name) => [name, held(name)]));
}

function dimensionRow(
  book: Book,
  cuboid: number,
  kept: readonly string[],
  dimensions: Dimensions,
): DimensionRow {
  const byColumn = new Map(kept.map((name) => [columnOf(book, name), dimensions[name] ?? null]));
  const values = VALUE_COLUMNS.map((column) => byColumn.get(column) ?? null);
  return [cuboid, ...values, JSON.stringify([cuboid, ...values])];
}
