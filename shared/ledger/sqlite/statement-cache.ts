import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** What reads a ledger: all it needs of a connection is to have its queries compiled. */
export type Queries = Pick<DatabaseSync, 'prepare'>;

/** More than there are texts, but for lists of units of ever new lengths. */
const KEPT = 500;

/** The queries of one connection, each compiled once: that costs as much as running most of them. */
export class StatementCache implements Queries {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** A text that is asked for again gives the same statement, with the settings it was given. */
  prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      if (this.#statements.size >= KEPT) this.#statements.clear();
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
