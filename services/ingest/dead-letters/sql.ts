import type { ExpressionBuilder, Kysely } from 'kysely';
import { z } from 'zod';
import type { Fault } from '../../../shared/contracts/fault.ts';
import { feedName } from '../../../shared/contracts/ids.ts';
import { type DeadLetterTables, lettersStillOpen } from '../../../shared/dead-letters/table.ts';
import type { OpenLetters } from '../../../shared/measures/trust.ts';
import { type SqlEngine, storable } from '../../../shared/sql/engine.ts';
import {
  DEAD_LETTER_STATES,
  type DeadLetter,
  type DeadLetterInput,
  type DeadLetterSummary,
  type DeadLetters,
  deadLetterId,
} from './port.ts';

/** Longer messages keep their first MiB: enough to see what they were, too little to fill a disk. */
const RAW_LIMIT_BYTES = 1024 * 1024;

/** When the messages that are kept have so many bytes, of further ones only the beginning is kept, and their faults. */
export const CONTENT_LIMIT_BYTES = 1024 * 1024 * 1024;
const BEGINNING_BYTES = 200;

/** Rows of one statement: each has nine values, and the engines accept some ten thousand. */
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
  'erased_at',
  'closed_at',
  'closed_by',
  'close_reason',
] as const;

const faultsIn = z.string().transform((text): readonly Fault[] => JSON.parse(text));

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
  faults: faultsIn,
  state: z.enum(DEAD_LETTER_STATES),
  attempts: z.number(),
  erased_at: z.number().nullable(),
  closed_at: z.number().nullable(),
  closed_by: z.string().nullable(),
  close_reason: z.string().nullable(),
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
  readonly #open: ReturnType<typeof lettersStillOpen>;

  constructor(engine: SqlEngine<DeadLetterTables>, contentLimitBytes: number) {
    this.#engine = engine;
    this.#contentLimitBytes = contentLimitBytes;
    this.#open = lettersStillOpen(engine);
  }

  async keep(letters: readonly DeadLetterInput[]): Promise<readonly string[]> {
    const rows = letters.map(newRow);
    await this.#changing((db) => this.#insertNew(db, rows));
    return rows.map(({ id }) => id);
  }

  async list({ state, type, source, limit, cursor }: Parameters<DeadLetters['list']>[0]) {
    const asked = ({ and, eb }: ExpressionBuilder<DeadLetterTables, 'dead_letter'>) =>
      and([
        ...(state === undefined ? [] : [eb('state', '=', state)]),
        ...(type === undefined ? [] : [eb('type', '=', storable(type))]),
        ...(source === undefined ? [] : [eb('source', '=', storable(source))]),
      ]);
    const { rows, total } = await this.#engine.run(async (db) => ({
      rows: await summaries(db)
        .where(asked)
        .where(({ and, eb }) => and(cursor === undefined ? [] : [eb('seq', '<', Number(cursor))]))
        .orderBy('seq', 'desc')
        .limit(limit + 1)
        .execute(),
      ...(await db
        .selectFrom('dead_letter')
        .select(({ fn }) => fn.countAll<number>().as('total'))
        .where(asked)
        .executeTakeFirstOrThrow()),
    }));
    const shown = rows.slice(0, limit);
    const last = rows.length > limit ? shown.at(-1)?.seq : undefined;
    return { items: shown.map(summaryOf), total, ...(last === undefined ? {} : { next: String(last) }) };
  }

  async get(id: string): Promise<DeadLetter | undefined> {
    const row = await this.#engine.run((db) =>
      summaries(db).select('raw').where('id', '=', storable(id)).executeTakeFirst(),
    );
    return row && { ...summaryOf(row), raw: row.raw };
  }

  async tried(id: string, { state, faults, at }: Parameters<DeadLetters['tried']>[1]): Promise<boolean> {
    const { numUpdatedRows } = await this.#changing((db) =>
      db
        .updateTable('dead_letter')
        .set(({ eb }) => ({
          state,
          faults: JSON.stringify(faults),
          attempts: eb('attempts', '+', 1),
          closed_at: state === 'open' ? null : at,
        }))
        .where('id', '=', id)
        // Another process may have resolved it meanwhile: that stands.
        .where('state', '=', 'open')
        .executeTakeFirstOrThrow(),
    );
    return numUpdatedRows > 0n;
  }

  async dismiss(id: string, { by, reason, at }: Parameters<DeadLetters['dismiss']>[1]): Promise<boolean> {
    const { numUpdatedRows } = await this.#changing((db) =>
      db
        .updateTable('dead_letter')
        .set({
          state: 'dismissed',
          closed_at: at,
          closed_by: storable(by),
          close_reason: storable(reason),
        })
        .where('id', '=', storable(id))
        .where('state', '=', 'open')
        .executeTakeFirstOrThrow(),
    );
    return numUpdatedRows > 0n;
  }

  async delete(id: string): ReturnType<DeadLetters['delete']> {
    const outcome = await this.#changing(async (db) => {
      const before = await heldContent(db);
      const row = await db
        .deleteFrom('dead_letter')
        .where('id', '=', storable(id))
        .where('state', '!=', 'open')
        .returning(({ fn }) => fn<number>('length', ['raw']).as('bytes'))
        .executeTakeFirst();
      if (row) await noteContent(db, before - row.bytes);
      return row ? 'deleted' : (await isThere(db, id)) ? 'open' : 'not-found';
    });
    if (outcome === 'deleted') await this.#engine.erase();
    return outcome;
  }

  async sweep(before: number): ReturnType<DeadLetters['sweep']> {
    const swept = await this.#changing(async (db) => {
      await heldContent(db);
      const { numDeletedRows } = await db
        .deleteFrom('dead_letter')
        .where('state', '!=', 'open')
        .where(({ fn }) => fn.coalesce('closed_at', 'received_at'), '<', before)
        .executeTakeFirstOrThrow();
      const deleted = Number(numDeletedRows);
      const erased = await eraseOpen(db, before);
      // Rows may have been deleted by hand, too.
      if (deleted + erased > 0) await noteContent(db, await summedContent(db));
      return { deleted, erased };
    });
    if (swept.deleted + swept.erased > 0) await this.#engine.erase();
    return swept;
  }

  open(): Promise<readonly OpenLetters[]> {
    return this.#open.get();
  }

  async noteTypes(topic: string, types: readonly string[]): Promise<void> {
    if (types.length === 0) return;
    await this.#engine.transaction((db) =>
      db
        .insertInto('topic_type')
        .values(types.map((type) => ({ topic, type })))
        .onConflict((conflict) => conflict.doNothing())
        .execute(),
    );
  }

  async typesOn(topic: string): Promise<readonly string[]> {
    const rows = await this.#engine.run((db) =>
      db.selectFrom('topic_type').select('type').where('topic', '=', topic).orderBy('type').execute(),
    );
    return rows.map(({ type }) => type);
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
      if (values.length === 0) continue;
      await db
        .insertInto('dead_letter')
        .values(values)
        // The message of a letter whose content was erased: it has come again.
        .onConflict((conflict) =>
          conflict.column('id').doUpdateSet(({ ref }) => ({
            raw: ref('excluded.raw'),
            faults: ref('excluded.faults'),
            received_at: ref('excluded.received_at'),
            erased_at: null,
          })),
        )
        .execute();
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
    doubted_types: letter.doubted === undefined ? null : JSON.stringify(letter.doubted),
  };
}

