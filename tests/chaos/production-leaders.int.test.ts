import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { leaderOf, leads, startScene } from '../support/chaos/scene.ts';
import type { Supervised } from '../support/chaos/supervisor.ts';
import { eventually } from '../support/eventually.ts';
import { describeProduction } from '../support/production.ts';

/** A lease of five seconds, and as much again for what the frozen one held. */
const TAKEN_OVER_WITHIN_MS = 15_000;

await describeProduction(
  'two projectors and two alerters, of which the leading ones freeze',
  (production) => {
    test('the others take over within seconds; who comes back late changes nothing', async (t) => {
      const scene = await startScene(t, production, { processes: { projector: 2, alerter: 2 } });
      if (!scene) return;
      const { projector, alerter } = scene.processes;
      const frozen: Supervised[] = [];
      for (const kind of [projector, alerter]) {
        const leader = await leaderOf(kind);
        const other = kind.find((one) => one !== leader);
        assert.ok(other);
        await freezeInTransaction(leader, production.env.DATABASE_URL);
        frozen.push(leader);
        const began = performance.now();
        await eventually(() => leads(other), { timeoutMs: TAKEN_OVER_WITHIN_MS });
        if (kind === projector) await eventually(() => posts(other), { timeoutMs: TAKEN_OVER_WITHIN_MS });
        t.diagnostic(`${other.name}: taken over after ${Math.round(performance.now() - began)} ms`);
      }
      await scene.passed(300);
      for (const one of frozen) one.signal('SIGCONT');
      for (const one of frozen) await eventually(async () => !(await leads(one)));
      await scene.passed(300);
      await scene.check();
    });
  },
);

/** Stops a process while it has a transaction open, whose locks it holds: the worst moment there is. */
async function freezeInTransaction(one: Supervised, url: string | undefined): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await eventually(
      async () => {
        one.signal('SIGSTOP');
        const { rows } = await client.query(
          `SELECT 1 FROM pg_stat_activity
           WHERE application_name = $1 AND datname = current_database() AND state LIKE 'idle in transaction%' AND xact_start < now()
             AND backend_xid IS NOT NULL`,
          [`nhip-${one.name}`],
        );
        if (rows.length > 0) return true;
        one.signal('SIGCONT');
        return false;
      },
      { timeoutMs: 60_000, everyMs: 1 },
    );
  } finally {
    await client.end();
  }
}

/** Whether a projector has posted anything since it leads. */
async function posts({ url }: Supervised): Promise<boolean> {
  const page = await (await fetch(`${url}/metrics`)).text();
  return Number(/^nhip_ledger_posted_events_total (\d+)/m.exec(page)?.[1] ?? 0) > 0;
}
