import { test } from 'node:test';
import { startScene } from '../support/chaos/scene.ts';
import { drawStarts } from '../support/chaos/supervisor.ts';
import { startLongRun } from '../support/long-run.ts';
import { describeProduction } from '../support/production.ts';

/** Rounds of killing one process of each kind, at moments that may overlap. */
const ROUNDS = 1;

await describeProduction('the production topology, its processes killed at random moments', (production) => {
  test('loses nothing that was acknowledged, counts nothing twice, and notifies of every alert once', async (t) => {
    const scene = await startScene(t, production, {
      kafka: {},
      processes: { ingest: 2, projector: 2, alerter: 2 },
    });
    if (!scene) return;
    const run = startLongRun(t, ROUNDS, scene.seed);
    const { random } = run;
    while (run.goesOn()) {
      const victims = Object.values(scene.processes).map((kind) => ({
        ...{ victim: kind[random.whole(0, kind.length - 1)], after: random.whole(1, 150) },
        starts: drawStarts(random),
      }));
      await Promise.all(
        victims.map(async ({ victim, after, starts }) => {
          await scene.passed(after);
          t.diagnostic(`kill ${victim?.name} at ${scene.load.acknowledged}`);
          await victim?.kill(starts);
        }),
      );
    }
    await scene.passed(100);
    await scene.check();
  });
});
