import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { BookFact } from '../../bookkeeping/book.ts';
import type { Subject } from '../../bookkeeping/subject.ts';
import type { RecordedEvent } from '../../contracts/stored-event.ts';
import type { FoldRules } from '../fold.ts';
import type { Checkpoint } from '../port.ts';
import type { BalanceChange } from '../sql/balance-sums.ts';
import { type AddedTo, FoldedTables } from '../sql/folded-tables.ts';
import type { SqlValue } from '../sql/queries.ts';
import { type StoredCheckpoint, storedCheckpoint } from '../sql/rows.ts';
import { BalanceWriter } from './balance-writer.ts';
import { DimensionNumbers } from './dimensions.ts';
import { SqliteQueries } from './queries.ts';
import { SubjectTable } from './subjects.ts';

const adding = (db: DatabaseSync): Readonly<Record<AddedTo, StatementSync>> => ({
  journal: db.prepare('INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
  book: db.prepare('INSERT OR IGNORE INTO book (number, known_since) VALUES (?, ?)'),
  declared: db.prepare(
    `INSERT INTO declared VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET time = excluded.time, asserted_at = excluded.asserted_at, event = excluded.event`,
  ),
  revision: db.prepare('INSERT OR IGNORE INTO revision (position) VALUES (?)'),
  seen_agency: db.prepare('INSERT OR IGNORE INTO seen_agency (id, known_since) VALUES (?, ?)'),
  source: db.prepare(
    `INSERT INTO source VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET
       events = events + excluded.events,
       first_recorded_at = min(first_recorded_at, excluded.first_recorded_at),
       last_recorded_at = max(last_recorded_at, excluded.last_recorded_at),
       position = excluded.position`,
  ),
  poison: db.prepare(
    'INSERT OR REPLACE INTO poison (position, event, stream, type, error) VALUES (?, ?, ?, ?, ?)',
  ),
  // What a stream seems to lack may be set aside.
  cut: db.prepare(
    'INSERT OR IGNORE INTO cut SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS (SELECT 1 FROM poison WHERE stream = ?1)',
  ),
});

/** The tables of a ledger file, in the transaction of its one connection. */
export class LedgerTables extends FoldedTables<DatabaseSync, SubjectTable<BookFact>> {
  readonly #db: DatabaseSync;
  readonly #queries: SqliteQueries;
  readonly #balances: BalanceWriter;
  readonly #adding: Readonly<Record<AddedTo, StatementSync>>;
  readonly #removePoison: StatementSync;
  readonly #moveCheckpoint: StatementSync;

  constructor(db: DatabaseSync, rules: FoldRules) {
    const dimensions = new DimensionNumbers(db, rules.books);
    super(rules, dimensions, (book) => new SubjectTable(db, book, dimensions, rules.page));
    this.#db = db;
    this.#queries = new SqliteQueries(db);
    this.#balances = new BalanceWriter(db);
    this.#adding = adding(db);
    this.#removePoison = db.prepare('DELETE FROM poison WHERE position = ?');
    this.#moveCheckpoint = db.prepare(
      'UPDATE checkpoint SET position = ?, known_at = ?, entry = ?, office = ?, next_subject = ?, store = ?, link = ?',
    );
  }

  /** Clears the memory and loads it again: a rollback may have voided it. @returns the checkpoint of the file */
  reload(): Checkpoint {
    const declared = this.#db.prepare('SELECT * FROM declared ORDER BY version').all();
    return this.begin(declared, checkpointRow(this.#queries));
  }

  /** The checkpoint of the file. */
  stored(): StoredCheckpoint {
    return readCheckpoint(this.#queries);
  }

  /** Strikes events off the list of those set aside, before they are folded again. */
  takeBack(events: readonly Pick<RecordedEvent, 'position'>[]): void {
    for (const { position } of events) this.#removePoison.run(position);
  }

  move(checkpoint: Checkpoint): void {
    this.#moveCheckpoint.run(...this.checkpointColumns(checkpoint));
  }

  protected queries(): SqliteQueries {
    return this.#queries;
  }

  protected learn(): void {}

  protected find(
    _db: DatabaseSync,
    table: SubjectTable<BookFact>,
    names: readonly string[],
  ): readonly Subject<BookFact>[] {
    return names.flatMap((name) => table.find(name) ?? []);
  }

  protected numbered(
    _db: DatabaseSync,
    table: SubjectTable<BookFact>,
    numbers: readonly number[],
  ): readonly Subject<BookFact>[] {
    return numbers.flatMap((number) => table.numbered(number) ?? []);
  }

  protected add(_db: DatabaseSync, table: AddedTo, rows: readonly (readonly SqlValue[])[]): void {
    for (const row of rows) this.#adding[table].run(...row);
  }

  protected writeSubjects(): void {}

  protected writeSums(_db: DatabaseSync, changes: readonly BalanceChange[]): void {
    this.#balances.write(changes);
  }
}

const checkpointRow = (db: SqliteQueries) => db.rows({ text: 'SELECT * FROM checkpoint', values: [] })[0];

/** The checkpoint row. `successor` names the ledger that has replaced this one, if any. */
export function readCheckpoint(db: SqliteQueries): StoredCheckpoint & { successor: string | undefined } {
  const row = checkpointRow(db);
  return { ...storedCheckpoint(row), successor: row?.successor == null ? undefined : String(row.successor) };
}
