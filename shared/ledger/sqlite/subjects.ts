import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { isOpen } from '../accounts.ts';
import type { ChangedSubject } from '../fold-book.ts';
import type { Standing, Subject } from '../fold-subject.ts';
import type { Book } from '../port.ts';
import { accountCode, BOOKS, orZero } from './codes.ts';
import type { DimensionNumbers } from './dimensions.ts';
import { decodeState, encodeState, type FactCodec } from './state-codec.ts';

/** Sorts open amounts without a due date behind all others. */
const NEVER_DUE = Number.MAX_SAFE_INTEGER;

/** The rows of one book's subjects: state, names, standings, findings. */
export class SubjectTable<Fact> {
  readonly #book: number;
  readonly #codec: FactCodec<Fact>;
  readonly #dimensions: DimensionNumbers;
  readonly #find: StatementSync;
  readonly #save: StatementSync;
  readonly #nameIt: StatementSync;
  readonly #remove: StatementSync;
  readonly #absorb: StatementSync;
  readonly #clearStandings: StatementSync;
  readonly #addStanding: StatementSync;
  readonly #clearFindings: StatementSync;
  readonly #addFinding: StatementSync;

  constructor(db: DatabaseSync, book: Book, codec: FactCodec<Fact>, dimensions: DimensionNumbers) {
    this.#codec = codec;
    this.#book = BOOKS[book];
    this.#dimensions = dimensions;
    this.#find = db.prepare(
      'SELECT number, state FROM name JOIN subject ON number = subject WHERE name.book = ? AND name = ?',
    );
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
      'INSERT INTO standing (subject, dimensions, account, sort, due) VALUES (?, ?, ?, ?, ?)',
    );
    this.#clearFindings = db.prepare('DELETE FROM finding WHERE subject = ?');
    this.#addFinding = db.prepare(
      'INSERT OR IGNORE INTO finding (code, account, sort, subject, dimensions, due) VALUES (?, ?, ?, ?, ?, ?)',
    );
  }

  find(name: string): Subject<Fact> | undefined {
    const row = this.#find.get(this.#book, name);
    return row && decodeState(Number(row.number), String(row.state), this.#codec);
  }

  /** @param stored whether an earlier state of it was saved */
  save({ subject, evaluation }: ChangedSubject<Fact>, stored: boolean): void {
    const { number, names } = subject;
    this.#save.run(number, this.#book, encodeState(subject, this.#codec));
    for (const { name } of names) this.#nameIt.run(this.#book, name, number);
    if (stored) this.#clear(number);
    for (const standing of evaluation.standings) this.#stand(number, standing);
  }

  absorb(number: number, remaining: number): void {
    this.#absorb.run(number, remaining);
    this.#remove.run(number);
    this.#clear(number);
  }

  #clear(number: number): void {
    this.#clearStandings.run(number);
    this.#clearFindings.run(number);
  }

  #stand(number: number, { dimensions, side, day, findings }: Standing): void {
    const leaf = this.#dimensions.leaf(dimensions);
    const account = accountCode(side.account);
    const due = orZero(side.due);
    const sort = isOpen(side.account) ? due || NEVER_DUE : orZero(day);
    this.#addStanding.run(number, leaf, account, sort, due);
    for (const { code } of findings) this.#addFinding.run(code, account, sort, number, leaf, due);
  }
}
