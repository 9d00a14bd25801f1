import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Book, BookFact } from '../../bookkeeping/book.ts';
import type { JournalEntry } from '../../bookkeeping/fold-step.ts';
import type { Subject } from '../../bookkeeping/subject.ts';
import type { Position, RecordedEvent } from '../../contracts/stored-event.ts';
import { DeclaredMemory } from '../../office/declared-memory.ts';
import type { Resolution } from '../../office/resolution.ts';
import { type FoldEffects, type FoldMemory, type FoldRules, foldBatch, revise } from '../fold.ts';
import { type NamesByBook, namesIn, type ParsedEvent, parseBatch, runsOf } from '../fold-events.ts';
import type { Checkpoint, CutStream, LedgerWriter, Poison } from '../port.ts';
import { BalanceSums } from '../sql/balance-sums.ts';
import {
  type Change,
  changeBy,
  concernedBy,
  concernedSql,
  namesAround,
  originRow,
  originsSql,
  REVISED_AT_ONCE,
} from '../sql/concerned.ts';
import {
  chainAfter,
  chainColumns,
  cutColumns,
  declaredColumns,
  declaredRow,
  journalRow,
  poisonColumns,
  poisonOf,
  type StoredCheckpoint,
  sourceColumns,
  storedCheckpoint,
} from '../sql/rows.ts';
import { BYTES_HELD, SubjectCache } from '../sql/subject-cache.ts';
import { BalanceWriter } from './balance-writer.ts';
import { DimensionNumbers } from './dimensions.ts';
import { SqliteQueries } from './queries.ts';
import { SubjectTable } from './subjects.ts';

/** The ledger's tables for its writers: folds pages of events into them. The caller owns the transaction. */
export class LedgerTables {
  readonly #rules: FoldRules;
  readonly #db: DatabaseSync;
  readonly #queries: SqliteQueries;
  readonly #dimensions: DimensionNumbers;
  readonly #sums = new BalanceSums();
  readonly #balances: BalanceWriter;
  readonly #books: ReadonlyMap<Book, BookTables>;
  /** Books whose first known moment is already stored. */
  readonly #known = new Set<Book>();
  readonly #addEntry: StatementSync;
  readonly #saveDeclared: StatementSync;
  readonly #seeAgency: StatementSync;
  readonly #addSource: StatementSync;
  readonly #addPoison: StatementSync;
  readonly #removePoison: StatementSync;
  readonly #addCut: StatementSync;
  readonly #knowSince: StatementSync;
  readonly #moveCheckpoint: StatementSync;
  #declared = new DeclaredMemory();
  #nextSubject = 1;
  /** Number of the last journal entry. */
  #entry = 0;

