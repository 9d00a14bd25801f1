import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { noteInDatabase } from '../../services/projector/note-places.ts';
import { PageNote } from '../../services/projector/page-note.ts';
import { project } from '../../services/projector/projection.ts';
import { books } from '../../shared/books/registry.ts';
import { vietnamHolidays } from '../../shared/calendar/holidays.ts';
import { DEFAULT_OFFICE_HOURS } from '../../shared/calendar/working-calendar.ts';
import { zoneOf } from '../../shared/calendar/zone.ts';
import { openEventStoreDb } from '../../shared/event-store/eventstoredb/store.ts';
import { foldRulesOf } from '../../shared/ledger/fold-rules.ts';
import { LedgerConflict } from '../../shared/ledger/port.ts';
import { openPostgresLedgerWriter } from '../../shared/ledger/postgres/writer.ts';
import { createLog } from '../../shared/platform/log.ts';
import { postgresPool } from '../../shared/sql/postgres/database.ts';
import { leaderOf, leads, startScene } from '../support/chaos/scene.ts';
import type { Supervised } from '../support/chaos/supervisor.ts';
import { eventually } from '../support/eventually.ts';
import { describeProduction } from '../support/production.ts';

/** A lease of five seconds, and as much again for what the frozen one held. */
const TAKEN_OVER_WITHIN_MS = 15_000;

await describeProduction(
  'two projectors and two alerters, of which the leading ones freeze',
  (production) => {
    test('the others lead within seconds; a leader that comes back late changes nothing', async (t) => {
      const scene = await startScene(t, production, { processes: { projector: 2, alerter: 2 } });
      if (!scene) return;
      const { store } = production;
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
        t.diagnostic(`${other.name}: succeeded after ${Math.round(performance.now() - began)} ms`);
      }
      await scene.passed(300);
      for (const one of frozen) one.signal('SIGCONT');
      for (const one of frozen) await eventually(async () => !(await leads(one)));

      // Frozen once more, now with a decision on its way to the store, where the other's meets it.
      const leader = await leaderOf(alerter);
      const other = alerter.find((one) => one !== leader);
      assert.ok(other);
      await store.command({ kind: 'set', faults: { holdStreams: 'alert-' } });
      await scene.passed(300);
      leader.signal('SIGSTOP');
      await eventually(() => leads(other), { timeoutMs: TAKEN_OVER_WITHIN_MS });
      await scene.passed(100);
      await store.command({ kind: 'set', faults: { holdStreams: '' } });
      await scene.passed(100);
      leader.signal('SIGCONT');
      await eventually(async () => !(await leads(leader)));
      await scene.passed(300);
      await scene.check();
    });
  },
);

await describeProduction('two projectors, one of which was not asked to work', (production) => {
  test('turn each other away, and the figures stay right', async (t) => {
    const scene = await startScene(t, production);
    if (!scene) return;
    const stop = new AbortController();
    const tally = { pages: 0, conflicts: 0 };
    const uninvited = projectUninvited(production.env, stop.signal, tally);
    uninvited.catch(() => {});
    await scene.passed(600);
    // When the two meet is chance; the load goes on until they have.
    await eventually(() => tally.pages > 0 && tally.conflicts > 0, { timeoutMs: 60_000 });
    stop.abort();
    await uninvited;
    const { pages, conflicts } = tally;
    t.diagnostic(`it posted ${pages} pages, and was turned away ${conflicts} times`);
    assert.ok(pages > 0 && conflicts > 0);
    await scene.check();
  });
});

/** Follows the store as the leader does, and begins anew whenever it is turned away. */
async function projectUninvited(
  { DATABASE_URL: url = '', EVENTSTORE_URL = '' }: NodeJS.ProcessEnv,
  signal: AbortSignal,
  tally: { pages: number; conflicts: number },
): Promise<void> {
  const pool = postgresPool({ url, name: 'uninvited' });
  const store = await openEventStoreDb({ connectionString: EVENTSTORE_URL, log: createLog('silent') });
  const rules = foldRulesOf({
    books,
    zone: zoneOf('Asia/Ho_Chi_Minh'),
    holidays: vietnamHolidays(),
    hours: DEFAULT_OFFICE_HOURS,
  });
  try {
    const note = new PageNote(noteInDatabase(pool));
    while (!signal.aborted) {
      try {
        const ledger = await openPostgresLedgerWriter(pool, rules);
        const onPosted = () => {
          tally.pages++;
        };
        await project({ events: store, ledger, note, onPosted }, signal);
      } catch (error) {
        if (!(error instanceof LedgerConflict)) throw error;
        tally.conflicts++;
      }
    }
  } finally {
    await store.close();
    await pool.end();
  }
}

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
