import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { errorText } from '../../../shared/kernel/error-text.ts';
import { migrate } from '../../../shared/sql/postgres/migrate.ts';
import { mayHaveEngine } from '../container-engine.ts';
import { NotServing } from '../server-process.ts';
import { startContainerPostgres } from './container-server.ts';
import { startProcessPostgres } from './process-server.ts';
import type { PostgresSettings, TestPostgres } from './test-postgres.ts';

export type PostgresStart =
  | { readonly kind: 'started'; readonly server: TestPostgres }
  | { readonly kind: 'unavailable'; readonly reason: string };

/**
 * A server by the first way that works: the one that `NHIP_TEST_POSTGRES` (a `postgres://` URL) names, unless the test needs its own, a
 * container, PostgreSQL on this machine. @throws when one is started and does not serve, and under `CI=true` when none is there: there a tier
 * that cannot run has failed.
 */
export async function startPostgres(settings: PostgresSettings = {}): Promise<PostgresStart> {
  const url = process.env.NHIP_TEST_POSTGRES;
  if (url !== undefined && url !== '' && !settings.own) return { kind: 'started', server: external(url) };
  const failures: string[] = [];
  for (const way of [...(mayHaveEngine() ? [startContainerPostgres] : []), startProcessPostgres]) {
    try {
      return { kind: 'started', server: await way(settings) };
    } catch (error) {
      if (error instanceof NotServing) throw error;
      failures.push(`${way.name}: ${errorText(error)}`);
    }
  }
  const reason = `no PostgreSQL can run here (${failures.join('; ')})`;
  if (process.env.CI === 'true') throw new Error(reason);
  return { kind: 'unavailable', reason };
}

function external(url: string): TestPostgres {
  const refuse = () => Promise.reject(new Error('the server of NHIP_TEST_POSTGRES is not ours to stop'));
  return { url, restart: refuse, kill: refuse, stop: async () => {} };
}

/** A new, empty database, migrated by default. @returns its URL */
export async function createDatabase(
  server: TestPostgres,
  { migrated = true }: { readonly migrated?: boolean } = {},
): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const client = new pg.Client(server.url);
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  if (migrated) {
    const pool = new pg.Pool({ connectionString: url.href, max: 1 });
    await migrate(pool);
    await pool.end();
  }
  return url.href;
}
