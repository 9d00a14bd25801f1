import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { FoldRules } from '../fold.ts';
import type { Checkpoint, LedgerWriter, Posted } from '../port.ts';
import { SUMS_HELD } from '../sql/balance-sums.ts';
import { addIndexes, createLedger } from './ledger-file.ts';
import { LedgerTables } from './ledger-tables.ts';

/**
 * Builds a ledger in a new file from the first event on; {@link BulkLedgerWriter.finish} completes it. Until then the file is
 * disposable: no rollback journal, no sync, and indexes come last. This makes it fast.
 */
export class BulkLedgerWriter implements Pick<LedgerWriter, 'checkpoint' | 'post' | 'close'> {
  readonly #db: DatabaseSync;
  readonly #tables: LedgerTables;
  #checkpoint: Checkpoint;

  /** Removes an existing file at the path. */
  constructor(path: string, rules: FoldRules) {
    removeLedger(path);
    this.#db = new DatabaseSync(path);
    this.#db.exec(
      'PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -65536',
    );
    createLedger(this.#db, rules, { indexes: false });
    this.#tables = new LedgerTables(this.#db, rules);
    this.#checkpoint = this.#tables.reload();
    this.#db.exec('BEGIN');
  }

  get checkpoint(): Checkpoint {
    return this.#checkpoint;
  }

  async post(page: Parameters<LedgerWriter['post']>[0]): Promise<Posted> {
    const { checkpoint, poison } = await this.#tables.fold(this.#db, page, this.#checkpoint);
    this.#checkpoint = checkpoint;
    await this.#tables.shrink(this.#db);
    if (this.#tables.sums > SUMS_HELD) await this.#tables.saveSums(this.#db);
    return { checkpoint, poison };
  }

  /** Completes the file. From then on it is a normal ledger. */
  async finish(): Promise<void> {
    await this.#tables.save(this.#db);
    this.#tables.move(this.#checkpoint);
    addIndexes(this.#db);
    this.#db.exec(
      'COMMIT; PRAGMA locking_mode = NORMAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL',
    );
  }

  async close(): Promise<void> {
    this.#db.close();
  }
}

/** Removes a ledger file and the files that SQLite keeps beside it. */
export function removeLedger(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true });
}
