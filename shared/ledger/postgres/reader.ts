import type pg from 'pg';
import type { Zone } from '../../calendar/zone.ts';
import { storeErrorOf } from '../../sql/postgres/errors.ts';
import { inTransaction } from '../../sql/postgres/transaction.ts';
import { type Checkpoint, LedgerNotReady, type LedgerReader, type LedgerSnapshot } from '../port.ts';
import { storedCheckpoint } from '../sql/rows.ts';
import { SqlSnapshot } from '../sql/snapshot.ts';
import { ABANDON_IDLE, inForceOf, isGone, SELECT_IN_FORCE } from './in-force.ts';
import { PostgresQueries } from './queries.ts';
import type { LedgerSchema } from './schema.ts';

/** Reads the ledger in force, with up to one snapshot per connection of the pool. The caller owns the pool. */
export const openPostgresLedgerReader = (pool: pg.Pool, zone: Zone): LedgerReader =>
  new PostgresLedgerReader(pool, zone);

/** One state of the whole database, fixed by the first statement. */
const BEGIN = ['BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', ABANDON_IDLE, SELECT_IN_FORCE];

class PostgresLedgerReader implements LedgerReader {
  readonly #pool: pg.Pool;
  readonly #zone: Zone;
  /** The ledger of the last snapshot, most likely that of the next too. */
  #schema: LedgerSchema | undefined;

  constructor(pool: pg.Pool, zone: Zone) {
    this.#pool = pool;
    this.#zone = zone;
  }

  async snapshot<Value>(read: (ledger: LedgerSnapshot) => Promise<Value>): Promise<Value> {
    const first = await this.#attempt(read);
    if (first.kind === 'read') return first.value;
    // The old ledger was dropped between the two reads, of the ledger in force and of its checkpoint. This is rare: retry.
    const second = await this.#attempt(read);
    if (second.kind === 'read') return second.value;
    throw storeErrorOf(second.error);
  }

  checkpoint(): Promise<Checkpoint> {
    return this.snapshot(async (ledger) => ledger.checkpoint);
  }

  async close(): Promise<void> {
    // The caller owns the pool.
  }

  /** Reading the checkpoint locks the ledger against a drop until the end of the snapshot. */
  async #attempt<Value>(read: (ledger: LedgerSnapshot) => Promise<Value>): Promise<Attempt<Value>> {
    const guess = this.#schema;
    const begin = guess ? [...BEGIN, selectCheckpoint(guess)] : BEGIN;
    let isReading = false;
    try {
      const value = await inTransaction(this.#pool, begin, async (client, [, , inForce, guessed]) => {
        const schema = inForceOf(inForce?.rows[0]);
        const { rows } = guessed && schema === guess ? guessed : await client.query(selectCheckpoint(schema));
        const { checkpoint } = storedCheckpoint(rows[0]);
        this.#schema = schema;
        isReading = true;
        return read(new SqlSnapshot(new PostgresQueries(client, schema), checkpoint, this.#zone));
      });
      return { kind: 'read', value };
    } catch (error) {
      if (isReading || error instanceof LedgerNotReady) throw error;
      this.#schema = undefined;
      if (isGone(error)) return { kind: 'gone', error };
      throw storeErrorOf(error);
    }
  }
}

type Attempt<Value> =
  | { readonly kind: 'read'; readonly value: Value }
  | { readonly kind: 'gone'; readonly error: unknown };

const selectCheckpoint = (schema: LedgerSchema): string => `SELECT * FROM ${schema}.checkpoint`;
