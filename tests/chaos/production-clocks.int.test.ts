import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { checkVerified } from '../support/chaos/check.ts';
import { storedEvents } from '../support/chaos/records.ts';
import { leads, startScene } from '../support/chaos/scene.ts';
import { eventually } from '../support/eventually.ts';
import { describeProduction, type ServiceName } from '../support/production.ts';
import { statusEvent } from '../support/status-event.ts';

const MINUTE = 60_000;
/**
 * By how much the clock of each host is wrong. That of an ingest which comes late by less than a minute: by more it would rightly refuse
 * events after what the api records at its start, if it is the later of both to start.
 */
const SKEWS: Readonly<Record<ServiceName, readonly number[]>> = {
  ingest: [-50_000, 2 * MINUTE, 120 * MINUTE],
  projector: [2 * MINUTE, -2 * MINUTE],
  api: [0],
  alerter: [2 * MINUTE, -2 * MINUTE],
};

/** Loaded before anything of the process: its wall clock is wrong, and nothing else. */
const skewedBy = (ms: number): string =>
  `--import=data:text/javascript,${encodeURIComponent(`
    const now = Date.now.bind(Date);
    const Real = Date;
    globalThis.Date = class extends Real {
      constructor(...given) {
        if (given.length === 0) super(now() + ${ms});
        else super(...given);
      }
      static now() { return now() + ${ms}; }
    };`)}`;

await describeProduction('the production topology on hosts whose clocks disagree', (production) => {
  test('keeps the order of knowledge, counts as ever, and has one leader of each kind', async (t) => {
    const scene = await startScene(t, production, {
      processes: { ingest: 3, projector: 2, alerter: 2 },
      envOf: (name, number) => ({ NODE_OPTIONS: skewedBy(SKEWS[name][number] ?? 0) }),
    });
    if (!scene) return;
    for (const kind of [scene.processes.projector, scene.processes.alerter]) {
      await scene.passed(300);
      const leading = await Promise.all(kind.map(leads));
      assert.equal(leading.filter(Boolean).length, 1, `${kind[0]?.name}s that lead`);
      const leader = kind[leading.indexOf(true)];
      const other = kind[leading.indexOf(false)];
      assert.ok(leader && other);
      leader.signal('SIGSTOP');
      await eventually(() => leads(other), { timeoutMs: 15_000 });
      leader.signal('SIGCONT');
    }
    await scene.passed(300);
    await scene.check();

    const stored = storedEvents(production)
      // The server's own events have no metadata of ours.
      .filter(({ stream }) => !stream.startsWith('$'))
      .map(({ stream, metadata }) => ({
        stream,
        at: Date.parse(JSON.parse(Buffer.from(metadata).toString()).recordedAt),
      }));
    const falls = fallsIn(stored.filter(({ stream }) => stream.startsWith('dossier-')).map(({ at }) => at));
    assert.ok(falls > 10, `the order of positions is not that of clocks: ${falls} falls`);
    const client = new pg.Client(production.env.DATABASE_URL);
    await client.connect();
    t.after(() => client.end());
    const { rows } = await client.query<{ readonly schema: string }>(
      'SELECT schema FROM nhip.ledger_in_force',
    );
    const schema = rows[0]?.schema;
    const journal = await client.query<{ readonly known_at: string }>(
      `SELECT known_at FROM ${schema}.journal ORDER BY entry`,
    );
    const knownAt = journal.rows.map((row) => Number(row.known_at));
    assert.equal(fallsIn(knownAt), 0, 'knownAt never falls');
    assert.ok(
      // Of any stream: what the alerter records counts as well.
      knownAt.every((at) => stored.some((event) => event.at === at)),
      'and is always some recordedAt',
    );

    // Ahead of the truth by so much is more than five minutes ahead of the clock that is behind, and of no other.
    const time = new Date(Date.now() + 4.5 * MINUTE).toISOString();
    for (const [number, { url }] of scene.processes.ingest.entries()) {
      const event = statusEvent(`future-${number}`, 'received', time);
      const headers = { 'content-type': 'application/cloudevents+json' };
      const answer = await fetch(`${url}/v1/events`, {
        method: 'POST',
        headers,
        body: JSON.stringify(event),
      });
      assert.equal(answer.status, 200, await answer.text());
    }
    await eventually(async () => {
      const { rows } = await client.query<{ readonly found: string }>(
        `SELECT name || ' ' || coalesce(bool_or(code = 'future'), false)::text AS found
         FROM ${schema}.name LEFT JOIN ${schema}.finding USING (subject)
         WHERE name LIKE 'future-%' GROUP BY name ORDER BY name`,
      );
      const found = rows.map((row) => row.found);
      assert.deepEqual(found, ['future-0 true', 'future-1 false', 'future-2 false']);
      return true;
    });
    await checkVerified(production);
  });
});

const fallsIn = (moments: readonly number[]): number =>
  moments.filter((at, index) => at < (moments[index - 1] ?? Number.NEGATIVE_INFINITY)).length;
