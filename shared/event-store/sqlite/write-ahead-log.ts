import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';

/** Four times what an automatic checkpoint waits for. A log that has reached it never has less again while the file is open. */
export const LOG_LIMIT_BYTES = 320 * 2 ** 20;

/**
 * Bounds the write-ahead log. SQLite restarts it only at a moment without readers; readers that follow each other without a
 * pause can prevent that, so past a limit the writer waits for them, and they for it.
 */
export class WriteAheadLog {
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #limitBytes: number;
  #nextBytes: number;

  constructor(db: DatabaseSync, limitBytes = LOG_LIMIT_BYTES) {
    this.#db = db;
    this.#path = `${db.location()}-wal`;
    this.#limitBytes = limitBytes;
    this.#nextBytes = limitBytes;
    // The space above the limit is given back when the log restarts.
    db.exec(`PRAGMA journal_size_limit = ${limitBytes}`);
  }

  /** To be called between transactions. Never throws: what was committed stays so, and a disk that fails fails the next one. */
  bound(): void {
    const bytes = this.#bytes();
    if (bytes <= this.#limitBytes) this.#nextBytes = this.#limitBytes;
    if (bytes <= this.#nextBytes) return;
    try {
      // It does not empty the file: a log that has become shorter was cut by another program.
      this.#db.exec('PRAGMA wal_checkpoint(RESTART)');
    } catch {}
    // A reader that stays for long (a backup) keeps it as it is: then the next wait comes only after as much again.
    this.#nextBytes = this.#bytes() + this.#limitBytes;
  }

  #bytes(): number {
    return statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
  }
}
