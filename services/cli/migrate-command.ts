import { parseArgs } from 'node:util';
import { assertReachable, postgresPool } from '../../shared/sql/postgres/database.ts';
import { assertMigrated, MigrationError, migrate } from '../../shared/sql/postgres/migrate.ts';
import { type Command, UsageError } from './command.ts';

/** `nhip migrate`: brings PostgreSQL up to this program. */
export const migrateCommand: Command = {
  name: 'migrate',
  summary: 'Bring the PostgreSQL database up to this version of the program',
  usage: `nhip migrate [--check]

Applies what is missing of deploy/migrations to the database that DATABASE_URL names, in order, each wholly or not at all.
It may be run again, and by several at once. Services that find the database older than themselves do not start.

--check  change nothing; exit code 1 when something is missing, and what`,
  async run(args, { config, out }) {
    const { values } = parseArgs({ args: [...args], options: { check: { type: 'boolean' } } });
    const url = config.DATABASE_URL;
    if (url === undefined) throw new UsageError('DATABASE_URL (or DATABASE_URL_FILE) must name the database');
    const pool = postgresPool({
      url,
      name: 'nhip-migrate',
      connections: 2,
      patient: true,
    });
    try {
      await assertReachable(pool);
      if (values.check) return await check(() => assertMigrated(pool), out);
      const { applied } = await migrate(pool);
      for (const name of applied) out(`applied ${name}`);
      out('the database is up to date');
      return 0;
    } finally {
      await pool.end();
    }
  },
};

async function check(assert: () => Promise<void>, out: (line: string) => void): Promise<number> {
  try {
    await assert();
    out('the database is up to date');
    return 0;
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    out(error.message);
    return 1;
  }
}
