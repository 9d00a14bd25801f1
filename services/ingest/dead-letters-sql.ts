import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Fault } from '../../shared/contracts/fault.ts';
import { feedName } from '../../shared/contracts/ids.ts';
import { type DeadLetterTables, openDeadLetters } from '../../shared/sql/dead-letter-table.ts';
import { type SqlEngine, storable } from '../../shared/sql/engine.ts';
import {
  DEAD_LETTER_STATES,
  type DeadLetter,
  type DeadLetterInput,
  type DeadLetterSummary,
  type DeadLetters,
  deadLetterId,
} from './dead-letters.ts';

/** Longer messages keep their first MiB: enough to see what they were, too little to fill a disk. */
const RAW_LIMIT_BYTES = 1024 * 1024;

/** When the messages that are kept have so many bytes, of further ones only the beginning is kept, and their faults. */
export const CONTENT_LIMIT_BYTES = 1024 * 1024 * 1024;
const BEGINNING_BYTES = 200;

/** Rows of one statement: each has nine values, and the engines take some ten thousand. */
const ROWS_AT_ONCE = 100;

const SUMMARY_COLUMNS = [
  'seq',
  'id',
  'received_at',
  'origin',
  'feed',
  'source',
  'type',
  'size',
  'faults',
  'state',
  'attempts',
] as const;

const rowSchema = z.object({
  seq: z.number(),
  id: z.string(),
  received_at: z.number(),
  origin: z.string(),
  feed: z.string().transform(feedName).nullable(),
  source: z.string().nullable(),
  type: z.string().nullable(),
  size: z.number(),
  kept: z.number(),
  faults: z.string().transform((text): readonly Fault[] => JSON.parse(text)),
  state: z.enum(DEAD_LETTER_STATES),
  attempts: z.number(),
});

type Database = Kysely<DeadLetterTables>;
type NewRow = ReturnType<typeof newRow>;

/**
 * Dead letters in a database, with one source of queries for every engine. Each call is one transaction. A hostile sender
 * cannot fill the disk with what it sends in vain, through however many processes.
 */
export class SqlDeadLetters implements DeadLetters {
  readonly #engine: SqlEngine<DeadLetterTables>;
  readonly #contentLimitBytes: number;
  readonly #open: ReturnType<typeof openDeadLetters>;

  constructor(engine: SqlEngine<DeadLetterTables>, contentLimitBytes: number) {
    this.#engine = engine;
    this.#contentLimitBytes = contentLimitBytes;
    this.#open = openDeadLetters(engine);
  }

  async keep(letters: readonly DeadLetterInput[]): Promise<readonly string[]> {
    const rows = letters.map(newRow);
    await this.#changing((db) => this.#insertNew(db, rows));
    return rows.map(({ id }) => id);
  }

