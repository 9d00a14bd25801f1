import assert from 'node:assert/strict';
import { it } from 'node:test';
import { sql } from 'kysely';
import { eventually } from '../../../tests/support/eventually.ts';
import { describeWithPostgres } from '../../../tests/support/postgres/describe.ts';
import { StoreError } from '../../kernel/store-error.ts';
import { createLog } from '../../platform/log.ts';
import { watchDatabase } from './database-watch.ts';
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

  it('tells a step of the clock of its server from one that always differs, and believes it again when it is right or accepted', async (t) => {
    const pool = await newPool(2);
    let offset = -120 * 60_000;
    // The server's own clock cannot be set here: its answer is.
    const set = new Proxy(pool, {
      get(target, name) {
        if (name !== 'query') return Reflect.get(target, name, target);
        return async (text: string) => {
          const answer = await target.query(text);
          if (/clock_timestamp/.test(text)) answer.rows[0].now += offset;
          return answer;
        };
      },
    });
    const watch = watchDatabase(set, createLog('silent'));
    watch.start();
    t.after(() => watch.stop());
    await watch.ready;
    assert.equal(watch.clockProblem(), undefined);
    const [behind, day] = [offset, 86_400_000];
    offset = behind + 400 * day;
    await eventually(() =>
      /of PostgreSQL the clock was set forward by 345\d{5} s/.test(watch.clockProblem() ?? ''),
    );
    offset = behind;
    await eventually(() => watch.clockProblem() === undefined);
    offset = behind - day;
    await eventually(() => /set back by 86\d{3} s/.test(watch.clockProblem() ?? ''));
    watch.acceptClock();
    assert.equal(watch.clockProblem(), undefined);
  });
});
