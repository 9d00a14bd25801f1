import { DatabaseSync } from 'node:sqlite';
import type { Position } from '../../contracts/stored-event.ts';
import type { Page } from '../../event-store/port.ts';
import { fileVersion } from '../../sql/sqlite/version.ts';
import type { FoldRules } from '../fold.ts';
import { type Checkpoint, LedgerConflict, type LedgerWriter, type Poison, type Posted } from '../port.ts';
import { setAsideAfter } from '../sql/set-aside.ts';
import { checkVersion, createLedger } from './ledger-file.ts';
import { LedgerTables } from './ledger-tables.ts';
import { SqliteQueries } from './queries.ts';

/** How long to wait for another writing process, for example one that is stepping back. */
const BUSY_MS = 5_000;
/** Pages (4 KiB) of the write-ahead log before a checkpoint: a page that changes repeatedly is written to the file once. */
const CHECKPOINT_PAGES = 2_000;

/**
 * Opens the ledger for writing; creates it when missing. A crash loses at most the last transactions, each as a whole, and
 * they are folded again: NORMAL is enough.
 * @throws LedgerVersionError
 */
export function openLedgerWriter(path: string, rules: FoldRules): SqliteLedgerWriter {
  const db = new DatabaseSync(path, { timeout: BUSY_MS });
  try {
    db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA cache_size = -65536;
      PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
    `);
    if (fileVersion(db) === 0) createLedger(db, rules, { indexes: true });
    checkVersion(db, path, rules);
    return new SqliteLedgerWriter(db, rules);
  } catch (error) {
    db.close();
    throw error;
  }
}

export class SqliteLedgerWriter implements LedgerWriter {
  readonly #db: DatabaseSync;
  readonly #tables: LedgerTables;
  #checkpoint: Checkpoint;

  constructor(db: DatabaseSync, rules: FoldRules) {
    this.#db = db;
    this.#tables = new LedgerTables(db, rules);
    this.#checkpoint = this.#tables.reload();
  }

  get checkpoint(): Checkpoint {
    return this.#checkpoint;
  }

  post(page: Parameters<LedgerWriter['post']>[0]): Promise<Posted> {
    return this.#commit(page);
  }

  setAside(after: Position, limit: number): Promise<readonly Poison[]> {
    return setAsideAfter(new SqliteQueries(this.#db), after, limit);
  }

  retry(events: Page['events']): Promise<Posted> {
    return this.#commit({ events, position: this.#checkpoint.position }, () => this.#tables.takeBack(events));
  }

  /** @param first runs within the transaction, before the fold */
  async #commit(page: Parameters<LedgerWriter['post']>[0], first = () => {}): Promise<Posted> {
    const before = this.#checkpoint;
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const { position, entry } = this.#tables.stored().checkpoint;
      if (position !== before.position || entry !== before.entry) {
        throw new LedgerConflict(
          `Another writer has moved the ledger from ${before.position} to ${position}`,
        );
      }
      first();
      const { checkpoint, poison } = await this.#tables.fold(this.#db, page, before);
      await this.#tables.save(this.#db);
      this.#tables.move(checkpoint);
      this.#db.exec('COMMIT');
      await this.#tables.shrink(this.#db);
      this.#checkpoint = checkpoint;
      return { checkpoint, poison };
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      this.#checkpoint = this.#tables.reload();
      throw error;
    }
  }

  /** Notifies readers that this ledger is no longer in force. @param successor file name of the new ledger */
  retire(successor: string): void {
    this.#db.prepare('UPDATE checkpoint SET successor = ?').run(successor);
  }

  async close(): Promise<void> {
    this.#db.close();
  }
}
