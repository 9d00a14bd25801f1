import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checksOf, isReady, startScene } from '../support/chaos/scene.ts';
import type { Supervised } from '../support/chaos/supervisor.ts';
import { eventually } from '../support/eventually.ts';
import { startLongRun } from '../support/long-run.ts';
import { describeProduction } from '../support/production.ts';

/** Longer than any call is tried again for. */
const AWAY_MS = 20_000;
/** In a long run, also than a subscription may be silent. */
const LONG_AWAY_MS = 60_000;
/** A health check of an orchestrator asks so often at least. */
const NOTICED_WITHIN_MS = 30_000;

await describeProduction('the production topology, its event store away', (production) => {
  test('names the part that is away and since when, refuses events that it cannot keep, and catches up by itself', async (t) => {
    const { store } = production;
    const scene = await startScene(t, production, { kafka: {} });
    if (!scene) return;
    const { load } = scene;
    const all = Object.values(scene.processes).flat();
    const refusedOnceMore = async () => {
      const before = load.refusals.length;
      await eventually(() => load.refusals.length > before, { timeoutMs: NOTICED_WITHIN_MS });
    };
    const run = startLongRun(t, 1, scene.seed);
    const awayMs = run.isLong ? LONG_AWAY_MS : AWAY_MS;
    await scene.passed(200);

    while (run.goesOn()) {
      // A server that answers, but cannot serve.
      const began = Date.now();
      await store.command({ kind: 'set', faults: { unavailable: true } });
      for (const one of all)
        await eventually(() => saysAway(one, 'store', began), { timeoutMs: NOTICED_WITHIN_MS });
      await refusedOnceMore();
      const [api] = scene.processes.api;
      const answer = await fetch(`${api?.url}/v1/objectives/on-time-office`);
      assert.equal(answer.status, 200, 'reading goes on');

      // Then none at all, whose journal comes back with it.
      await store.kill();
      const answered = load.answered;
      // Messages in hand are not acknowledged to the broker either. Its successor waits for the store, too.
      await scene.processes.ingest[0]?.kill();
      await refusedOnceMore();
      await eventually(() => Date.now() - began > awayMs, { timeoutMs: 2 * awayMs, everyMs: 500 });
      for (const one of all) assert.ok(await saysAway(one, 'store', began), one.name);
      assert.equal(load.answered, answered, 'nothing is acknowledged by HTTP that cannot be kept');
      await store.restart();
      for (const one of all) await eventually(() => isReady(one), { timeoutMs: 60_000, everyMs: 100 });
      await scene.passed(200);
    }
    await scene.check();
    for (const { status, retryAfter } of load.refusals)
      assert.deepEqual([status, Number(retryAfter) > 0], [503, true]);
  });
});

/** Names the part, and a moment not before it went away. */
async function saysAway(one: Supervised, part: string, began: number): Promise<boolean> {
  const { ok, since, reason } = (await checksOf(one))[part] ?? {};
  return ok === false && reason !== undefined && Date.parse(since ?? '') >= began;
}
