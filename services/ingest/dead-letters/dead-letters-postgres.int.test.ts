import assert from 'node:assert/strict';
import { it } from 'node:test';
import { lettersStillOpen } from '../../../shared/dead-letters/table.ts';
import { postgresEngine } from '../../../shared/sql/postgres/engine.ts';
import { eventually } from '../../../tests/support/eventually.ts';
import { describeWithPostgres } from '../../../tests/support/postgres/describe.ts';
import { openPostgresDeadLetters } from './dead-letters-postgres.ts';
import { describeDeadLetters, letter } from './testing/contract-suite.ts';

await describeWithPostgres('dead letters on PostgreSQL', (postgres) => {
  describeDeadLetters('PostgreSQL', async () => {
    const pool = await postgres.newPool();
    return {
      writers: 'several',
      open: (limit) => openPostgresDeadLetters(pool, limit),
      close: async () => {},
    };
  });

  it('an error of the server is told as what it is', async () => {
    const pool = await postgres.newPool();
    const letters = openPostgresDeadLetters(pool);
    await pool.query(`
      CREATE FUNCTION nhip.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = 'disk_full'; END $$;
      CREATE TRIGGER refuse BEFORE INSERT ON nhip.dead_letter EXECUTE FUNCTION nhip.refuse();`);
    await assert.rejects(letters.keep([letter('a')]), { name: 'StoreError', code: 'full' });
    await pool.query('DROP TRIGGER refuse ON nhip.dead_letter');
    assert.equal((await letters.keep([letter('a')])).length, 1);
  });

  it('another process knows within a second or so what is open', async () => {
    const pool = await postgres.newPool();
    const letters = openPostgresDeadLetters(pool);
    const elsewhere = lettersStillOpen(postgresEngine(pool));
    assert.equal((await elsewhere.get()).length, 0);
    await letters.keep([letter('a', { type: 'x' })]);
    await eventually(async () => (await elsewhere.get())[0]?.type === 'x', { timeoutMs: 2_000 });
  });
});
