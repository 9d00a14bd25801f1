import type { Book, BookFact } from '../../bookkeeping/book.ts';
import type { JournalEntry } from '../../bookkeeping/fold-step.ts';
import type { Dimensions } from '../../bookkeeping/leg.ts';
import type { Subject } from '../../bookkeeping/subject.ts';
import type { Position } from '../../contracts/stored-event.ts';
import { DeclaredMemory } from '../../office/declared-memory.ts';
import type { Resolution } from '../../office/resolution.ts';
import { type FoldEffects, type FoldMemory, type FoldRules, foldBatch, revise } from '../fold.ts';
import { type NamesByBook, namesIn, type ParsedEvent, parseBatch, runsOf } from '../fold-events.ts';
import type { Checkpoint, CutStream, LedgerWriter, Poison } from '../port.ts';
import { type BalanceChange, BalanceSums } from './balance-sums.ts';
import {
  type Change,
  changeBy,
  concernedBy,
  concernedSql,
  namesAround,
  originRow,
  originsSql,
  REVISED_AT_ONCE,
} from './concerned.ts';
import type { LedgerTable, Queries, Row, SqlValue } from './queries.ts';
import {
  chainAfter,
  chainColumns,
  cutColumns,
  declaredColumns,
  declaredRow,
  journalRow,
  poisonColumns,
  poisonOf,
  sourceColumns,
  storedCheckpoint,
} from './rows.ts';
import { BYTES_HELD, SubjectCache, type SubjectRows } from './subject-cache.ts';

/** The tables into which a fold puts whole rows. */
export type AddedTo = Extract<
  LedgerTable,
  'journal' | 'book' | 'declared' | 'revision' | 'seen_agency' | 'source' | 'poison' | 'cut'
>;

/** SQLite answers synchronously. */
export type Answer<Value> = Value | Promise<Value>;

/** The numbers of combinations of dimensions. */
export interface LeafNumbers {
  /** The journal's number of a combination. */
  leaf(book: Book, dimensions: Dimensions): number;
  /** The numbers under which each cuboid sums a leaf. */
  rollUps(leaf: number): readonly number[];
  clear(): void;
}

/** One book's subjects: the cache and the table. */
interface BookTables<Table> {
  readonly cache: SubjectCache<BookFact>;
  readonly table: Table;
}

/**
 * The ledger's tables for its writers, on any engine: folds pages of events into them. The caller owns the transaction; a session is
 * the connection that it runs on.
 */
export abstract class FoldedTables<Session, Table extends SubjectRows<BookFact>> {
  protected readonly dimensions: LeafNumbers;
  readonly #rules: FoldRules;
  readonly #sums = new BalanceSums();
  readonly #books: ReadonlyMap<Book, BookTables<Table>>;
  /** Books whose first known moment is already stored. */
  readonly #known = new Set<Book>();
  #declared = new DeclaredMemory();
  #nextSubject = 1;
  /** Number of the last journal entry. */
  #entry = 0;

