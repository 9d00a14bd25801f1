import { after, describe, test } from 'node:test';
import type pg from 'pg';
import { postgresPool } from '../../../shared/sql/postgres/database.ts';
import { createDatabase, startPostgres } from './server.ts';
import type { TestPostgres } from './test-postgres.ts';

export interface PostgresForTests {
  readonly server: TestPostgres;
  /** A pool on a migrated database of its own, ended with the suite. @param connections at most */
  newPool(connections?: number): Promise<pg.Pool>;
  /** One more pool on the database of a URL. */
  poolOn(url: string, connections?: number): pg.Pool;
}

/** A suite that needs a real PostgreSQL, which it starts and stops; skipped with the reason where none can run. */
export async function describeWithPostgres(
  name: string,
  suite: (postgres: PostgresForTests) => void,
): Promise<void> {
  const start = await startPostgres();
  if (start.kind === 'unavailable') {
    test(name, { skip: start.reason }, () => {});
    return;
  }
  const { server } = start;
  const pools: pg.Pool[] = [];
  const poolOn = (url: string, connections = 10) => {
    const pool = postgresPool({ url, name: 'nhip-test', connections });
    pools.push(pool);
    return pool;
  };
  describe(name, () => {
    suite({
      server,
      poolOn,
      newPool: async (connections) => poolOn(await createDatabase(server), connections),
    });
    after(async () => {
      for (const pool of pools) await pool.end();
      await server.stop();
    });
  });
}
