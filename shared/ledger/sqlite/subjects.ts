import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Book, BookFact } from '../../bookkeeping/book.ts';
import type { ChangedSubject } from '../../bookkeeping/fold-step.ts';
import type { Standing, Subject } from '../../bookkeeping/subject.ts';
import type { Moment } from '../../kernel/clock.ts';
import type { Row } from '../sql/queries.ts';
import {
  findingColumns,
  STANDING_COLUMNS,
  sourcesKept,
  standingChanges,
  standingColumns,
} from '../sql/rows.ts';
import { decodeState, encodeState, stateColumns } from '../sql/state-codec.ts';
import type { SubjectRows } from '../sql/subject-cache.ts';
import type { DimensionNumbers } from './dimensions.ts';

const COLUMNS = stateColumns('s', 'subject_page');

/** The rows of one book's subjects: state, names, standings, findings. */
export class SubjectTable<Fact extends BookFact> implements SubjectRows<Fact> {
  readonly #book: Book<Fact>;
  readonly #page: number | undefined;
  readonly #dimensions: DimensionNumbers;
  readonly #find: StatementSync;
  readonly #numbered: StatementSync;
  readonly #save: StatementSync;
  readonly #savePage: StatementSync;
  readonly #removePages: StatementSync;
  readonly #nameIt: StatementSync;
  readonly #keepSource: StatementSync;
  readonly #remove: StatementSync;
  readonly #absorb: StatementSync;
  readonly #clearStandings: StatementSync;
  readonly #removeStanding: StatementSync;
  readonly #removeFinding: StatementSync;
  readonly #addStanding: StatementSync;
  readonly #clearFindings: StatementSync;
  readonly #addFinding: StatementSync;

  constructor(db: DatabaseSync, book: Book<Fact>, dimensions: DimensionNumbers, page?: number) {
    this.#book = book;
    this.#page = page;
    this.#dimensions = dimensions;
    this.#find = db.prepare(
      `SELECT ${COLUMNS} FROM name n JOIN subject s ON s.number = n.subject WHERE n.book = ? AND n.name = ?`,
    );
    this.#numbered = db.prepare(`SELECT ${COLUMNS} FROM subject s WHERE s.book = ? AND s.number = ?`);
    this.#save = db.prepare(
      'INSERT INTO subject (number, book, state) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET state = excluded.state',
    );
    this.#savePage = db.prepare(
      `INSERT INTO subject_page (subject, kind, page, content) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET content = excluded.content`,
    );
    this.#removePages = db.prepare('DELETE FROM subject_page WHERE subject = ?');
    this.#nameIt = db.prepare(
      `INSERT INTO name (book, name, subject) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET subject = excluded.subject WHERE subject <> excluded.subject`,
    );
    this.#keepSource = db.prepare(
      'INSERT OR IGNORE INTO subject_source (book, source, subject) VALUES (?, ?, ?)',
    );
    this.#remove = db.prepare('DELETE FROM subject WHERE number = ?');
    this.#absorb = db.prepare('INSERT INTO absorbed (subject, remaining) VALUES (?, ?)');
    this.#clearStandings = db.prepare('DELETE FROM standing WHERE subject = ?');
    this.#removeStanding = db.prepare('DELETE FROM standing WHERE subject = ? AND dimensions = ?');
    this.#removeFinding = db.prepare(
      'DELETE FROM finding WHERE code = ? AND account = ? AND sort = ? AND subject = ? AND dimensions = ?',
    );
    this.#addStanding = db.prepare(
      `INSERT INTO standing (subject, dimensions, ${STANDING_COLUMNS.join(', ')}, known_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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

  save(changed: ChangedSubject<Fact>, stored: number): void {
    const { subject } = changed;
    const { number, names, long } = subject;
    const { state, pages } = encodeState(this.#book, subject, stored, this.#page);
    this.#save.run(number, this.#book.number, state);
    for (const { kind, page, content } of pages) this.#savePage.run(number, kind, page, content);
    for (const { name } of names) this.#nameIt.run(this.#book.number, name, number);
    for (const source of sourcesKept(this.#book, subject))
      this.#keepSource.run(this.#book.number, source, number);
    const { removed, added } = standingChanges(changed);
    if (removed !== 'all') for (const standing of removed) this.#unstand(number, standing);
    else if (stored > 0) this.#clear(number);
    for (const standing of added) this.#stand(number, standing, changed.knownAt);
    long?.stored();
  }

  absorb(number: number, remaining: number): void {
    this.#absorb.run(number, remaining);
    this.#remove.run(number);
    this.#removePages.run(number);
    this.#clear(number);
  }

  #subjectOf(row: Row | undefined): Subject<Fact> | undefined {
    return row && decodeState(this.#book, row);
  }

  #clear(number: number): void {
    this.#clearStandings.run(number);
    this.#clearFindings.run(number);
  }

  #unstand(number: number, standing: Standing): void {
    const leaf = this.#dimensions.leaf(this.#book, standing.dimensions);
    this.#removeStanding.run(number, leaf);
    for (const finding of findingColumns(this.#book, standing))
      this.#removeFinding.run(...finding, number, leaf);
  }

  #stand(number: number, standing: Standing, knownAt: Moment): void {
    const leaf = this.#dimensions.leaf(this.#book, standing.dimensions);
    this.#addStanding.run(number, leaf, ...standingColumns(this.#book, standing), knownAt);
    for (const finding of findingColumns(this.#book, standing))
      this.#addFinding.run(...finding, number, leaf);
  }
}
