import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { LedgerTable, Queries, Row, Sql, SqlValue } from '../sql/queries.ts';

/** Above the number of query texts. */
const KEPT = 500;

/** The queries of one connection, each compiled once: compiling costs as much as running most of them. */
export class SqliteQueries implements Queries {
  /** SQLite keeps the order of a CROSS JOIN. */
  readonly joinInOrder = 'CROSS JOIN';
  readonly journalBySubject = 'journal AS j INDEXED BY journal_by_subject';
  readonly journalOfMoved =
    'moved CROSS JOIN journal AS j INDEXED BY journal_by_subject ON j.subject = moved.subject';
  readonly journalOfDays =
    'days CROSS JOIN journal INDEXED BY journal_by_day ON journal.day = on_day AND journal.entry BETWEEN ? AND ?';
  readonly #db: Pick<DatabaseSync, 'prepare'>;
  readonly #statements = new Map<string, StatementSync>();

  constructor(db: Pick<DatabaseSync, 'prepare'>) {
    this.#db = db;
  }

  table(name: LedgerTable): string {
    return name;
  }

  same(left: string, right: string): string {
    return `${left} IS ${right}`;
  }

  anyOf(column: string, values: readonly (string | number)[]): Sql {
    const marks = placesFor(values.length);
    const last = values.at(-1) ?? null;
    return {
      text: `${column} IN (${Array<string>(marks).fill('?').join(', ')})`,
      values: marks === values.length ? values : [...values, ...Array(marks - values.length).fill(last)],
    };
  }

  rows({ text, values }: Sql): readonly Row[] {
    return this.#prepared(text).all(...values);
  }

  arrays({ text, values }: Sql): readonly SqlValue[][] {
    const statement = this.#prepared(text);
    statement.setReturnArrays(true);
    // With that setting a row is an array, which the type of all() does not express; a ledger has no blobs.
    return statement.all(...values) as unknown as Exclude<SQLOutputValue, bigint | Uint8Array>[][];
  }

  /** Equal texts share one statement, with its settings. */
  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      if (this.#statements.size >= KEPT) this.#statements.clear();
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

/** Pads a list to the next power of two by repeating its last value, so that few texts serve all lengths. */
const placesFor = (length: number): number => (length < 2 ? length : 2 ** Math.ceil(Math.log2(length)));
