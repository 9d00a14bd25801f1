import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Zone } from '../../calendar/zone.ts';
import type { Checkpoint, LedgerReader, LedgerSnapshot } from '../port.ts';
import type { StoredCheckpoint } from '../sql/rows.ts';
import { SqlSnapshot } from '../sql/snapshot.ts';
import { checkVersion } from './ledger-file.ts';
import { readCheckpoint } from './ledger-tables.ts';
import { SqliteQueries } from './queries.ts';

/** Covers the short moments in which the writer recovers or checkpoints the write-ahead log. */
const BUSY_MS = 5_000;

/**
 * Opens a ledger for reading, on its own connection. After a rebuild the next snapshot reads the new ledger.
 * @throws LedgerVersionError @throws when the ledger does not exist yet
 */
export function openLedgerReader(path: string, zone: Zone): LedgerReader {
  return new SqliteLedgerReader(path, zone);
}

class SqliteLedgerReader implements LedgerReader {
  readonly #directory: string;
  readonly #zone: Zone;
  #db: DatabaseSync;
  #queries: SqliteQueries;
  /** The last snapshot begun; the next begins after it. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(path: string, zone: Zone) {
    this.#directory = dirname(path);
    this.#zone = zone;
    this.#db = openForReading(path);
    this.#queries = new SqliteQueries(this.#db);
  }

  snapshot<Value>(read: (ledger: LedgerSnapshot) => Promise<Value>): Promise<Value> {
    const turn = this.#turn.then(() => this.#read(read));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  checkpoint(): Promise<Checkpoint> {
    return this.snapshot(async (ledger) => ledger.checkpoint);
  }

  async close(): Promise<void> {
    await this.#turn;
    this.#db.close();
  }

  async #read<Value>(read: (ledger: LedgerSnapshot) => Promise<Value>): Promise<Value> {
    const stored = this.#begin();
    try {
      return await read(new SqlSnapshot(this.#queries, stored, this.#zone));
    } finally {
      this.#db.exec('COMMIT');
    }
  }

  /** Begins a read transaction on the ledger in force. */
  #begin(): StoredCheckpoint {
    for (;;) {
      this.#db.exec('BEGIN');
      const { successor, ...stored } = readCheckpoint(this.#queries);
      if (successor === undefined) return stored;
      this.#db.exec('COMMIT');
      const next = openForReading(join(this.#directory, successor));
      this.#db.close();
      this.#db = next;
      this.#queries = new SqliteQueries(next);
    }
  }
}

function openForReading(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS });
  try {
    checkVersion(db, path);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
