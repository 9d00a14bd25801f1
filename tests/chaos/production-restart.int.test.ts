import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from '../../services/standalone/demo/random.ts';
import { checksOf, isReady, startScene } from '../support/chaos/scene.ts';
import { eventually } from '../support/eventually.ts';
import { startPostgres } from '../support/postgres/server.ts';
import { describeProduction } from '../support/production.ts';

await describeProduction(
  'the production topology, its database and its broker restarted',
  (production) => {
    test('waits for missing parts and loses nothing, whether it was stopped in order or killed', async (t) => {
      const { postgres } = production;
      const scene = await startScene(t, production, { kafka: { own: true } });
      if (!scene?.kafka) return;
      const { broker } = scene.kafka;
      const { ingest, projector, api, alerter } = scene.processes;
      const all = [...ingest, ...projector, ...api, ...alerter];
      const random = seeded(scene.seed);
      const settled = async () => {
        for (const one of all) await eventually(() => isReady(one), { timeoutMs: 60_000, everyMs: 100 });
      };

      await scene.passed(random.whole(1, 200));
      await postgres.restart();
      await settled();

      await scene.passed(random.whole(1, 200));
      const began = Date.now();
      await postgres.kill();
      for (const one of all) {
        const database = await eventually(
          async () => {
            const { database } = await checksOf(one);
            return database?.ok === false && database;
          },
          { timeoutMs: 20_000 },
        );
        assert.ok(Date.parse(database.since ?? '') >= began, `${one.name} reports since when`);
      }
      // Only a dead letter needs the database.
      const again = await fetch(`${ingest[0]?.url}/v1/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/cloudevents+json' },
        body: scene.office.made.find(({ kind }) => kind === 'event')?.text ?? '',
      });
      assert.equal(again.status, 200, await again.text());
      await postgres.restart();
      await settled();

      await scene.passed(random.whole(1, 200));
      await broker.kill();
      for (const one of ingest) {
        await eventually(async () => (await checksOf(one)).kafka?.ok === false, { timeoutMs: 30_000 });
      }
      await broker.restart();
      await settled();
      await scene.passed(200);
      await scene.check();
      for (const { status, retryAfter } of scene.load.refusals) {
        assert.deepEqual([status, Number(retryAfter) > 0], [503, true]);
      }
    });
  },
  { postgres: () => startPostgres({ own: true }) },
);
