import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CompiledQuery, type Kysely } from 'kysely';
import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration';
import type pg from 'pg';
import { errorText } from '../../kernel/error-text.ts';
import { databaseOver, SCHEMA } from './database.ts';

const MIGRATIONS = join(import.meta.dirname, '../../../deploy/migrations');

export interface Migrated {
  /** Names of the migrations applied now, in order; empty when the database was up to date. */
  readonly applied: readonly string[];
}

/** The database has another version than this program needs. The message states the remedy. */
export class MigrationError extends Error {
  readonly code = 'migration';
}

/**
 * Migrates the database to the newest version, each migration in one transaction that also records it. Forward only. Repeated
 * and concurrent runs are safe: the later ones wait, then have nothing to do.
 * @throws MigrationError
 */
export async function migrate(pool: pg.Pool): Promise<Migrated> {
  const { error, results = [] } = await migratorOver(pool).migrateToLatest();
  if (error !== undefined) {
    const failed = results.find(({ status }) => status === 'Error')?.migrationName;
    const reason = errorText(error);
    throw new MigrationError(`The migration ${failed ?? 'of the database'} failed: ${reason}`, {
      cause: error,
    });
  }
  return { applied: results.map(({ migrationName }) => migrationName) };
}

/** Checks that the database is not older than this program. @throws MigrationError */
export async function assertMigrated(pool: pg.Pool): Promise<void> {
  const migrations = await migratorOver(pool).getMigrations();
  const missing = migrations.filter(({ executedAt }) => executedAt === undefined).map(({ name }) => name);
  if (missing.length === 0) return;
  throw new MigrationError(`The database lacks ${missing.join(', ')}: run \`nhip migrate\` first.`);
}

const migratorOver = (pool: pg.Pool): Migrator =>
  new Migrator({ db: databaseOver(pool), provider: sqlFiles, migrationTableSchema: SCHEMA });

/** `deploy/migrations/NNNN-subject.sql`, in the order of their names. */
const sqlFiles: MigrationProvider = {
  async getMigrations() {
    const files = readdirSync(MIGRATIONS).filter((file) => file.endsWith('.sql'));
    return Object.fromEntries(files.map((file) => [file.slice(0, -'.sql'.length), sqlMigration(file)]));
  },
};

const sqlMigration = (file: string): Migration => ({
  up: async (db: Kysely<unknown>) => {
    await db.executeQuery(CompiledQuery.raw(readFileSync(join(MIGRATIONS, file), 'utf8')));
  },
});
