import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Position } from '../../contracts/stored-event.ts';
import { comparedEvents } from '../../event-store/chain-keeper.ts';
import type { EventStore } from '../../event-store/port.ts';
import { PostgresChain } from '../../event-store/postgres/chain.ts';
import { storeErrorOf } from '../../sql/postgres/errors.ts';
import { transaction, withClient } from '../../sql/postgres/transaction.ts';
import type { FoldRules } from '../fold.ts';
import {
  fill,
  lostBy,
  type MayLack,
  type Rebuild,
  type RebuildOutcome,
  RebuildRunningError,
} from '../rebuild.ts';
import { isReadable, versionBy } from '../sql/version.ts';
import { BulkLedgerWriter } from './bulk-writer.ts';
import { SELECT_IN_FORCE } from './in-force.ts';
import { announce } from './ledger-tables.ts';
import { dropLeftovers, REBUILD_LOCK } from './leftovers.ts';
import { ledgerSchema } from './schema.ts';

export interface PostgresRebuild extends Rebuild {
  readonly events: Pick<EventStore, 'readAll' | 'readStream'>;
  readonly pool: pg.Pool;
  readonly rules: FoldRules;
}

type BuiltFrom = Rebuild & Pick<PostgresRebuild, 'rules'>;

/** Page size of the last stretch, during which the live projector waits. */
const LAST_PAGE = 5_000;
/** How long a rebuild waits for snapshots of the replaced ledger; after that the next start removes it. */
const DROP_WITHIN_MS = 10_000;
const DROP_AGAIN_MS = 100;

/**
 * Builds the ledger anew beside the live one and puts it in force. Readers switch at their next snapshot; the live projector gets
 * a `LedgerConflict` at its next post. After cancellation or failure the live one stays. Also replaces a ledger of another version.
 * @throws RebuildRunningError when a rebuild is running in any process @throws StoreError `corrupt` where the events are not those of
 * their chain
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

async function build(client: pg.PoolClient, given: PostgresRebuild): Promise<RebuildOutcome> {
  const rebuild: BuiltFrom = {
    ...given,
    events: await comparedEvents(given.events, new PostgresChain(given.pool)),
  };
  const ledger = await BulkLedgerWriter.create(client, rebuild.rules);
  const filled = await fill(ledger, rebuild, await mayLack(client));
  if (filled.kind !== 'filled') return filled;
  await ledger.finish();
  // New events arrived while the indexes were built.
  const caughtUp = await fill(liveLike(ledger, client), rebuild, await mayLack(client));
  if (caughtUp.kind !== 'filled') return caughtUp;
  return switchTo(ledger, client, rebuild);
}

/** Puts the ledger in force once it has caught up with the live one: figures must not go back. The live projector waits meanwhile. */
async function switchTo(
  ledger: BulkLedgerWriter,
  client: pg.PoolClient,
  { events, rules }: BuiltFrom,
): Promise<RebuildOutcome> {
  const begin = ['BEGIN', 'LOCK TABLE nhip.ledger_in_force IN EXCLUSIVE MODE', SELECT_IN_FORCE];
  return transaction(client, begin, async ([, , inForce]) => {
    const live = await positionOf(client, inForce?.rows[0]?.schema);
    while (ledger.checkpoint.position < live) {
      const page = await events.readAll(ledger.checkpoint.position, LAST_PAGE);
      if (page.position === ledger.checkpoint.position) {
        throw new Error(
          `The live ledger is at ${live}, beyond the last event of the store: does it belong to another store?`,
        );
      }
      const { poison } = await ledger.postWithin(page);
      // Only the new ledger was changed, and it has no readers.
      const lost = lostBy(poison, await mayLack(client));
      if (lost) return { kind: 'poisoned', poison: lost };
    }
    await client.query(
      `INSERT INTO nhip.ledger_in_force (schema, version) VALUES ($1, $2)
       ON CONFLICT (one) DO UPDATE SET schema = excluded.schema, version = excluded.version`,
      [ledger.schema, versionBy(rules)],
    );
    await announce(client, ledger.checkpoint);
    return { kind: 'rebuilt', checkpoint: ledger.checkpoint };
  });
}

async function mayLack(client: pg.PoolClient): Promise<MayLack> {
  const { rows } = await client.query(SELECT_IN_FORCE);
  if (!isReadable(rows[0]?.version)) return 'any';
  const setAside = await client.query(`SELECT event FROM ${ledgerSchema(rows[0].schema)}.poison`);
  return new Set(setAside.rows.map(({ event }) => event));
}

/** Reads only the position: the live ledger may be of another version with other columns. */
async function positionOf(client: pg.PoolClient, live: unknown): Promise<Position | 0> {
  if (live === undefined) return 0;
  const { rows } = await client.query(`SELECT position FROM ${ledgerSchema(live)}.checkpoint`);
  return Number(rows[0]?.position) as Position;
}

/** Posts like a live projector, one page a transaction. */
const liveLike = (ledger: BulkLedgerWriter, client: pg.PoolClient) => ({
  get checkpoint() {
    return ledger.checkpoint;
  },
  post: (page: Parameters<BulkLedgerWriter['postWithin']>[0]) =>
    transaction(client, ['BEGIN'], () => ledger.postWithin(page)),
});

/** Drops the replaced ledger once no snapshot reads it, or the unfinished new one; after a failure the next start does it. */
async function tidyUp(client: pg.PoolClient): Promise<void> {
  const deadline = Date.now() + DROP_WITHIN_MS;
  try {
    while ((await dropLeftovers(client)).length > 0 && Date.now() < deadline) await pause(DROP_AGAIN_MS);
  } catch {
    // The next start tries again.
  }
  // A broken connection has released the lock; one that returns to the pool must release it.
  await client.query('SELECT pg_advisory_unlock($1)', [REBUILD_LOCK]).catch(() => {});
}
