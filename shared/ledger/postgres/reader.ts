import type pg from 'pg';
import type { Zone } from '../../calendar/zone.ts';
import { storeErrorOf } from '../../sql/postgres/errors.ts';
import { inTransaction } from '../../sql/postgres/transaction.ts';
import {
  type Checkpoint,
  LedgerNotReady,
  type LedgerReader,
  type LedgerSnapshot,
  type ReadOptions,
} from '../port.ts';
import { QUEUE_LIMITS, QueuedReader } from '../queued-reader.ts';
import { storedCheckpoint } from '../sql/rows.ts';
import { SqlSnapshot } from '../sql/snapshot.ts';
import { ABANDON_IDLE, inForceOf, isGone, SELECT_IN_FORCE } from './in-force.ts';
import { PostgresQueries } from './queries.ts';
import type { LedgerSchema } from './schema.ts';

/** Reads the ledger in force, with up to one snapshot per connection of the pool. The caller owns the pool. */
export const openPostgresLedgerReader = (pool: pg.Pool, zone: Zone): LedgerReader =>
  new PostgresLedgerReader(pool, zone);

/** Connections for questions that can be slow: fewer than the pool has, so that they never wait for each other alone. */
const SLOW_AT_ONCE = 4;

/** Reads for questions that can be slow: few at once, a bounded number waiting, each statement within the deadline. */
export function openQueuedPostgresReader(pool: pg.Pool, zone: Zone): LedgerReader {
  const reader = new PostgresLedgerReader(pool, zone, QUEUE_LIMITS.readMs);
  return new QueuedReader(Array<LedgerReader>(SLOW_AT_ONCE).fill(reader));
}

/** One state of the whole database, fixed by the first statement that reads. */
const BEGIN = ['BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', ABANDON_IDLE];

class PostgresLedgerReader implements LedgerReader {
  readonly #pool: pg.Pool;
  readonly #zone: Zone;
  readonly #begin: readonly string[];
  /** The ledger of the last snapshot, most likely that of the next too. */
  #schema: LedgerSchema | undefined;

  /** @param statementMs limit for each statement; that of the pool when it is left out */
  constructor(pool: pg.Pool, zone: Zone, statementMs?: number) {
    this.#pool = pool;
    this.#zone = zone;
    this.#begin =
      statementMs === undefined ? BEGIN : [...BEGIN, `SET LOCAL statement_timeout = ${statementMs}`];
  }

  async snapshot<Value>(
    read: (ledger: LedgerSnapshot) => Promise<Value>,
    { signal }: ReadOptions = {},
  ): Promise<Value> {
    const first = await this.#attempt(read, signal);
    if (first.kind === 'read') return first.value;
    // The old ledger was dropped between the two reads, of the ledger in force and of its checkpoint. This is rare: retry.
    const second = await this.#attempt(read, signal);
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
  async #attempt<Value>(
    read: (ledger: LedgerSnapshot) => Promise<Value>,
    signal: AbortSignal | undefined,
  ): Promise<Attempt<Value>> {
    const guess = this.#schema;
    const begin = [...this.#begin, SELECT_IN_FORCE, ...(guess ? [selectCheckpoint(guess)] : [])];
    let isReading = false;
    try {
      const value = await inTransaction(this.#pool, begin, async (client, begun) => {
        const [inForce, guessed] = begun.slice(this.#begin.length);
        const schema = inForceOf(inForce?.rows[0]);
        const { rows } = guessed && schema === guess ? guessed : await client.query(selectCheckpoint(schema));
        const stored = storedCheckpoint(rows[0]);
        this.#schema = schema;
        isReading = true;
        return read(new SqlSnapshot(new PostgresQueries(client, schema, signal), stored, this.#zone));
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
