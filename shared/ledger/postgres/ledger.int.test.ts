import type pg from 'pg';
import { describeWithPostgres } from '../../../tests/support/postgres/describe.ts';
import { changesContract } from '../../measures/testing/changes-contract-suite.ts';
import { definitionsContract } from '../../measures/testing/definitions-contract-suite.ts';
import { listContract } from '../../measures/testing/list-contract-suite.ts';
import { ledgerProperties } from '../contract-properties.test.ts';
import { type LedgerFactory, writtenTable, ZONE } from '../testing/contract-events.ts';
import { ledgerContract } from '../testing/contract-suite.ts';
import { feedContract } from '../testing/feed-suite.ts';
import { objectiveContract } from '../testing/objective-suite.ts';
import { pastContract } from '../testing/past-suite.ts';
import { setAsideContract } from '../testing/set-aside-suite.ts';
import { openPostgresLedgerReader } from './reader.ts';
import { openPostgresLedgerWriter } from './writer.ts';

/** Fewer than on SQLite: `engines-agree` compares the two on any events as well. */
const RUNS = 10;

await describeWithPostgres('on PostgreSQL', (postgres) => {
  /** Databases with an empty ledger: creating one lasts longer than most tests, so they are reused. */
  const free: pg.Pool[] = [];

  const postgresLedger: LedgerFactory = async () => {
    const pool = free.pop() ?? (await postgres.newPool());
    return {
      openWriter: (rules) => openPostgresLedgerWriter(pool, rules),
      openReader: async () => openPostgresLedgerReader(pool, ZONE),
      breakWrites: async (point) => {
        const table = `ledger_1.${writtenTable(point)}`;
        await pool.query(`
          CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''broken''; END';
          CREATE TRIGGER broken BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION broken()`);
        return async () => {
          await pool.query('DROP FUNCTION broken CASCADE');
        };
      },
      remove: async () => {
        await empty(pool);
        free.push(pool);
      },
    };
  };

  ledgerContract(postgresLedger);
  setAsideContract(postgresLedger);
  feedContract(postgresLedger);
  objectiveContract(postgresLedger);
  ledgerProperties(postgresLedger, RUNS);
  listContract(postgresLedger);
  changesContract(postgresLedger);
  definitionsContract(postgresLedger);
  pastContract(postgresLedger);
});

/** Empties the ledger of a database. */
async function empty(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query("SELECT tablename FROM pg_tables WHERE schemaname = 'ledger_1'");
  const tables = rows.map(({ tablename }) => String(tablename)).filter((table) => table !== 'checkpoint');
  await pool.query(`${tables.map((table) => `DELETE FROM ledger_1.${table};`).join('\n')}
    UPDATE ledger_1.checkpoint SET position = 0, known_at = 0, entry = 0, next_subject = 1`);
}
