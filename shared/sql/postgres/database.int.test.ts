import assert from 'node:assert/strict';
import { it } from 'node:test';
import { sql } from 'kysely';
import { eventually } from '../../../tests/support/eventually.ts';
import { describeWithPostgres } from '../../../tests/support/postgres/describe.ts';
import { StoreError } from '../../kernel/store-error.ts';
import { postgresEngine } from './engine.ts';

await describeWithPostgres('a pool of connections', ({ newPool }) => {
  it('outlives a connection that breaks between two statements of a transaction', async () => {
    const pool = await newPool(2);
    const engine = postgresEngine<object>(pool);
    const broken = engine.transaction(async (db) => {
      const { rows } = await sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`.execute(db);
      const [mine] = rows;
      await pool.query('SELECT pg_terminate_backend($1)', [mine?.pid]);
      const live = 'SELECT count(*) AS n FROM pg_stat_activity WHERE pid = $1';
      await eventually(async () => (await pool.query(live, [mine?.pid])).rows[0]?.n === 0);
      await sql`SELECT 1`.execute(db);
    });
    await assert.rejects(broken, (error) => error instanceof StoreError && error.code === 'unavailable');
    assert.equal((await pool.query('SELECT 1 AS one')).rows[0]?.one, 1);
  });
});
