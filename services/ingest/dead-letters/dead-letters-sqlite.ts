import type { DeadLetterTables } from '../../../shared/dead-letters/table.ts';
import { type AddedColumn, openSqlite } from '../../../shared/sql/sqlite/database.ts';
import { rowIn } from '../../../shared/sql/sqlite/integrity.ts';
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
  CREATE TRIGGER IF NOT EXISTS open_letters_are_not_deleted BEFORE DELETE ON dead_letter WHEN OLD.state = 'open'
    BEGIN SELECT RAISE(ABORT, 'an open dead letter is taken in or dismissed, and not deleted'); END;

  -- Letters that were kept and not closed: see wronglyOpen.
  CREATE TABLE IF NOT EXISTS dead_letters_unclosed (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    letters INTEGER NOT NULL
  ) STRICT;
  INSERT INTO dead_letters_unclosed (one, letters) SELECT 1, count(*) FROM dead_letter WHERE state = 'open'
    ON CONFLICT (one) DO NOTHING;
  CREATE TRIGGER IF NOT EXISTS letters_are_counted AFTER INSERT ON dead_letter
    BEGIN UPDATE dead_letters_unclosed SET letters = letters + (NEW.state = 'open'); END;
  CREATE TRIGGER IF NOT EXISTS closed_letters_are_counted AFTER UPDATE OF state ON dead_letter
    BEGIN UPDATE dead_letters_unclosed SET letters = letters + (NEW.state = 'open') - (OLD.state = 'open'); END;

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

/**
 * What is wrong with the number of open letters: their rows are held against the count of those that were kept and not closed, so that a
 * removed row does not take its doubt away. Undefined when they agree. @throws StoreError
 */
export function wronglyOpen(path: string): string | undefined {
  const { found, counted } = rowIn(
    path,
    `SELECT (SELECT count(*) FROM dead_letter WHERE state = 'open') AS found, (SELECT letters FROM dead_letters_unclosed) AS counted`,
  );
  return found === counted
    ? undefined
    : `it has ${found} open letters, and ${counted} were kept and not closed`;
}
