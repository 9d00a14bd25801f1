export type SqlValue = string | number | null;

/** A piece of SQL with the values of its placeholders (`?`). */
export interface Sql {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

export type Row = Readonly<Record<string, unknown>>;

export type LedgerTable =
  | 'checkpoint'
  | 'book'
  | 'dimensions'
  | 'journal'
  | 'balance'
  | 'subject'
  | 'subject_page'
  | 'name'
  | 'absorbed'
  | 'standing'
  | 'finding'
  | 'declared'
  | 'revision'
  | 'seen_agency'
  | 'source'
  | 'subject_source'
  | 'poison'
  | 'cut';

/**
 * Runs the queries of a ledger on an engine. The texts are written once for both engines, as plain text with `?`, because
 * building them must cost next to nothing beside a query of some microseconds. This interface holds the differences.
 */
export interface Queries {
  /** The name of a table in a text. */
  table(name: LedgerTable): string;
  /** The join of two tables of which the engine must read the left one first: it narrows, the other has the rows. */
  readonly joinInOrder: string;
  /** The journal as `j`, read by its subjects. */
  readonly journalBySubject: string;
  /** The journal as `j`, joined to the subjects in `moved (subject)`, of each its entries, by its index. */
  readonly journalOfMoved: string;
  /** The condition that two texts of dimensions are equal or both null. */
  same(left: string, right: string): string;
  /** The journal joined to the days in `days (on_day)`, of each the entries between two numbers (two `?`), by its index. */
  readonly journalOfDays: string;
  /** The condition that a column has one of the values; few distinct texts for any number of values. */
  anyOf(column: string, values: readonly (string | number)[]): Sql;
  /** Rows by column name. SQLite answers synchronously. */
  rows(query: Sql): readonly Row[] | Promise<readonly Row[]>;
  /** Rows as arrays, in column order. */
  arrays(query: Sql): readonly SqlValue[][] | Promise<readonly SqlValue[][]>;
}
