import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { momentText, systemClock } from '../kernel/clock.ts';

export type DataDirLock =
  | {
      readonly kind: 'locked';
      readonly path: string;
      /** Records the address that the holder serves. */
      serves(url: string): void;
      release(): void;
    }
  | { readonly kind: 'held'; readonly path: string; readonly holder: Holder };

export interface Holder {
  readonly pid: number;
  readonly url: string;
  readonly since: string;
}

/** DATA_DIR cannot be used. The message states the remedy. */
export class DataDirError extends Error {
  readonly code = 'data-dir';
}

/** A folder in DATA_DIR whose name begins so holds files on their way to their places: what lies in DATA_DIR is a mixture. */
export const RESTORING = 'restoring-';

/** In DATA_DIR. */
const LOCK = 'lock.db';

/** Primary result code of SQLite for a lock that another connection has (https://sqlite.org/rescode.html#busy). */
const SQLITE_BUSY = 5;

/**
 * Locks DATA_DIR for this process, or names the process that holds it. The lock is a write transaction held open on `lock.db`: the
 * operating system drops it with the process, however that ends, so no stale lock can remain, while others can still read
 * the holder's row.
 * @param url that this process serves, or the command that it runs, in brackets
 * @param restored `perhaps-in-part` accepts a restore that was interrupted
 * @throws DataDirError after a restore that was interrupted, and where another process has the events open while the lock is missing
 * @throws when the directory cannot be written to
 */
export function lockDataDir(
  dataDir: string,
  url: string,
  restored: 'wholly' | 'perhaps-in-part' = 'wholly',
): DataDirLock {
  const path = resolve(dataDir);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const file = join(path, LOCK);
  const isNew = !existsSync(file);
  const db = new DatabaseSync(file, { timeout: 0 });
  try {
    db.exec(
      'CREATE TABLE IF NOT EXISTS holder (one INTEGER PRIMARY KEY CHECK (one = 1), pid INTEGER, url TEXT, since TEXT)',
    );
    db.prepare('INSERT OR REPLACE INTO holder VALUES (1, ?, ?, ?)').run(
      process.pid,
      url,
      momentText(systemClock()),
    );
    db.exec('BEGIN IMMEDIATE');
  } catch (error) {
    // A full or read-only disk also fails here, and the row may be left from a process that is long gone.
    const current = isBusy(error) ? readHolder(db) : undefined;
    db.close();
    if (current === undefined) throw error;
    return { kind: 'held', path, holder: current };
  }
  if (isNew && isOpenElsewhere(join(path, 'events.db'))) {
    db.close();
    // The next try would take it for the lock of all.
    rmSync(file);
    throw new DataDirError(
      `${path} has no lock.db, and its events.db is open in another process: end that one first. If it is a server, its log has ` +
        'reported that lock.db was removed.',
    );
  }
  if (restored === 'wholly' && unfinishedRestore(path) !== undefined) {
    db.close();
    throw new DataDirError(
      `A restore of ${path} was interrupted: run the same \`npm run nhip -- restore\` again to complete it.`,
    );
  }
  return {
    kind: 'locked',
    path,
    serves: (url) => {
      // Other processes see the row only when it is committed; none waits for the lock, so releasing it for an instant is safe.
      db.prepare('UPDATE holder SET url = ?').run(url);
      db.exec('COMMIT; BEGIN IMMEDIATE');
    },
    release: () => db.close(),
  };
}

/** As {@link lockDataDir}. @throws DataDirError also while another process holds it */
export function holdDataDir(
  ...args: Parameters<typeof lockDataDir>
): Extract<DataDirLock, { readonly kind: 'locked' }> {
  const lock = lockDataDir(...args);
  if (lock.kind === 'locked') return lock;
  const { pid, url, since } = lock.holder;
  throw new DataDirError(
    `${lock.path} is in use by process ${pid}, which serves ${url} since ${since}: stop it, or wait for its end`,
  );
}

/** The process that holds DATA_DIR now; undefined when none does. */
export function dataDirHolder(dataDir: string): Holder | undefined {
  // Locking would make it: a command with a mistyped DATA_DIR leaves nothing behind.
  if (!existsSync(join(dataDir, LOCK))) return undefined;
  const attempt = lockDataDir(dataDir, '', 'perhaps-in-part');
  if (attempt.kind === 'held') return attempt.holder;
  attempt.release();
  return undefined;
}

/** The folder of a restore that has begun to move files and has not ended. */
export const unfinishedRestore = (dataDir: string): string | undefined =>
  readdirSync(dataDir).find((name) => name.startsWith(RESTORING));

/** Whether another connection has a database open: in the mode of all files here each holds a shared lock for as long. */
function isOpenElsewhere(path: string): boolean {
  if (!existsSync(path)) return false;
  const db = new DatabaseSync(path, { timeout: 0 });
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; ROLLBACK');
    return false;
  } catch (error) {
    // A file that cannot be read at all is named by the process that opens it.
    return isBusy(error);
  } finally {
    db.close();
  }
}

const isBusy = (error: unknown): boolean =>
  error instanceof Error &&
  'errcode' in error &&
  typeof error.errcode === 'number' &&
  (error.errcode & 0xff) === SQLITE_BUSY;

function readHolder(db: DatabaseSync): Holder | undefined {
  const row = db.prepare('SELECT pid, url, since FROM holder').get();
  return row && { pid: Number(row.pid), url: String(row.url), since: String(row.since) };
}
