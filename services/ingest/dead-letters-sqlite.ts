import {
  DatabaseSync,
  type SQLInputValue,
  type SQLOutputValue,
  type StatementResultingChanges,
} from 'node:sqlite';
import { z } from 'zod';
import type { Fault } from '../../shared/contracts/fault.ts';
import { feedName } from '../../shared/contracts/ids.ts';
import { storeErrorOf } from '../../shared/event-store/sqlite/errors.ts';
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
const CONTENT_LIMIT_BYTES = 1024 * 1024 * 1024;
const BEGINNING_BYTES = 200;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS dead_letter (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    received_at INTEGER NOT NULL,
    origin TEXT NOT NULL,
    feed TEXT,
    source TEXT,
    type TEXT,
    raw BLOB NOT NULL,
    size INTEGER NOT NULL,
    faults TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'open',
    attempts INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX IF NOT EXISTS dead_letter_open ON dead_letter (type) WHERE state = 'open';
  CREATE INDEX IF NOT EXISTS dead_letter_received ON dead_letter (received_at);`;

const SUMMARY_COLUMNS =
  'seq, id, received_at, origin, feed, source, type, size, length(raw) AS kept, faults, state, attempts';

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

type Row = Record<string, SQLOutputValue>;

/**
 * Dead letters in one SQLite file. Each call is one transaction, on disk when it returns. A hostile sender cannot fill the
 * disk with what it sends in vain.
 * @throws StoreError from each call
 */
export function openDeadLetters(path: string, contentLimitBytes = CONTENT_LIMIT_BYTES): DeadLetters {
  const database = guarded(() => {
    const opened = new DatabaseSync(path, { timeout: 5_000 });
    opened.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; ${SCHEMA}`);
    return opened;
  });
  const insert = database.prepare(
    `INSERT INTO dead_letter (id, received_at, origin, feed, source, type, raw, size, faults)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
  );
  const byId = database.prepare(`SELECT ${SUMMARY_COLUMNS}, raw FROM dead_letter WHERE id = ?`);
  const update = database.prepare(
    'UPDATE dead_letter SET state = ?, faults = ?, attempts = attempts + 1 WHERE id = ?',
  );
  const remove = database.prepare('DELETE FROM dead_letter WHERE id = ?');
  const removeBefore = database.prepare('DELETE FROM dead_letter WHERE received_at < ?');
  const sumContent = database.prepare('SELECT coalesce(sum(length(raw)), 0) AS bytes FROM dead_letter');
  const countOpen = database.prepare(
    "SELECT coalesce(type, '') AS type, count(*) AS open FROM dead_letter WHERE state = 'open' GROUP BY 1",
  );

  const contentBytes = () => Number(sumContent.get()?.bytes);
  let kept = guarded(contentBytes);

  const insertOne = (letter: DeadLetterInput): string => {
    const id = deadLetterId(letter);
    const raw = typeof letter.raw === 'string' ? Buffer.from(letter.raw, 'utf8') : letter.raw;
    const content = raw.subarray(0, kept < contentLimitBytes ? RAW_LIMIT_BYTES : BEGINNING_BYTES);
    const { changes } = insert.run(
      id,
      letter.receivedAt,
      letter.origin,
      letter.feed ?? null,
      letter.source ?? null,
      letter.type ?? null,
      content,
      raw.length,
      JSON.stringify(letter.faults),
    );
    if (changes !== 0) kept += content.length;
    return id;
  };

  // What was deleted may be an applicant's data: it must not live on in the log of the database.
  const erased = ({ changes }: StatementResultingChanges): number => {
    if (changes !== 0) {
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      kept = contentBytes();
    }
    return Number(changes);
  };

  return {
    keep: (letters) =>
      guarded(() => {
        database.exec('BEGIN IMMEDIATE');
        try {
          const ids = letters.map(insertOne);
          database.exec('COMMIT');
          return ids;
        } catch (error) {
          if (database.isTransaction) database.exec('ROLLBACK');
          kept = contentBytes();
          throw error;
        }
      }),
    list: ({ state, type, source, limit, cursor }) =>
      guarded(() => {
        const conditions: [string, SQLInputValue | undefined][] = [
          ['state = ?', state],
          ['type = ?', type],
          ['source = ?', source],
          ['seq < ?', cursor === undefined ? undefined : Number(cursor)],
        ];
        const used = conditions.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }]));
        const where = used.length === 0 ? '' : `WHERE ${used.map(({ sql }) => sql).join(' AND ')}`;
        const rows = database
          .prepare(`SELECT ${SUMMARY_COLUMNS} FROM dead_letter ${where} ORDER BY seq DESC LIMIT ?`)
          .all(...used.map(({ value }) => value), limit + 1);
        const shown = rows.slice(0, limit);
        const last = rows.length > limit ? shown.at(-1)?.seq : undefined;
        return { items: shown.map(summaryOf), ...(last === undefined ? {} : { next: String(last) }) };
      }),
    get: (id) =>
      guarded(() => {
        const row = byId.get(id);
        return row && letterOf(row);
      }),
    tried: (id, { state, faults }) => {
      guarded(() => update.run(state, JSON.stringify(faults), id));
    },
    delete: (id) => guarded(() => erased(remove.run(id)) > 0),
    sweep: (before) => guarded(() => erased(removeBefore.run(before))),
    openByType: () =>
      guarded(() => new Map(countOpen.all().map(({ type, open }) => [String(type), Number(open)]))),
    close: () => database.close(),
  };
}

function summaryOf(row: Row): DeadLetterSummary {
  const { seq: _, received_at, kept, ...same } = rowSchema.parse(row);
  return { ...same, receivedAt: received_at, truncated: kept < same.size };
}

function letterOf(row: Row): DeadLetter {
  return { ...summaryOf(row), raw: z.instanceof(Uint8Array).parse(row.raw) };
}

function guarded<Value>(work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    throw storeErrorOf(error);
  }
}