  constructor(rules: FoldRules, dimensions: LeafNumbers, tableOf: (book: Book) => Table) {
    this.#rules = rules;
    this.dimensions = dimensions;
    this.#books = new Map(
      rules.books.all.map((book) => {
        const table = tableOf(book);
        return [book, { table, cache: new SubjectCache(table, BYTES_HELD) }];
      }),
    );
  }

  protected abstract queries(session: Session): Queries;
  /** Prepares the numbers of combinations, where they are not found one by one. */
  protected abstract learn(session: Session, entries: readonly JournalEntry[]): Answer<void>;
  /** The stored subjects among the named, some perhaps twice. */
  protected abstract find(
    session: Session,
    table: Table,
    names: readonly string[],
  ): Answer<readonly Subject<BookFact>[]>;
  /** The stored subjects that no other has absorbed. */
  protected abstract numbered(
    session: Session,
    table: Table,
    numbers: readonly number[],
  ): Answer<readonly Subject<BookFact>[]>;
  /** Adds rows, of which there is at least one. A row that is there stays, or takes in the new one. */
  protected abstract add(
    session: Session,
    table: AddedTo,
    rows: readonly (readonly SqlValue[])[],
  ): Answer<void>;
  /** Writes the changes of subjects that the tables still hold back. */
  protected abstract writeSubjects(session: Session): Answer<void>;
  protected abstract writeSums(session: Session, changes: readonly BalanceChange[]): Answer<void>;

  protected get tables(): Table[] {
    return [...this.#books.values()].map(({ table }) => table);
  }

  /** Clears the memory and loads it again: a rollback may have voided it. @returns the stored checkpoint */
  protected begin(declared: readonly Row[], checkpoint: Row | undefined): Checkpoint {
    this.dimensions.clear();
    this.#sums.clear();
    for (const { cache } of this.#books.values()) cache.clear();
    this.#known.clear();
    this.#declared = new DeclaredMemory();
    for (const row of declared) this.#declared.hold(declaredRow(row));
    const stored = storedCheckpoint(checkpoint);
    this.#nextSubject = stored.nextSubject;
    return stored.checkpoint;
  }

  /** Folds a page on top of `before`; subjects and balances stay in memory until {@link save}. */
  async fold(
    session: Session,
    page: Parameters<LedgerWriter['post']>[0],
    before: Checkpoint,
  ): Promise<{ checkpoint: Checkpoint; poison: Poison[] }> {
    const { position } = page;
    const batch = parseBatch(page, before.knownAt, this.#rules.books);
    const poison = [...batch.poison];
    const cut: CutStream[] = [];
    this.#entry = before.entry;
    for (const { revises, events } of runsOf(batch.events)) {
      const before = this.#declared.resolution;
      const names = namesIn(events, before.agencies);
      const effects = foldBatch(events, await this.#memory(session, names), this.#rules);
      poison.push(...effects.poison);
      cut.push(...effects.cut);
      await this.#apply(session, effects, position);
      if (revises) await this.#revise(session, events, before, position);
    }
    const setAside = poison.map(poisonOf);
    await this.#add(session, 'poison', setAside.map(poisonColumns));
    await this.#add(session, 'cut', cut.map(cutColumns));
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

  /** Writes the state that is in memory only: changed subjects and sums. */
  async save(session: Session): Promise<void> {
    for (const { cache } of this.#books.values()) cache.save();
    await this.writeSubjects(session);
    await this.saveSums(session);
  }

  /** How many sums are in memory. */
  get sums(): number {
    return this.#sums.size;
  }

  async saveSums(session: Session): Promise<void> {
    await this.writeSums(
      session,
      this.#sums.drain((leaf) => this.dimensions.rollUps(leaf)),
    );
  }

  /** Frees memory beyond the limit; unsaved subjects are saved first. */
  async shrink(session: Session): Promise<void> {
    for (const { cache } of this.#books.values()) cache.shrink();
    await this.writeSubjects(session);
  }

  /** The columns of `checkpoint` that a page moves, in order. */
  protected checkpointColumns(checkpoint: Checkpoint): readonly SqlValue[] {
    const { position, knownAt, entry, office } = checkpoint;
    return [position, knownAt, entry, office, this.#nextSubject, ...chainColumns(checkpoint)];
  }

  async #memory(session: Session, names: NamesByBook): Promise<FoldMemory> {
    const subjects = new Map<Book, Map<string, Subject<BookFact>>>();
    for (const [book, ids] of names) {
      const { cache, table } = this.#tablesOf(book);
      for (const stored of await this.find(session, table, cache.missing(ids))) cache.hold(stored);
      subjects.set(book, cache.among(ids));
    }
    return { subjects, declared: this.#declared, allocateSubject: () => this.#nextSubject++ };
  }

  async #apply(
    session: Session,
    { entries, books, declared, seenAgencies, sources, knownSince }: FoldEffects,
    position: Position,
  ): Promise<void> {
    await this.learn(session, entries);
    const journal = entries.map((posting) => {
      const leaf = this.dimensions.leaf(posting.book, posting.leg.dimensions);
      this.#sums.add(posting, leaf);
      return journalRow(++this.#entry, posting, leaf);
    });
    await this.#add(session, 'journal', journal);
    for (const [book, ofBook] of books) this.#tablesOf(book).cache.apply(ofBook);
    const known = [...knownSince].filter(([book]) => !this.#known.has(book));
    await this.#add(
      session,
      'book',
      known.map(([{ number }, since]) => [number, since]),
    );
    for (const [book] of known) this.#known.add(book);
    await this.#add(session, 'declared', [...declared.values()].map(declaredColumns));
    await this.#add(session, 'seen_agency', [...seenAgencies]);
    await this.#add(
      session,
      'source',
      sources.records.map((record) => sourceColumns(record, position)),
    );
  }

  async #add(session: Session, table: AddedTo, rows: readonly (readonly SqlValue[])[]): Promise<void> {
    if (rows.length > 0) await this.add(session, table, rows);
  }

  /** Evaluates anew the subjects that changes of what facts are read by, known at one moment, concern. */
  async #revise(
    session: Session,
    rows: readonly ParsedEvent[],
    before: Resolution,
    page: Position,
  ): Promise<void> {
    const last = rows.at(-1);
    if (!last) return;
    const { resolution } = this.#declared;
    const { agencies } = resolution;
    const queries = this.queries(session);
    const origins = (await queries.rows(originsSql(queries))).map(originRow);
    const change = changeBy(rows, origins, before, resolution);
    const known = { position: last.recorded.position, knownAt: last.knownAt };
    await this.#add(session, 'revision', [[known.position]]);
    for (const book of this.#books.keys()) {
      for await (const subjects of this.#concerned(session, book, change)) {
        const memory = await this.#memory(session, new Map([[book, namesAround(subjects, agencies)]]));
        await this.#apply(session, revise({ book, subjects, ...known }, memory, this.#rules), page);
      }
    }
  }

  /** The subjects that a change concerns, in portions; each portion includes changes since the last. */
  async *#concerned(
    session: Session,
    book: Book,
    change: Change,
  ): AsyncGenerator<readonly Subject<BookFact>[]> {
    const { cache, table } = this.#tablesOf(book);
    cache.save();
    await this.writeSubjects(session);
    const queries = this.queries(session);
    const found = new Set<number>();
    for (const sql of concernedSql(queries, book, change, this.#declared.resolution.agencies)) {
      for (const { subject } of await queries.rows(sql)) found.add(Number(subject));
    }
    const numbers = [...found];
    for (let from = 0; from < numbers.length; from += REVISED_AT_ONCE) {
      cache.save();
      await this.shrink(session);
      const subjects = await this.numbered(session, table, numbers.slice(from, from + REVISED_AT_ONCE));
      yield concernedBy(book, subjects, change);
    }
  }

  #tablesOf(book: Book): BookTables<Table> {
    const tables = this.#books.get(book);
    if (!tables) throw new RangeError(`The ${book.name} book is not in the registry`);
    return tables;
  }
}