  constructor(db: DatabaseSync, rules: FoldRules) {
    this.#db = db;
    this.#queries = new SqliteQueries(db);
    this.#rules = rules;
    this.#dimensions = new DimensionNumbers(db, rules.books);
    this.#balances = new BalanceWriter(db);
    this.#books = new Map(
      rules.books.all.map((book) => [
        book,
        bookTables(new SubjectTable(db, book, this.#dimensions, rules.page)),
      ]),
    );
    this.#addEntry = db.prepare('INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#saveDeclared = db.prepare(
      `INSERT INTO declared VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET time = excluded.time, asserted_at = excluded.asserted_at, event = excluded.event`,
    );
    this.#seeAgency = db.prepare('INSERT OR IGNORE INTO seen_agency (id, known_since) VALUES (?, ?)');
    this.#addSource = db.prepare(
      `INSERT INTO source VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET
         events = events + excluded.events,
         first_recorded_at = min(first_recorded_at, excluded.first_recorded_at),
         last_recorded_at = max(last_recorded_at, excluded.last_recorded_at),
         position = excluded.position`,
    );
    this.#addPoison = db.prepare(
      'INSERT OR REPLACE INTO poison (position, event, stream, type, error) VALUES (?, ?, ?, ?, ?)',
    );
    this.#removePoison = db.prepare('DELETE FROM poison WHERE position = ?');
    // What a stream seems to lack may be set aside.
    this.#addCut = db.prepare(
      'INSERT OR IGNORE INTO cut SELECT ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM poison WHERE stream = ?)',
    );
    this.#knowSince = db.prepare('INSERT OR IGNORE INTO book (number, known_since) VALUES (?, ?)');
    this.#moveCheckpoint = db.prepare(
      'UPDATE checkpoint SET position = ?, known_at = ?, entry = ?, office = ?, next_subject = ?, store = ?, link = ?',
    );
    this.reload();
  }

  /** Clears the memory and loads it again: a rollback may have voided it. @returns the checkpoint of the file */
  reload(): Checkpoint {
    this.#dimensions.clear();
    this.#sums.clear();
    for (const { cache } of this.#books.values()) cache.clear();
    this.#known.clear();
    this.#declared = new DeclaredMemory();
    const declared = this.#db.prepare('SELECT * FROM declared ORDER BY version').all();
    for (const row of declared) this.#declared.hold(declaredRow(row));
    const row = this.stored();
    this.#nextSubject = row.nextSubject;
    return row.checkpoint;
  }

  /** The checkpoint of the file. */
  stored(): StoredCheckpoint {
    return readCheckpoint(this.#queries);
  }

  /** Folds a page on top of `before`; subjects and balances stay in memory until {@link save}. */
  fold(
    page: Parameters<LedgerWriter['post']>[0],
    before: Checkpoint,
  ): { checkpoint: Checkpoint; poison: Poison[] } {
    const { position } = page;
    const batch = parseBatch(page, before.knownAt, this.#rules.books);
    const poison = [...batch.poison];
    const cut: CutStream[] = [];
    this.#entry = before.entry;
    for (const { revises, events } of runsOf(batch.events)) {
      const before = this.#declared.resolution;
      const names = namesIn(events, before.agencies);
      const effects = foldBatch(events, this.#memory(names), this.#rules);
      poison.push(...effects.poison);
      cut.push(...effects.cut);
      this.#apply(effects, position);
      if (revises) this.#revise(events, before, position);
    }
    const setAside = poison.map(poisonOf);
    for (const each of setAside) this.#addPoison.run(...poisonColumns(each));
    for (const each of cut) this.#addCut.run(...cutColumns(each), each.stream);
    return {
      checkpoint: {
        generation: before.generation,
        position,
        knownAt: batch.knownAt,
        entry: this.#entry,
        office: this.#declared.version,
        ...chainAfter(page, before),
      },
      poison: setAside,
    };
  }

  /** Strikes events off the list of those set aside, before they are folded again. */
  takeBack(events: readonly Pick<RecordedEvent, 'position'>[]): void {
    for (const { position } of events) this.#removePoison.run(position);
  }

  #memory(names: NamesByBook): FoldMemory {
    return {
      subjects: new Map([...names].map(([book, ids]) => [book, load(this.#tablesOf(book), ids)])),
      declared: this.#declared,
      allocateSubject: () => this.#nextSubject++,
    };
  }

  #apply(effects: FoldEffects, position: Position): void {
    for (const each of effects.entries) this.#post(++this.#entry, each);
    for (const [book, ofBook] of effects.books) this.#tablesOf(book).cache.apply(ofBook);
    this.#declare(effects, position);
  }

  /** Evaluates anew the subjects that changes of what facts are read by, known at one moment, concern. */
  #revise(rows: readonly ParsedEvent[], before: Resolution, page: Position): void {
    const last = rows.at(-1);
    if (!last) return;
    const { resolution } = this.#declared;
    const { agencies } = resolution;
    const origins = this.#queries.rows(originsSql(this.#queries)).map(originRow);
    const change = changeBy(rows, origins, before, resolution);
    const known = { position: last.recorded.position, knownAt: last.knownAt };
    for (const book of this.#books.keys()) {
      for (const subjects of this.#concerned(book, change)) {
        const memory = this.#memory(new Map([[book, namesAround(subjects, agencies)]]));
        this.#apply(revise({ book, subjects, ...known }, memory, this.#rules), page);
      }
    }
  }

  /** The subjects that a change concerns, in portions; each portion includes changes since the last. */
  *#concerned(book: Book, change: Change): Generator<readonly Subject<BookFact>[]> {
    const { cache, table } = this.#tablesOf(book);
    cache.save();
    const queries = concernedSql(this.#queries, book, change, this.#declared.resolution.agencies);
    const numbers = [
      ...new Set(queries.flatMap((sql) => this.#queries.rows(sql)).map(({ subject }) => Number(subject))),
    ];
    for (let from = 0; from < numbers.length; from += REVISED_AT_ONCE) {
      cache.save();
      cache.shrink();
      const subjects = numbers
        .slice(from, from + REVISED_AT_ONCE)
        .flatMap((number) => table.numbered(number) ?? []);
      yield concernedBy(book, subjects, change);
    }
  }

  /** Writes the state that is in memory only: changed subjects and sums. */
  save(): void {
    for (const { cache } of this.#books.values()) cache.save();
    this.saveSums();
  }

  /** How many sums are in memory. */
  get sums(): number {
    return this.#sums.size;
  }

  saveSums(): void {
    this.#balances.write(this.#sums.drain((leaf) => this.#dimensions.rollUps(leaf)));
  }

  /** Frees memory beyond the limit. */
  shrink(): void {
    for (const { cache } of this.#books.values()) cache.shrink();
  }

  move(checkpoint: Checkpoint): void {
    const { position, knownAt, entry, office } = checkpoint;
    this.#moveCheckpoint.run(
      position,
      knownAt,
      entry,
      office,
      this.#nextSubject,
      ...chainColumns(checkpoint),
    );
  }

  #post(entry: number, posting: JournalEntry): void {
    const leaf = this.#dimensions.leaf(posting.book, posting.leg.dimensions);
    this.#addEntry.run(...journalRow(entry, posting, leaf));
    this.#sums.add(posting, leaf);
  }

  #declare({ declared, seenAgencies, sources, knownSince }: FoldEffects, position: Position): void {
    for (const [id, since] of seenAgencies) this.#seeAgency.run(id, since);
    for (const row of declared.values()) this.#saveDeclared.run(...declaredColumns(row));
    for (const record of sources.records) this.#addSource.run(...sourceColumns(record, position));
    for (const [book, since] of knownSince) {
      if (!this.#known.has(book)) this.#knowSince.run(book.number, since);
      this.#known.add(book);
    }
  }

  #tablesOf(book: Book): BookTables {
    const tables = this.#books.get(book);
    if (!tables) throw new RangeError(`The ${book.name} book is not in the registry`);
    return tables;
  }
}

/** One book's subjects: the cache and the table. */
interface BookTables {
  readonly cache: SubjectCache<BookFact>;
  readonly table: SubjectTable<BookFact>;
}

const bookTables = (table: SubjectTable<BookFact>): BookTables => ({
  table,
  cache: new SubjectCache(table, BYTES_HELD),
});

/** The existing subjects among the named, by each of their names. */
function load({ cache, table }: BookTables, names: ReadonlySet<string>): Map<string, Subject<BookFact>> {
  for (const name of cache.missing(names)) {
    const stored = table.find(name);
    if (stored) cache.hold(stored);
  }
  return cache.among(names);
}

/** The checkpoint row. `successor` names the ledger that has replaced this one, if any. */
export function readCheckpoint(db: SqliteQueries): StoredCheckpoint & { successor: string | undefined } {
  const [row] = db.rows({ text: 'SELECT * FROM checkpoint', values: [] });
  return { ...storedCheckpoint(row), successor: row?.successor == null ? undefined : String(row.successor) };
}
