import assert from 'node:assert/strict';
import { afterEach, beforeEach, it } from 'node:test';
import type pg from 'pg';
import { eventually } from '../../../tests/support/eventually.ts';
import { describeWithPostgres } from '../../../tests/support/postgres/describe.ts';
import type { Checkpoint, LedgerWriter } from '../port.ts';
import { foreign, post, RULES } from '../testing/contract-events.ts';
import { type CommitFeed, openPostgresCommitFeed } from './commit-feed.ts';
import { rebuildPostgresLedger } from './rebuild.ts';
import { openPostgresLedgerWriter } from './writer.ts';

const NEVER_MS = 3_600_000;

await describeWithPostgres('the commit feed of PostgreSQL', (postgres) => {
  let pool: pg.Pool;
  let writer: LedgerWriter;
  let heard: Checkpoint[];
  let feed: CommitFeed;
  beforeEach(async () => {
    pool = await postgres.newPool();
    writer = await openPostgresLedgerWriter(pool, RULES);
    heard = [];
  });
  afterEach(() => feed.close());

  const listen = async (lookEveryMs: number) => {
    feed = openPostgresCommitFeed({
      pool,
      lookEveryMs,
      onCheckpoint: (checkpoint) => heard.push(checkpoint),
    });
    await eventually(() => heard.length === 1);
  };
  const commit = () => post(writer, [foreign(1_000 + writer.checkpoint.position)]);
  const positions = () => heard.map(({ position }) => position);
  const hears = (position: number) => eventually(() => positions().at(-1) === position);
  /** Terminates the listening connection. */
  const cut = () =>
    pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
         AND (query LIKE 'LISTEN%' OR query LIKE '%checkpoint') AND state = 'idle'`,
    );

  it('begins with the checkpoint of the ledger, then reports each commit at once', async () => {
    await listen(NEVER_MS);
    assert.deepEqual(positions(), [0]);
    for (let position = 1; position <= 3; position += 1) {
      await commit();
      await hears(position);
    }
    assert.deepEqual(positions(), [0, 1, 2, 3]);
    assert.deepEqual(heard.at(-1), writer.checkpoint);
    assert.equal(feed.problem(), undefined);
  });

  it('reports missed commits after a reconnection', async () => {
    await listen(NEVER_MS);
    await cut();
    await commit();
    await hears(1);
    await commit();
    await hears(2);
  });

  it('reports a rebuilt ledger', async () => {
    await listen(NEVER_MS);
    const { signal } = new AbortController();
    const events = {
      readAll: async (after: Checkpoint['position']) => ({ events: [], position: after, head: after }),
      readStream: async () => [],
    };
    const outcome = await rebuildPostgresLedger({ events, pool, rules: RULES, signal, onProgress: () => {} });
    assert.ok(outcome.kind === 'rebuilt');
    await eventually(() => heard.at(-1)?.generation === outcome.checkpoint.generation);
  });

  it('reports a commit without a notification', async () => {
    await listen(20);
    await pool.query('UPDATE ledger_1.checkpoint SET position = 7');
    await hears(7);
  });

  it('ignores a forged notification', async () => {
    await listen(NEVER_MS);
    for (const payload of [
      '',
      '{',
      '{"position":9}',
      '{"position":9,"knownAt":1,"entry":1,"generation":"x"}',
    ]) {
      await pool.query("SELECT pg_notify('nhip_ledger', $1)", [payload]);
    }
    await commit();
    await hears(1);
    assert.deepEqual(positions(), [0, 1]);
  });

  it('states the problem while there is no ledger, and begins once there is one', async () => {
    await pool.query('DELETE FROM nhip.ledger_in_force');
    feed = openPostgresCommitFeed({ pool, onCheckpoint: (checkpoint) => heard.push(checkpoint) });
    await eventually(() => /no ledger yet/.test(feed.problem() ?? ''));
    await openPostgresLedgerWriter(pool, RULES);
    await hears(0);
    assert.equal(feed.problem(), undefined);
  });
});
