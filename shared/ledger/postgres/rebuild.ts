import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Position } from '../../contracts/stored-event.ts';
import { storeErrorOf } from '../../sql/postgres/errors.ts';
import { transaction, withClient } from '../../sql/postgres/transaction.ts';
import type { FoldRules } from '../fold.ts';
import { fill, type Rebuild, type RebuildOutcome, RebuildRunningError } from '../rebuild.ts';
import { LEDGER_VERSION } from '../sql/version.ts';
import { BulkLedgerWriter } from './bulk-writer.ts';
import { SELECT_IN_FORCE } from './in-force.ts';
import { announce } from './ledger-tables.ts';
import { dropLeftovers, REBUILD_LOCK } from './leftovers.ts';
import { ledgerSchema } from './schema.ts';

export interface PostgresRebuild extends Rebuild {
  readonly pool: pg.Pool;
  readonly rules: FoldRules;
}

/** A page of the last stretch, for which the live projector waits. */
const LAST_PAGE = 5_000;
/** How long snapshots of the replaced ledger are waited for; one that takes longer leaves it to the next start. */
const DROP_WITHIN_MS = 10_000;
const DROP_AGAIN_MS = 100;

/**
 * Builds the ledger anew beside the live one and puts it in force; readers go over at their next snapshot, the live projector
 * with a `LedgerConflict` at its next post. Cancelled or failed, the live one stays. Also replaces a ledger of another version.
 * @throws RebuildRunningError when one is under way, in whatever process @throws StoreError
 */
export function rebuildPostgresLedger(rebuild: PostgresRebuild): Promise<RebuildOutcome> {
  return withClient(rebuild.pool, async (client) => {
    const { rows } = await client.query('SELECT pg_try_advisory_lock($1) AS locked', [REBUILD_LOCK]);
    if (!rows[0]?.locked) throw new RebuildRunningError();
    try {
      await dropLeftovers(client);
      return await build(client, rebuild);
    } finally {
      await tidyUp(client);
    }
  }).catch((error) => {
    throw error instanceof RebuildRunningError ? error : storeErrorOf(error);
  });
}

async function build(client: pg.PoolClient, rebuild: PostgresRebuild): Promise<RebuildOutcome> {
  const ledger = await BulkLedgerWriter.create(client, rebuild.rules);
  const filled = await fill(ledger, rebuild);
  if (filled.kind !== 'filled') return filled;
  await ledger.finish();
  // Events went on coming while the indexes were made.
  const caughtUp = await fill(liveLike(ledger, client), rebuild);
  if (caughtUp.kind !== 'filled') return caughtUp;
  return switchTo(ledger, client, rebuild);
}

/** Puts the ledger in force, as far as the live one is: nobody may see the figures go back. The live projector waits meanwhile. */
async function switchTo(
  ledger: BulkLedgerWriter,
  client: pg.PoolClient,
  { events }: PostgresRebuild,
): Promise<RebuildOutcome> {
  const begin = ['BEGIN', 'LOCK TABLE nhip.ledger_in_force IN EXCLUSIVE MODE', SELECT_IN_FORCE];
  return transaction(client, begin, async ([, , inForce]) => {
    const live = await positionOf(client, inForce?.rows[0]?.schema);
    while (ledger.checkpoint.position < live) {
      const page = await events.readAll(ledger.checkpoint.position, LAST_PAGE);
      if (page.position === ledger.checkpoint.position) {
        throw new Error(
          `The live ledger is at ${live}, where the event store has nothing: is it another store's?`,
        );
      }
      const { poison } = await ledger.postWithin(page);
      // Nothing was changed but the new ledger, which nobody will read.
      if (poison[0]) return { kind: 'poisoned', poison: poison[0] };
    }
    await client.query(
      `INSERT INTO nhip.ledger_in_force (schema, version) VALUES ($1, $2)
       ON CONFLICT (one) DO UPDATE SET schema = excluded.schema, version = excluded.version`,
      [ledger.schema, LEDGER_VERSION],
    );
    await announce(client, ledger.checkpoint);
    return { kind: 'rebuilt', checkpoint: ledger.checkpoint };
  });
}

/** The live ledger may be of another version: of all its columns only this is read. */
async function positionOf(client: pg.PoolClient, live: unknown): Promise<Position | 0> {
  if (live === undefined) return 0;
  const { rows } = await client.query(`SELECT position FROM ${ledgerSchema(live)}.checkpoint`);
  return Number(rows[0]?.position) as Position;
}

/** Posts as a live projector does, a page a transaction. */
const liveLike = (ledger: BulkLedgerWriter, client: pg.PoolClient) => ({
  get checkpoint() {
    return ledger.checkpoint;
  },
  post: (page: Parameters<BulkLedgerWriter['postWithin']>[0]) =>
    transaction(client, ['BEGIN'], () => ledger.postWithin(page)),
});

/** Drops the replaced ledger once no snapshot reads it, or the one that was not to be; what fails here the next start makes up for. */
async function tidyUp(client: pg.PoolClient): Promise<void> {
  const deadline = Date.now() + DROP_WITHIN_MS;
  try {
    while ((await dropLeftovers(client)).length > 0 && Date.now() < deadline) await pause(DROP_AGAIN_MS);
  } catch {
    // The next start tries again.
  }
  // A connection that is gone took the lock with it; one that goes back to the pool must not keep it.
  await client.query('SELECT pg_advisory_unlock($1)', [REBUILD_LOCK]).catch(() => {});
}
