import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, describe, it, test } from 'node:test';
import pg from 'pg';
import { assertMigrated, migrate } from '../../shared/sql/postgres/migrate.ts';
import { createDatabase, startPostgres } from '../support/postgres/server.ts';

const NAMES = readdirSync('deploy/migrations')
  .filter((file) => file.endsWith('.sql'))
  .map((file) => file.replace('.sql', ''))
  .sort();

const start = await startPostgres();
if (start.kind === 'unavailable') test('migrations', { skip: start.reason }, () => {});
else
  describe('migrations', () => {
    const { server } = start;
    const pools: pg.Pool[] = [];
    const poolOf = (url: string) => {
      const pool = new pg.Pool({ connectionString: url });
      pools.push(pool);
      return pool;
    };
    after(async () => {
      for (const pool of pools) await pool.end();
      await server.stop();
    });

    it('are applied in order, once, and a program may start only after them', async () => {
      const pool = poolOf(await createDatabase(server, { migrated: false }));
      await assert.rejects(assertMigrated(pool), { code: 'migration', message: /run `nhip migrate` first/ });
      assert.deepEqual((await migrate(pool)).applied, NAMES);
      assert.deepEqual((await migrate(pool)).applied, []);
      await assertMigrated(pool);
    });

    it('may be run by several at once: each is applied by one of them', async () => {
      const url = await createDatabase(server, { migrated: false });
      const all = await Promise.all([1, 2, 3, 4].map(() => migrate(poolOf(url))));
      assert.deepEqual(all.flatMap(({ applied }) => applied).sort(), NAMES);
    });
  });