/** Those of the letters that are not kept yet, or of which only the row is, each once. */
async function unknown(db: Database, rows: readonly NewRow[]): Promise<readonly NewRow[]> {
  const byId = new Map(rows.toReversed().map((row) => [row.id, row]));
  const known = await db
    .selectFrom('dead_letter')
    .select('id')
    .where('id', 'in', [...byId.keys()])
    .where(({ or, eb }) => or([eb('erased_at', 'is', null), eb('state', '!=', 'open')]))
    .execute();
  for (const { id } of known) byId.delete(id);
  return rows.filter((row) => byId.get(row.id) === row);
}

/** The bytes that are kept. Until the transaction ends, no other caller can add or remove any. */
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

async function isThere(db: Database, id: string): Promise<boolean> {
  const row = await db
    .selectFrom('dead_letter')
    .select('id')
    .where('id', '=', storable(id))
    .executeTakeFirst();
  return row !== undefined;
}

/** Erases the content of the open ones received before a moment, and what their faults quote of it. @returns how many */
async function eraseOpen(db: Database, before: number): Promise<number> {
  for (let erased = 0; ; ) {
    const rows = await db
      .selectFrom('dead_letter')
      .select(['id', 'faults'])
      .where('state', '=', 'open')
      .where('received_at', '<', before)
      .where('erased_at', 'is', null)
      .limit(ROWS_AT_ONCE)
      .execute();
    if (rows.length === 0) return erased;
    for (const { id, faults } of rows) {
      const quoted = faultsIn.parse(faults);
      await db
        .updateTable('dead_letter')
        .set({
          raw: new Uint8Array(),
          faults: JSON.stringify(quoted.map((fault) => ({ ...fault, was: 'erased' }))),
          erased_at: before,
        })
        .where('id', '=', id)
        .execute();
    }
    erased += rows.length;
  }
}

const summaries = (db: Database) =>
  db
    .selectFrom('dead_letter')
    .select(SUMMARY_COLUMNS)
    .select(({ fn }) => fn<number>('length', ['raw']).as('kept'));

function summaryOf(row: object): DeadLetterSummary {
  const {
    seq: _,
    received_at,
    kept,
    erased_at,
    closed_at,
    closed_by,
    close_reason,
    ...same
  } = rowSchema.parse(row);
  return {
    ...same,
    receivedAt: received_at,
    truncated: erased_at === null && kept < same.size,
    erased: erased_at !== null,
    closedAt: closed_at,
    dismissal: closed_by === null ? null : { by: closed_by, reason: close_reason ?? '' },
  };
}
