import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { inTransaction, sqlState } from '../../sql/postgres/transaction.ts';
import { LedgerNotReady } from '../port.ts';
import type { Row } from '../sql/queries.ts';
import { checkLedgerVersion, type VersionedRules, versionBy } from '../sql/version.ts';
import { indexesOf, type LedgerSchema, ledgerSchema, tablesOf } from './schema.ts';

/** Reads which ledger is in force; with FOR SHARE appended, it stays in force until the end of the transaction. */
export const SELECT_IN_FORCE = 'SELECT schema, version FROM nhip.ledger_in_force';

/** Comment on every schema of a ledger: a schema with a matching name alone is not ours and must not be dropped. */
export const OURS = 'A ledger of Nhip';

/** Timeout for readers: they may idle longer between two statements than writers, since they block only the drop of a ledger. */
export const ABANDON_IDLE = "SET LOCAL idle_in_transaction_session_timeout = '60s'";

/** The database has no ledger yet; the first projector creates it. */
export class NoLedgerError extends LedgerNotReady {
  constructor() {
    super('ledger-missing', 'The database has no ledger yet: no projector has run on it');
  }
}

/** @param row result of {@link SELECT_IN_FORCE} @param rules of a writer @throws NoLedgerError @throws LedgerVersionError */
export function inForceOf(row: Row | undefined, rules?: VersionedRules): LedgerSchema {
  if (!row) throw new NoLedgerError();
  checkLedgerVersion('The ledger in force', row.version, rules);
  return ledgerSchema(row.schema);
}

/** Creates the first ledger, empty, unless one exists. */
export function createFirstLedger(pool: pg.Pool, rules: VersionedRules): Promise<void> {
  return inTransaction(
    pool,
    ['BEGIN', 'LOCK TABLE nhip.ledger_in_force IN SHARE ROW EXCLUSIVE MODE'],
    async (client) => {
      const { rows } = await client.query(SELECT_IN_FORCE);
      if (rows.length > 0) return;
      const schema = await createLedger(client);
      await client.query(indexesOf(schema));
      await client.query('INSERT INTO nhip.ledger_in_force (schema, version) VALUES ($1, $2)', [
        schema,
        versionBy(rules),
      ]);
    },
  );
}

/** Creates an empty ledger in its own schema, without the indexes that only readers need. */
export async function createLedger(client: pg.ClientBase): Promise<LedgerSchema> {
  const { rows } = await client.query("SELECT 'ledger_' || nextval('nhip.ledger_number') AS schema");
  const schema = ledgerSchema(rows[0]?.schema);
  await client.query(
    `CREATE SCHEMA ${schema}; COMMENT ON SCHEMA ${schema} IS '${OURS}'; ${tablesOf(schema)}`,
  );
  await client.query(
    `INSERT INTO ${schema}.checkpoint (position, known_at, entry, office, generation, next_subject) VALUES (0, 0, 0, 0, $1, 1)`,
    [randomUUID()],
  );
  return schema;
}

const UNDEFINED_TABLE = '42P01';
const INVALID_SCHEMA = '3F000';
/** Whether a statement failed because its ledger was dropped. */
export const isGone = (error: unknown): boolean =>
  [UNDEFINED_TABLE, INVALID_SCHEMA].includes(sqlState(error) ?? '');
