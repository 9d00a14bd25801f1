import type pg from 'pg';
import { sqlState, transaction, withClient } from '../../sql/postgres/transaction.ts';
import { OURS, SELECT_IN_FORCE } from './in-force.ts';
import { type LedgerSchema, ledgerSchema } from './schema.ts';

/** The holder of this advisory lock may create and remove ledgers that are not in force. The number is arbitrary but unique. */
export const REBUILD_LOCK = 7_102_616_801;

/** Removes leftovers of interrupted rebuilds, unless a rebuild is running. Ledgers that a snapshot still reads stay. */
export function removeLeftovers(pool: pg.Pool): Promise<void> {
  return withClient(pool, async (client) => {
    const { rows } = await client.query('SELECT pg_try_advisory_lock($1) AS locked', [REBUILD_LOCK]);
    if (!rows[0]?.locked) return;
    try {
      await dropLeftovers(client);
    } finally {
      await client.query('SELECT pg_advisory_unlock($1)', [REBUILD_LOCK]);
    }
  });
}

/** Drops every ledger that is not in force; the caller holds the lock of rebuilds. @returns the ledgers that are still read */
export async function dropLeftovers(client: pg.ClientBase): Promise<readonly LedgerSchema[]> {
  const { rows } = await client.query(
    `SELECT nspname FROM pg_namespace
     WHERE nspname ~ '^ledger_[0-9]+$' AND obj_description(oid, 'pg_namespace') = $1
       AND nspname NOT IN (SELECT schema FROM nhip.ledger_in_force)`,
    [OURS],
  );
  const stillRead: LedgerSchema[] = [];
  for (const { nspname } of rows) {
    const schema = ledgerSchema(nspname);
    if (!(await dropLedger(client, schema))) stillRead.push(schema);
  }
  return stillRead;
}

/**
 * Drops a ledger unless a snapshot reads it: each running snapshot holds a lock on the checkpoint of its ledger.
 * Never waits: a waiting lock would block all later snapshots.
 * @returns whether the ledger is dropped
 */
async function dropLedger(client: pg.ClientBase, schema: LedgerSchema): Promise<boolean> {
  try {
    await transaction(client, ['BEGIN', SELECT_IN_FORCE], async ([, inForce]) => {
      if (inForce?.rows[0]?.schema === schema) return;
      const { rows } = await client.query('SELECT tablename FROM pg_tables WHERE schemaname = $1', [schema]);
      const tables = rows.map(({ tablename }) => `${schema}.${tablename}`).join(', ');
      if (tables !== '') await client.query(`LOCK TABLE ${tables} IN ACCESS EXCLUSIVE MODE NOWAIT`);
      await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    });
    return true;
  } catch (error) {
    if (sqlState(error) === LOCK_NOT_AVAILABLE) return false;
    throw error;
  }
}

const LOCK_NOT_AVAILABLE = '55P03';
