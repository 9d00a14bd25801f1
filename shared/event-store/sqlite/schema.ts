import { DatabaseSync, type DatabaseSyncOptions } from 'node:sqlite';
import { START } from '../../contracts/stored-event.ts';
import { systemClock } from '../../kernel/clock.ts';
import { StoreError } from '../../kernel/store-error.ts';
import { storeErrorOf } from '../../sql/sqlite/errors.ts';
import { assertNotNewer, fileVersion } from '../../sql/sqlite/version.ts';
import { type ChainHead, newStoreId } from '../chain.ts';
import { CHAIN_TABLES, writeBeginning } from './links.ts';

const VERSION = 2;
/** Without a chain. Readable as it is; `upgrade.ts` chains it when it is first opened for writing. */
export const BEFORE_CHAIN = 1;

/** Write-ahead log, in pages, after which a commit copies it into the file: fewer, larger copies (see ARCHITECTURE.md). */
const CHECKPOINT_PAGES = 20_000;
const BUSY_MS = 1_000;
const WRITER_CACHE_KIB = 64 * 1024;
const READER_CACHE_KIB = 16 * 1024;

/** `by` is empty where no name is known. It stands here because few keys speak for a source: an event pays nothing for it. */
const ORIGINS = `
  key INTEGER PRIMARY KEY, source TEXT NOT NULL, feed TEXT NOT NULL, rank INTEGER NOT NULL, by TEXT NOT NULL DEFAULT '',
  UNIQUE (source, feed, rank, by)
`;

/** A file from before `by` has no names. Its few origins are written again, since their uniqueness changes. */
const NAME_SPEAKERS = `
BEGIN IMMEDIATE;
CREATE TABLE origins_with_by (${ORIGINS}) STRICT;
INSERT INTO origins_with_by SELECT key, source, feed, rank, '' FROM origins;
DROP TABLE origins;
ALTER TABLE origins_with_by RENAME TO origins;
COMMIT;
`;

/**
 * `events` holds everything; the other tables can be derived from it.
 * - A stream's events are chained by `previous` (0 ends the chain) from its head: an index over (stream, revision) would cost
 *   every append a random page, and the chain costs nothing.
 * - `ids` and `id_marks` keep event ids unique: see `id-index.ts`.
 * - `chain` and `links`: see `links.ts`.
 */
const SCHEMA = `
CREATE TABLE types (key INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE origins (${ORIGINS}) STRICT;
CREATE TABLE events (
  position INTEGER PRIMARY KEY,
  previous INTEGER NOT NULL,
  stream TEXT NOT NULL,
  revision INTEGER NOT NULL,
  id TEXT NOT NULL,
  type INTEGER NOT NULL REFERENCES types,
  origin INTEGER NOT NULL REFERENCES origins,
  recorded_at INTEGER NOT NULL,
  source_id TEXT NOT NULL,
  place TEXT,
  traceparent TEXT,
  data TEXT NOT NULL
) STRICT;
CREATE TABLE streams (name TEXT PRIMARY KEY, key INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE heads (stream INTEGER PRIMARY KEY, revision INTEGER NOT NULL, position INTEGER NOT NULL) STRICT;
CREATE TABLE ids (slot INTEGER PRIMARY KEY, position INTEGER NOT NULL) STRICT;
CREATE TABLE id_marks (bucket INTEGER PRIMARY KEY, position INTEGER NOT NULL) STRICT;
CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
${CHAIN_TABLES}
`;

export const markUpgraded = (db: DatabaseSync): void => db.exec(`PRAGMA user_version = ${VERSION}`);

/**
 * Opens the file for its one writer, and creates it when there is none. @param copyOf the head of the store that a new one
 * becomes a copy of. @throws StoreError
 */
export function openForWriting(path: string, copyOf?: ChainHead): DatabaseSync {
  return opened(path, { timeout: BUSY_MS, enableForeignKeyConstraints: false }, (db) => {
    db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
      PRAGMA cache_size = -${WRITER_CACHE_KIB};
    `);
    if (fileVersion(db) === 0) create(db, copyOf);
    checkVersion(db, path);
    if (!namesSpeakers(db)) db.exec(NAME_SPEAKERS);
  });
}

/** Opens an existing file for reading only. @throws StoreError */
export function openForReading(path: string): DatabaseSync {
  return opened(path, { readOnly: true, timeout: BUSY_MS }, (db) => {
    db.exec(`PRAGMA cache_size = -${READER_CACHE_KIB};`);
    checkVersion(db, path);
  });
}

function create(db: DatabaseSync, copyOf: ChainHead | undefined): void {
  db.exec(`BEGIN IMMEDIATE; ${SCHEMA}`);
  writeBeginning(db, {
    store: newStoreId(),
    begunAt: systemClock(),
    covered: START,
    ...(copyOf && { copyOf }),
  });
  markUpgraded(db);
  db.exec('COMMIT');
}

const namesSpeakers = (db: DatabaseSync): boolean =>
  db.prepare(`SELECT 1 FROM pragma_table_info('origins') WHERE name = 'by'`).get() !== undefined;

function checkVersion(db: DatabaseSync, path: string): void {
  assertNotNewer(db, VERSION);
  const version = fileVersion(db);
  if (version !== VERSION && version !== BEFORE_CHAIN)
    throw new StoreError('corrupt', `${path} is no event store: its version is ${version}`);
}

function opened(
  path: string,
  options: DatabaseSyncOptions,
  prepare: (db: DatabaseSync) => void,
): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, options);
    prepare(db);
    return db;
  } catch (error) {
    db?.close();
    throw storeErrorOf(error);
  }
}
