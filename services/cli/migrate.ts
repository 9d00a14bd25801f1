import { ConfigError } from '../../shared/platform/config-fault.ts';
import { assertReachable, postgresPool } from '../../shared/sql/postgres/database.ts';
import { assertMigrated, MigrationError, migrate } from '../../shared/sql/postgres/migrate.ts';
import { type Command, EXIT, type ExitCode, parsed } from './command.ts';

/** `nhip migrate`: brings PostgreSQL up to this program. */
export const migrateCommand: Command = {
  name: 'migrate',
  summary: 'Bring the PostgreSQL database up to this version of the program',
  usage: `nhip migrate [--check]

Applies what is missing of deploy/migrations to the database that DATABASE_URL names, in order, each wholly or not at all.
It may be run again, and by several at once. Services that find the database older than themselves do not start.

--check  change nothing`,
  wrong: 'with --check, the database is not up to date, and what is missing',
  async run(args, { config, out }) {
    const { values } = parsed(args, { options: { check: { type: 'boolean' } } });
    const url = config.DATABASE_URL;
    if (url === undefined) {
      const expected = 'the database, here or in the file that DATABASE_URL_FILE names';
      throw new ConfigError([{ variable: 'DATABASE_URL', was: '', expected }]);
    }
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
      return EXIT.well;
    } finally {
      await pool.end();
    }
  },
};

async function check(assert: () => Promise<void>, out: (line: string) => void): Promise<ExitCode> {
  try {
    await assert();
    out('the database is up to date');
    return EXIT.well;
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    out(error.message);
    return EXIT.wrong;
  }
}
