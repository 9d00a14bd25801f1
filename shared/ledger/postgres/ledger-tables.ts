import type pg from 'pg';
import type { Book, BookFact } from '../../bookkeeping/book.ts';
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
  sourceColumns,
  storedCheckpoint,
} from '../sql/rows.ts';
import { BYTES_HELD, SubjectCache } from '../sql/subject-cache.ts';
import { arrayLiteral, columnLiterals } from './array-literal.ts';
import { DimensionNumbers } from './dimensions.ts';
import { PostgresQueries, preparedFor } from './queries.ts';
import type { LedgerSchema } from './schema.ts';
import { SubjectTable } from './subjects.ts';

/** The channel on which commits are announced, with the checkpoint as JSON. */
export const CHANNEL = 'nhip_ledger';

/**
 * One ledger's tables for its writers: folds pages of events into them. The caller owns the transaction.
 * All rows of one kind in a page go to the server in one statement.
 */
export class PostgresTables {
  readonly schema: LedgerSchema;
  readonly #rules: FoldRules;
  readonly #dimensions: DimensionNumbers;
  readonly #sums = new BalanceSums();
  readonly #books: ReadonlyMap<Book, BookTables>;
  /** Books whose first known moment is already stored. */
  readonly #known = new Set<Book>();
  #declared = new DeclaredMemory();
  #nextSubject = 1;
  /** Number of the last journal entry. */
  #entry = 0;

