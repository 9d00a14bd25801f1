import type pg from 'pg';
import type { BookFact } from '../../bookkeeping/book.ts';
import type { JournalEntry } from '../../bookkeeping/fold-step.ts';
import type { Subject } from '../../bookkeeping/subject.ts';
import type { RecordedEvent } from '../../contracts/stored-event.ts';
import type { FoldRules } from '../fold.ts';
import type { Checkpoint } from '../port.ts';
import type { BalanceChange } from '../sql/balance-sums.ts';
import { type AddedTo, FoldedTables } from '../sql/folded-tables.ts';
import type { SqlValue } from '../sql/queries.ts';
import { arrayLiteral, columnLiterals } from './array-literal.ts';
import { DimensionNumbers } from './dimensions.ts';
import { PostgresQueries, preparedFor } from './queries.ts';
import type { LedgerSchema } from './schema.ts';
import { SubjectTable } from './subjects.ts';

/** The channel on which commits are announced, with the checkpoint as JSON. */
export const CHANNEL = 'nhip_ledger';

const adding = (schema: LedgerSchema): Readonly<Record<AddedTo, string>> => ({
  journal: `
    INSERT INTO ${schema}.journal SELECT * FROM unnest(
      ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::smallint[], ?::integer[], ?::integer[],
      ?::smallint[], ?::bigint[], ?::bigint[], ?::smallint[], ?::smallint[], ?::bigint[], ?::bigint[], ?::smallint[])`,
  book: `
    INSERT INTO ${schema}.book SELECT * FROM unnest(?::smallint[], ?::bigint[])
    ON CONFLICT DO NOTHING`,
  declared: `
    INSERT INTO ${schema}.declared SELECT * FROM unnest(
      ?::bigint[], ?::text[], ?::bigint[], ?::text[], ?::bigint[], ?::bigint[], ?::text[])
    ON CONFLICT (version) DO UPDATE SET
      time = excluded.time, asserted_at = excluded.asserted_at, event = excluded.event`,
  revision: `
    INSERT INTO ${schema}.revision SELECT * FROM unnest(?::bigint[])
    ON CONFLICT DO NOTHING`,
  seen_agency: `
    INSERT INTO ${schema}.seen_agency SELECT * FROM unnest(?::text[], ?::bigint[])
    ON CONFLICT DO NOTHING`,
  source: `
    INSERT INTO ${schema}.source AS known
    SELECT * FROM unnest(?::text[], ?::text[], ?::integer[], ?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[])
    ON CONFLICT (source, feed, rank, type) DO UPDATE SET
      events = known.events + excluded.events,
      first_recorded_at = least(known.first_recorded_at, excluded.first_recorded_at),
      last_recorded_at = greatest(known.last_recorded_at, excluded.last_recorded_at),
      position = excluded.position`,
  poison: `
    INSERT INTO ${schema}.poison (position, event, stream, type, error)
    SELECT * FROM unnest(?::bigint[], ?::text[], ?::text[], ?::text[], ?::text[])
    ON CONFLICT (position) DO NOTHING`,
  // What a stream seems to lack may be set aside.
  cut: `
    INSERT INTO ${schema}.cut (stream, type, position, lost)
    SELECT * FROM unnest(?::text[], ?::text[], ?::bigint[], ?::bigint[]) AS one (stream, type, position, lost)
    WHERE NOT EXISTS (SELECT FROM ${schema}.poison WHERE poison.stream = one.stream)
    ON CONFLICT (stream) DO NOTHING`,
});

/** The tables of one ledger. All rows of one kind go to the server in one statement. */
export class PostgresTables extends FoldedTables<pg.ClientBase, SubjectTable<BookFact>> {
  readonly schema: LedgerSchema;
  readonly #dimensions: DimensionNumbers;
  readonly #adding: Readonly<Record<AddedTo, string>>;

  constructor(schema: LedgerSchema, rules: FoldRules) {
    const dimensions = new DimensionNumbers(schema);
    super(rules, dimensions, (book) => new SubjectTable(schema, book, rules.page));
    this.schema = schema;
    this.#dimensions = dimensions;
    this.#adding = adding(schema);
  }

  /** Clears the memory and loads it again: a rollback may have voided it. @returns the checkpoint of the ledger */
  async reload(client: pg.ClientBase | pg.Pool): Promise<Checkpoint> {
    for (const table of this.tables) table.clear();
    const declared = await client.query(`SELECT * FROM ${this.schema}.declared ORDER BY version`);
    const { rows } = await client.query(`SELECT * FROM ${this.schema}.checkpoint`);
    return this.begin(declared.rows, rows[0]);
  }

  /** Strikes events off the list of those set aside, before they are folded again. */
  async takeBack(client: pg.ClientBase, events: readonly Pick<RecordedEvent, 'position'>[]): Promise<void> {
    await client.query({
      ...preparedFor(`DELETE FROM ${this.schema}.poison WHERE position = ANY (?::bigint[])`),
      values: [arrayLiteral(events.map(({ position }) => position))],
    });
  }

  /** Stores the checkpoint. @param isInForce whether to notify listeners after the commit */
  async move(client: pg.ClientBase, checkpoint: Checkpoint, isInForce: boolean): Promise<void> {
    await client.query({
      ...preparedFor(`
        UPDATE ${this.schema}.checkpoint SET position = ?, known_at = ?, entry = ?, office = ?, next_subject = ?, store = ?, link = ?
        RETURNING CASE WHEN ?::boolean THEN pg_notify(?, ?) END`),
      values: [...this.checkpointColumns(checkpoint), isInForce, CHANNEL, JSON.stringify(checkpoint)],
    });
  }

  protected queries(client: pg.ClientBase): PostgresQueries {
    return new PostgresQueries(client, this.schema);
  }

  protected learn(client: pg.ClientBase, entries: readonly JournalEntry[]): Promise<void> {
    return this.#dimensions.learn(
      client,
      entries.map(({ book, leg: { dimensions } }) => ({ book, dimensions })),
    );
  }

  protected find(
    client: pg.ClientBase,
    table: SubjectTable<BookFact>,
    names: readonly string[],
  ): Promise<readonly Subject<BookFact>[]> {
    return table.find(client, names);
  }

  protected numbered(
    client: pg.ClientBase,
    table: SubjectTable<BookFact>,
    numbers: readonly number[],
  ): Promise<readonly Subject<BookFact>[]> {
    return table.numbered(client, numbers);
  }

  protected async add(
    client: pg.ClientBase,
    table: AddedTo,
    rows: readonly (readonly SqlValue[])[],
  ): Promise<void> {
    await client.query({
      ...preparedFor(this.#adding[table]),
      values: columnLiterals(rows, rows[0]?.length ?? 0),
    });
  }

  protected async writeSubjects(client: pg.ClientBase): Promise<void> {
    for (const table of this.tables) {
      await this.#dimensions.learn(client, table.dimensions());
      await table.write(client, this.#dimensions);
    }
  }

  protected async writeSums(client: pg.ClientBase, changes: readonly BalanceChange[]): Promise<void> {
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
}

/** Notifies listeners of a checkpoint, once the transaction is committed. */
export async function announce(client: pg.ClientBase, checkpoint: Checkpoint): Promise<void> {
  await client.query({
    ...preparedFor('SELECT pg_notify(?, ?)'),
    values: [CHANNEL, JSON.stringify(checkpoint)],
  });
}
