import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Book, BookFact } from '../../bookkeeping/book.ts';
import type { ChangedSubject } from '../../bookkeeping/fold-step.ts';
import type { Standing, Subject } from '../../bookkeeping/subject.ts';
import type { Row } from '../sql/queries.ts';
import { standingPlace } from '../sql/rows.ts';
import { decodeState, encodeState } from '../sql/state-codec.ts';
import type { SubjectRows } from '../sql/subject-cache.ts';
import type { DimensionNumbers } from './dimensions.ts';

/** The rows of one book's subjects: state, names, standings, findings. */
export class SubjectTable<Fact extends BookFact> implements SubjectRows<Fact> {
  readonly #book: Book<Fact>;
  readonly #dimensions: DimensionNumbers;
  readonly #find: StatementSync;
  readonly #numbered: StatementSync;
  readonly #save: StatementSync;
  readonly #nameIt: StatementSync;
  readonly #remove: StatementSync;
  readonly #absorb: StatementSync;
  readonly #clearStandings: StatementSync;
  readonly #addStanding: StatementSync;
  readonly #clearFindings: StatementSync;
  readonly #addFinding: StatementSync;

  constructor(db: DatabaseSync, book: Book<Fact>, dimensions: DimensionNumbers) {
    this.#book = book;
    this.#dimensions = dimensions;
    this.#find = db.prepare(
      'SELECT number, state FROM name JOIN subject ON number = subject WHERE name.book = ? AND name = ?',
    );
    this.#numbered = db.prepare('SELECT number, state FROM subject WHERE book = ? AND number = ?');
    this.#save = db.prepare(
      'INSERT INTO subject (number, book, state) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET state = excluded.state',
    );
    this.#nameIt = db.prepare(
      `INSERT INTO name (book, name, subject) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET subject = excluded.subject WHERE subject <> excluded.subject`,
    );
    this.#remove = db.prepare('DELETE FROM subject WHERE number = ?');
    this.#absorb = db.prepare('INSERT INTO absorbed (subject, remaining) VALUES (?, ?)');
    this.#clearStandings = db.prepare('DELETE FROM standing WHERE subject = ?');
    this.#addStanding = db.prepare(
      `INSERT INTO standing (subject, dimensions, account, sort, due, due_original, original)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#clearFindings = db.prepare('DELETE FROM finding WHERE subject = ?');
    this.#addFinding = db.prepare(
      'INSERT OR IGNORE INTO finding (code, account, sort, subject, dimensions) VALUES (?, ?, ?, ?, ?)',
    );
  }

  find(name: string): Subject<Fact> | undefined {
    return this.#subjectOf(this.#find.get(this.#book.number, name));
  }

  /** Undefined when another subject has absorbed it. */
  numbered(number: number): Subject<Fact> | undefined {
    return this.#subjectOf(this.#numbered.get(this.#book.number, number));
  }

  save({ subject, evaluation }: ChangedSubject<Fact>, stored: boolean): void {
    const { number, names } = subject;
    this.#save.run(number, this.#book.number, encodeState(this.#book, subject));
    for (const { name } of names) this.#nameIt.run(this.#book.number, name, number);
    if (stored) this.#clear(number);
    for (const standing of evaluation.standings) this.#stand(number, standing);
  }

  absorb(number: number, remaining: number): void {
    this.#absorb.run(number, remaining);
    this.#remove.run(number);
    this.#clear(number);
  }

  #subjectOf(row: Row | undefined): Subject<Fact> | undefined {
    return row && decodeState(this.#book, Number(row.number), String(row.state));
  }

  #clear(number: number): void {
    this.#clearStandings.run(number);
    this.#clearFindings.run(number);
  }

  #stand(number: number, standing: Standing): void {
    const leaf = this.#dimensions.leaf(this.#book, standing.dimensions);
    const { account, sort, due, dueOriginal, original } = standingPlace(this.#book, standing);
    this.#addStanding.run(number, leaf, account, sort, due, dueOriginal, original);
    for (const { code } of standing.findings) this.#addFinding.run(code, account, sort, number, leaf);
  }
}
