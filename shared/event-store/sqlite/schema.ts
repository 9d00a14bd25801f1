import { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../../kernel/store-error.ts';
import { storeErrorOf } from '../../sql/sqlite/errors.ts';

const VERSION = 1;

/** Write-ahead log, in pages, after which a commit copies it into the file: fewer, larger copies (see ARCHITECTURE.md). */
const CHECKPOINT_PAGES = 20_000;
const BUSY_MS = 1_000;
const WRITER_CACHE_KIB = 64 * 1024;
const READER_CACHE_KIB = 16 * 1024;

/**
 * `events` holds everything; the other tables can be derived from it.
 * - A stream's events are chained by `previous` (0 ends the chain) from its head: an index over (stream, revision) would cost
 *   every append a random page, and the chain costs nothing.
 * - `ids` and `id_marks` keep event ids unique: see `id-index.ts`.
 */
const SCHEMA = `
CREATE TABLE types (key INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE origins (
  key INTEGER PRIMARY KEY, source TEXT NOT NULL, feed TEXT NOT NULL, rank INTEGER NOT NULL, UNIQUE (source, feed, rank)
) STRICT;
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
PRAGMA user_version = ${VERSION};
`;

/** Opens the file for its one writer, and creates it when there is none. @throws StoreError */
export function openForWriting(path: string): DatabaseSync {
  return guarded(() => {
    const db = new DatabaseSync(path, { timeout: BUSY_MS, enableForeignKeyConstraints: false });
    db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
      PRAGMA cache_size = -${WRITER_CACHE_KIB};
    `);
    if (versionOf(db) === 0) db.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT;`);
    checkVersion(db, path);
    return db;
  });
}

/** Opens an existing file for reading only. @throws StoreError */
export function openForReading(path: string): DatabaseSync {
  return guarded(() => {
    const db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS });
    db.exec(`PRAGMA cache_size = -${READER_CACHE_KIB};`);
    checkVersion(db, path);
    return db;
  });
}

function versionOf(db: DatabaseSync): unknown {
  return db.prepare('PRAGMA user_version').get()?.user_version;
}

function checkVersion(db: DatabaseSync, path: string): void {
  const version = versionOf(db);
  if (version !== VERSION) {
    db.close();
    throw new StoreError(
      'corrupt',
      `${path} has event schema version ${version}, this program knows ${VERSION}`,
    );
  }
}

function guarded(open: () => DatabaseSync): DatabaseSync {
  try {
    return open();
  } catch (error) {
    throw storeErrorOf(error);
  }
}
