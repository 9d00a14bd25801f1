import { after, describe, test } from 'node:test';
import type pg from 'pg';
import { postgresPool } from '../../../shared/sql/postgres/database.ts';
import { createDatabase, startPostgres } from './server.ts';
import type { PostgresSettings, TestPostgres } from './test-postgres.ts';

export interface PostgresForTests {
  readonly server: TestPostgres;
  /** A pool on a migrated database of its own, ended with the suite. @param connections at most */
  newPool(connections?: number): Promise<pg.Pool>;
  /** One more pool on the database of a URL. */
  poolOn(url: string, connections?: number): pg.Pool;
}

type Suite = (postgres: PostgresForTests) => void;

/** A suite that needs a real PostgreSQL; skipped with the reason where none can run. */
export const describeWithPostgres = (name: string, suite: Suite): Promise<void> =>
  describeWith({}, name, suite);

/** The same, with a server that no other tests use. */
export const describeWithOwnPostgres = (name: string, suite: Suite): Promise<void> =>
  describeWith({ own: true }, name, suite);

async function describeWith(settings: PostgresSettings, name: string, suite: Suite): Promise<void> {
  const start = await startPostgres(settings);
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
