import { backup, DatabaseSync } from 'node:sqlite';
import { StoreError } from '../../kernel/store-error.ts';
import { storeErrorOf } from './errors.ts';
import { visitFile } from './visit.ts';

/** Pages copied in one step on a separate thread: a few milliseconds, during which no writer waits. */
const PAGES_A_STEP = 5_000;
const BUSY_MS = 5_000;

/**
 * Copies a database as it is at this moment, while other connections continue to write, and checks the copy. The copy is one file
 * without a write-ahead log, readable from a read-only medium.
 * @throws StoreError `corrupt` when the copy is damaged
 */
export async function copyDatabase(source: string, target: string): Promise<void> {
  try {
    const db = new DatabaseSync(source, { readOnly: true, timeout: BUSY_MS });
    try {
      // One snapshot for the whole copy: without it every commit of a writer makes SQLite restart the copy.
      db.exec('BEGIN');
      db.prepare('SELECT count(*) FROM sqlite_schema').get();
      await backup(db, target, { rate: PAGES_A_STEP });
    } finally {
      db.close();
    }
    settle(target);
  } catch (error) {
    const { code, message } = storeErrorOf(error);
    throw new StoreError(code, `${source} cannot be copied: ${message}`, { cause: error });
  }
}

/** @throws StoreError when the copy, and so the database, is damaged */
function settle(path: string): void {
  visitFile(path, 'write', (db) => {
    db.exec('PRAGMA journal_mode = DELETE');
    const found = String(db.prepare('PRAGMA quick_check(1)').get()?.quick_check);
    if (found !== 'ok') throw new StoreError('corrupt', `it is damaged: ${found.replaceAll('\n', ' ')}`);
  });
}
