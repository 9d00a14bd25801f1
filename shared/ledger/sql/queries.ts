export type SqlValue = string | number | null;

/** A piece of SQL with the values of its question marks. */
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
  | 'name'
  | 'absorbed'
  | 'standing'
  | 'finding'
  | 'declared'
  | 'seen_agency'
  | 'feed';

/**
 * How the queries of a ledger are put to an engine. The texts are written once, for both engines: text and question marks,
 * because putting them together must cost next to nothing beside a query of some microseconds. What differs is here.
 */
export interface Queries {
  /** A table as it is named in a text. */
  table(name: LedgerTable): string;
  /** Joins two tables of which the left one is to be read first: it narrows, the other has the rows. */
  readonly joinInOrder: string;
  /** The journal, to be read in the order of its subjects. */
  readonly journalBySubject: string;
  /** That a column has one of the values; few distinct texts, however many values there are. */
  anyOf(column: string, values: readonly (string | number)[]): Sql;
  /** Rows by the names of their columns. SQLite answers at once. */
  rows(query: Sql): readonly Row[] | Promise<readonly Row[]>;
  /** Rows as arrays, in the order of their columns. */
  arrays(query: Sql): readonly SqlValue[][] | Promise<readonly SqlValue[][]>;
}