  constructor(schema: LedgerSchema, rules: FoldRules) {
    this.schema = schema;
    this.#rules = rules;
    this.#dimensions = new DimensionNumbers(schema);
    this.#books = new Map(
      rules.books.all.map((book) => [book, bookTables(new SubjectTable(schema, book, rules.page))]),
    );
  }

  /** Clears the memory and loads it again: a rollback may have voided it. @returns the checkpoint of the ledger */
  async reload(client: pg.ClientBase | pg.Pool): Promise<Checkpoint> {
    this.#dimensions.clear();
    this.#sums.clear();
    this.#known.clear();
    for (const { cache, table } of this.#books.values()) {
      cache.clear();
      table.clear();
    }
    this.#declared = new DeclaredMemory();
    const declared = await client.query(`SELECT * FROM ${this.schema}.declared ORDER BY version`);
    for (const row of declared.rows) this.#declared.hold(declaredRow(row));
    const { rows } = await client.query(`SELECT * FROM ${this.schema}.checkpoint`);
    const { checkpoint, nextSubject } = storedCheckpoint(rows[0]);
    this.#nextSubject = nextSubject;
    return checkpoint;
  }

  /** Folds a page on top of `before`; subjects and balances stay in memory until {@link save}. */
  async fold(
    client: pg.ClientBase,
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
      const effects = foldBatch(events, await this.#memory(client, names), this.#rules);
      poison.push(...effects.poison);
      cut.push(...effects.cut);
      await this.#apply(client, effects, position);
      if (revises) await this.#revise(client, events, before, position);
    }
    const setAside = poison.map(poisonOf);
    if (setAside.length > 0) await this.#setAside(client, setAside);
    if (cut.length > 0) await this.#cut(client, cut);
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
  async takeBack(client: pg.ClientBase, events: readonly Pick<RecordedEvent, 'position'>[]): Promise<void> {
    await client.query({
      ...preparedFor(`DELETE FROM ${this.schema}.poison WHERE position = ANY (?::bigint[])`),
      values: [arrayLiteral(events.map(({ position }) => position))],
    });
  }

  async #memory(client: pg.ClientBase, names: NamesByBook): Promise<FoldMemory> {
    const subjects = new Map<Book, Map<string, Subject<BookFact>>>();
    for (const [book, ids] of names) subjects.set(book, await load(client, this.#tablesOf(book), ids));
    return {
      subjects,
      declared: this.#declared,
      allocateSubject: () => this.#nextSubject++,
    };
  }

  async #apply(client: pg.ClientBase, effects: FoldEffects, position: Position): Promise<void> {
    await this.#dimensions.learn(
      client,
      effects.entries.map(({ book, leg: { dimensions } }) => ({ book, dimensions })),
    );
    this.#entry = await this.#post(client, this.#entry, effects);
    for (const [book, ofBook] of effects.books) this.#tablesOf(book).cache.apply(ofBook);
    await this.#declare(client, effects, position);
  }

  /** Evaluates anew the subjects that changes of what facts are read by, known at one moment, concern. */
  async #revise(
    client: pg.ClientBase,
    rows: readonly ParsedEvent[],
    before: Resolution,
    page: Position,
  ): Promise<void> {
    const last = rows.at(-1);
    if (!last) return;
    const { resolution } = this.#declared;
    const { agencies } = resolution;
    const queries = new PostgresQueries(client, this.schema);
    const origins = (await queries.rows(originsSql(queries))).map(originRow);
    const change = changeBy(rows, origins, before, resolution);
    const known = { position: last.recorded.position, knownAt: last.knownAt };
    for (const book of this.#books.keys()) {
      for await (const subjects of this.#concerned(client, book, change)) {
        const memory = await this.#memory(client, new Map([[book, namesAround(subjects, agencies)]]));
        await this.#apply(client, revise({ book, subjects, ...known }, memory, this.#rules), page);
      }
    }
  }

  /** The subjects that a change concerns, in portions; each portion includes changes since the last. */
  async *#concerned(
    client: pg.ClientBase,
    book: Book,
    change: Change,
  ): AsyncGenerator<readonly Subject<BookFact>[]> {
    const { cache, table } = this.#tablesOf(book);
    cache.save();
    await this.#writeSubjects(client);
    const queries = new PostgresQueries(client, this.schema);
    const found = new Set<number>();
    for (const sql of concernedSql(queries, book, change, this.#declared.resolution.agencies)) {
      for (const { subject } of await queries.rows(sql)) found.add(Number(subject));
    }
    const numbers = [...found];
    for (let from = 0; from < numbers.length; from += REVISED_AT_ONCE) {
      cache.save();
      await this.shrink(client);
      const subjects = await table.numbered(client, numbers.slice(from, from + REVISED_AT_ONCE));
      yield concernedBy(book, subjects, change);
    }
  }

  /** Writes the state that is in memory only: changed subjects and sums. */
  async save(client: pg.ClientBase): Promise<void> {
    for (const { cache } of this.#books.values()) cache.save();
    await this.#writeSubjects(client);
    await this.saveSums(client);
  }

  /** How many sums are in memory. */
  get sums(): number {
    return this.#sums.size;
  }

  async saveSums(client: pg.ClientBase): Promise<void> {
    const changes = this.#sums.drain((leaf) => this.#dimensions.rollUps(leaf));
    this.#dimensions.shrink();
    if (changes.length === 0) return;
    await client.query({
      ...preparedFor(`
        MERGE INTO ${this.schema}.balance known
        USING (SELECT * FROM unnest(?::integer[], ?::smallint[], ?::integer[], ?::bigint[], ?::bigint[], ?::smallint[], ?::integer[]))
          AS change (dimensions, account, day, due, due_original, original, count)
        ON known.dimensions = change.dimensions AND known.account = change.account AND known.day = change.day
          AND known.due = change.due AND known.due_original = change.due_original AND known.original = change.original
        WHEN MATCHED AND known.count + change.count = 0 THEN DELETE
        WHEN MATCHED THEN UPDATE SET count = known.count + change.count
        WHEN NOT MATCHED THEN INSERT VALUES (change.dimensions, change.account, change.day, change.due,
          change.due_original, change.original, change.count)`),
      values: columnLiterals(
        changes.map(({ dimensions, place, count }) => [dimensions, ...place, count]),
        7,
      ),
    });
  }

  /** Frees memory beyond the limit; unsaved subjects are saved first. */
  async shrink(client: pg.ClientBase): Promise<void> {
    for (const { cache } of this.#books.values()) cache.shrink();
    await this.#writeSubjects(client);
  }

  /** Stores the checkpoint. @param isInForce whether to notify listeners after the commit */
  async move(client: pg.ClientBase, checkpoint: Checkpoint, isInForce: boolean): Promise<void> {
    const { position, knownAt, entry, office } = checkpoint;
    await client.query({
      ...preparedFor(`
        UPDATE ${this.schema}.checkpoint SET position = ?, known_at = ?, entry = ?, office = ?, next_subject = ?, store = ?, link = ?
        RETURNING CASE WHEN ?::boolean THEN pg_notify(?, ?) END`),
      values: [
        ...[position, knownAt, entry, office, this.#nextSubject, ...chainColumns(checkpoint)],
        ...[isInForce, CHANNEL, JSON.stringify(checkpoint)],
      ],
    });
  }

  async #writeSubjects(client: pg.ClientBase): Promise<void> {
    for (const { table } of this.#books.values()) {
      await this.#dimensions.learn(client, table.dimensions());
      await table.write(client, this.#dimensions);
    }
  }

  /** @returns the number of the last entry */
  async #post(client: pg.ClientBase, before: number, { entries }: FoldEffects): Promise<number> {
    if (entries.length === 0) return before;
    const rows = entries.map((posting, index) => {
      const leaf = this.#dimensions.leaf(posting.book, posting.leg.dimensions);
      this.#sums.add(posting, leaf);
      return journalRow(before + 1 + index, posting, leaf);
    });
    await client.query({
      ...preparedFor(`
        INSERT INTO ${this.schema}.journal SELECT * FROM unnest(
          ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::smallint[], ?::integer[], ?::integer[],
          ?::smallint[], ?::bigint[], ?::bigint[], ?::smallint[], ?::smallint[], ?::bigint[], ?::bigint[], ?::smallint[])`),
      values: columnLiterals(rows, 15),
    });
    return before + entries.length;
  }

  async #declare(
    client: pg.ClientBase,
    { declared, seenAgencies, sources, knownSince }: FoldEffects,
    position: Position,
  ): Promise<void> {
    const known = [...knownSince].filter(([book]) => !this.#known.has(book));
    if (known.length > 0) {
      await client.query({
        ...preparedFor(`
          INSERT INTO ${this.schema}.book SELECT * FROM unnest(?::smallint[], ?::bigint[])
          ON CONFLICT DO NOTHING`),
        values: columnLiterals(
          known.map(([{ number }, since]) => [number, since]),
          2,
        ),
      });
      for (const [book] of known) this.#known.add(book);
    }
    if (declared.size > 0) {
      await client.query({
        ...preparedFor(`
          INSERT INTO ${this.schema}.declared SELECT * FROM unnest(
            ?::bigint[], ?::text[], ?::bigint[], ?::text[], ?::bigint[], ?::bigint[], ?::text[])
          ON CONFLICT (version) DO UPDATE SET
            time = excluded.time, asserted_at = excluded.asserted_at, event = excluded.event`),
        values: columnLiterals([...declared.values()].map(declaredColumns), 7),
      });
    }
    if (seenAgencies.size > 0) {
      await client.query({
        ...preparedFor(`
          INSERT INTO ${this.schema}.seen_agency SELECT * FROM unnest(?::text[], ?::bigint[])
          ON CONFLICT DO NOTHING`),
        values: columnLiterals([...seenAgencies], 2),
      });
    }
    const rows = sources.records.map((record) => sourceColumns(record, position));
    if (rows.length === 0) return;
    await client.query({
      ...preparedFor(`
        INSERT INTO ${this.schema}.source AS known
        SELECT * FROM unnest(?::text[], ?::text[], ?::integer[], ?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[])
        ON CONFLICT (source, feed, rank, type) DO UPDATE SET
          events = known.events + excluded.events,
          first_recorded_at = least(known.first_recorded_at, excluded.first_recorded_at),
          last_recorded_at = greatest(known.last_recorded_at, excluded.last_recorded_at),
          position = excluded.position`),
      values: columnLiterals(rows, 8),
    });
  }

  #tablesOf(book: Book): BookTables {
    const tables = this.#books.get(book);
    if (!tables) throw new RangeError(`The ${book.name} book is not in the registry`);
    return tables;
  }

  /** What a stream seems to lack may be set aside. */
  async #cut(client: pg.ClientBase, cut: readonly CutStream[]): Promise<void> {
    await client.query({
      ...preparedFor(`
        INSERT INTO ${this.schema}.cut (stream, type, position, lost)
        SELECT * FROM unnest(?::text[], ?::text[], ?::bigint[], ?::bigint[]) AS one (stream, type, position, lost)
        WHERE NOT EXISTS (SELECT FROM ${this.schema}.poison WHERE poison.stream = one.stream)
        ON CONFLICT (stream) DO NOTHING`),
      values: columnLiterals(cut.map(cutColumns), 4),
    });
  }

  async #setAside(client: pg.ClientBase, poison: readonly Poison[]): Promise<void> {
    await client.query({
      ...preparedFor(`
        INSERT INTO ${this.schema}.poison (position, event, stream, type, error)
        SELECT * FROM unnest(?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[])
        ON CONFLICT (position) DO NOTHING`),
      values: columnLiterals(poison.map(poisonColumns), 5),
    });
  }
}

/** Notifies listeners of a checkpoint, once the transaction is committed. */
export async function announce(client: pg.ClientBase, checkpoint: Checkpoint): Promise<void> {
  await client.query({
    ...preparedFor('SELECT pg_notify(?, ?)'),
    values: [CHANNEL, JSON.stringify(checkpoint)],
  });
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
async function load(
  client: pg.ClientBase,
  { cache, table }: BookTables,
  names: ReadonlySet<string>,
): Promise<Map<string, Subject<BookFact>>> {
  for (const stored of await table.find(client, cache.missing(names))) cache.hold(stored);
  return cache.among(names);
}
