import type { DeadLetterTables } from '../../../shared/dead-letters/table.ts';
import { type AddedColumn, openSqlite } from '../../../shared/sql/sqlite/database.ts';
import type { DeadLetters } from './port.ts';
import { CONTENT_LIMIT_BYTES, SqlDeadLetters } from './sql.ts';

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
    attempts INTEGER NOT NULL DEFAULT 0,
    doubted_types TEXT,
    erased_at INTEGER,
    closed_at INTEGER,
    closed_by TEXT,
    close_reason TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS dead_letter_open ON dead_letter (type) WHERE state = 'open';
  CREATE INDEX IF NOT EXISTS dead_letter_received ON dead_letter (received_at);

  CREATE TABLE IF NOT EXISTS topic_type (
    topic TEXT NOT NULL,
    type TEXT NOT NULL,
    PRIMARY KEY (topic, type)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE IF NOT EXISTS dead_letter_content (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    bytes INTEGER NOT NULL
  ) STRICT;
  -- Counted at every start: files from before this table had no count.
  INSERT INTO dead_letter_content (one, bytes) SELECT 1, coalesce(sum(length(raw)), 0) FROM dead_letter WHERE true
    ON CONFLICT (one) DO UPDATE SET bytes = excluded.bytes;`;

const ADDED: readonly AddedColumn[] = [
  ['doubted_types', 'TEXT'],
  ['erased_at', 'INTEGER'],
  ['closed_at', 'INTEGER'],
  ['closed_by', 'TEXT'],
  ['close_reason', 'TEXT'],
].map(([column = '', declared = '']) => ({ table: 'dead_letter', column, declared }));

/** Dead letters in one SQLite file, created when absent. What is deleted is in no file any more. @throws StoreError */
export const openSqliteDeadLetters = (path: string, contentLimitBytes = CONTENT_LIMIT_BYTES): DeadLetters =>
  new SqlDeadLetters(openSqlite<DeadLetterTables>(path, SCHEMA, ADDED), contentLimitBytes);