  async list({ state, type, source, limit, cursor }: Parameters<DeadLetters['list']>[0]) {
    const rows = await this.#engine.run((db) =>
      summaries(db)
        .where(({ and, eb }) =>
          and([
            ...(state === undefined ? [] : [eb('state', '=', state)]),
            ...(type === undefined ? [] : [eb('type', '=', storable(type))]),
            ...(source === undefined ? [] : [eb('source', '=', storable(source))]),
            ...(cursor === undefined ? [] : [eb('seq', '<', Number(cursor))]),
          ]),
        )
        .orderBy('seq', 'desc')
        .limit(limit + 1)
        .execute(),
    );
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1)?.seq : undefined;
    return { items: shown.map(summaryOf), ...(last === undefined ? {} : { next: String(last) }) };
  }

  async get(id: string): Promise<DeadLetter | undefined> {
    const row = await this.#engine.run((db) =>
      summaries(db).select('raw').where('id', '=', storable(id)).executeTakeFirst(),
    );
    return row && { ...summaryOf(row), raw: row.raw };
  }

  async tried(id: string, { state, faults }: Parameters<DeadLetters['tried']>[1]): Promise<boolean> {
    const { numUpdatedRows } = await this.#changing((db) =>
      db
        .updateTable('dead_letter')
        .set(({ eb }) => ({ state, faults: JSON.stringify(faults), attempts: eb('attempts', '+', 1) }))
        .where('id', '=', id)
        // Another process may have resolved it meanwhile: that stands.
        .where('state', '=', 'open')
        .executeTakeFirstOrThrow(),
    );
    return numUpdatedRows > 0n;
  }

  async delete(id: string): Promise<boolean> {
    const deleted = await this.#changing(async (db) => {
      const before = await heldContent(db);
      const row = await db
        .deleteFrom('dead_letter')
        .where('id', '=', storable(id))
        .returning(({ fn }) => fn<number>('length', ['raw']).as('bytes'))
        .executeTakeFirst();
      if (row) await noteContent(db, before - row.bytes);
      return row !== undefined;
    });
    if (deleted) await this.#engine.erase();
    return deleted;
  }

  async sweep(before: number): Promise<number> {
    const swept = await this.#changing(async (db) => {
      await heldContent(db);
      const { numDeletedRows } = await db
        .deleteFrom('dead_letter')
        .where('received_at', '<', before)
        .executeTakeFirstOrThrow();
      // Rows may have been deleted by hand, too.
      if (numDeletedRows > 0n) await noteContent(db, await summedContent(db));
      return Number(numDeletedRows);
    });
    if (swept > 0) await this.#engine.erase();
    return swept;
  }

  openByType(): Promise<ReadonlyMap<string, number>> {
    return this.#open.get();
  }

  close(): Promise<void> {
    return this.#engine.close();
  }

  /** One transaction. What this process did, it also knows at once. */
  async #changing<Value>(queries: (db: Database) => Promise<Value>): Promise<Value> {
    try {
      return await this.#engine.transaction(queries);
    } finally {
      this.#open.forget();
    }
  }

  /** Adds the letters that are not there yet, each with as much content as there is room for when its turn comes. */
  async #insertNew(db: Database, rows: readonly NewRow[]): Promise<void> {
    const before = await heldContent(db);
    let kept = before;
    for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
      const fresh = await unknown(db, rows.slice(from, from + ROWS_AT_ONCE));
      const values = fresh.map((row) => {
        const raw = row.raw.subarray(0, kept < this.#contentLimitBytes ? RAW_LIMIT_BYTES : BEGINNING_BYTES);
        kept += raw.length;
        return { ...row, raw };
      });
      if (values.length > 0) await db.insertInto('dead_letter').values(values).execute();
    }
    if (kept !== before) await noteContent(db, kept);
  }
}

function newRow(letter: DeadLetterInput) {
  const raw = typeof letter.raw === 'string' ? Buffer.from(letter.raw, 'utf8') : letter.raw;
  const { feed, source, type } = letter;
  return {
    id: deadLetterId(letter),
    received_at: letter.receivedAt,
    origin: storable(letter.origin),
    feed: feed === undefined ? null : storable(feed),
    source: source === undefined ? null : storable(source),
    type: type === undefined ? null : storable(type),
    raw,
    size: raw.length,
    faults: JSON.stringify(letter.faults),
  };
}

/** Those of the letters that are not kept yet, each once. */
async function unknown(db: Database, rows: readonly NewRow[]): Promise<readonly NewRow[]> {
  const byId = new Map(rows.toReversed().map((row) => [row.id, row]));
  const known = await db
    .selectFrom('dead_letter')
    .select('id')
    .where('id', 'in', [...byId.keys()])
    .execute();
  for (const { id } of known) byId.delete(id);
  return rows.filter((row) => byId.get(row.id) === row);
}

/** The bytes that are kept. Until the transaction ends, nobody else can add or take any. */
async function heldContent(db: Database): Promise<number> {
  const { bytes } = await db
    .updateTable('dead_letter_content')
    .set(({ ref }) => ({ bytes: ref('bytes') }))
    .returning('bytes')
    .executeTakeFirstOrThrow();
  return bytes;
}

const noteContent = (db: Database, bytes: number) =>
  db.updateTable('dead_letter_content').set({ bytes }).execute();

async function summedContent(db: Database): Promise<number> {
  const { bytes } = await db
    .selectFrom('dead_letter')
    .select(({ fn }) => fn.sum<number | null>(fn<number>('length', ['raw'])).as('bytes'))
    .executeTakeFirstOrThrow();
  return bytes ?? 0;
}

const summaries = (db: Database) =>
  db
    .selectFrom('dead_letter')
    .select(SUMMARY_COLUMNS)
    .select(({ fn }) => fn<number>('length', ['raw']).as('kept'));

function summaryOf(row: object): DeadLetterSummary {
  const { seq: _, received_at, kept, ...same } = rowSchema.parse(row);
  return { ...same, receivedAt: received_at, truncated: kept < same.size };
}
