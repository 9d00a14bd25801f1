import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { checksOf, isReady, startScene } from '../support/chaos/scene.ts';
import { makeSmallDisk } from '../support/chaos/small-disk.ts';
import type { Supervised } from '../support/chaos/supervisor.ts';
import { eventually } from '../support/eventually.ts';
import { startProcessPostgres } from '../support/postgres/process-server.ts';
import { describeProduction } from '../support/production.ts';

const NAME = 'the production topology on disks that are full';
const MEGABYTES = 160;
const NOTICED = { timeoutMs: 30_000, everyMs: 100 };

const [databaseDisk, storeDisk] = [makeSmallDisk(MEGABYTES), makeSmallDisk(MEGABYTES)];
if (databaseDisk.kind === 'unavailable' || storeDisk.kind === 'unavailable') {
  test(NAME, { skip: 'no file system can be mounted here' }, () => {});
} else {
  const [ofDatabase, ofStore] = [databaseDisk.disk, storeDisk.disk];
  after(() => {
    ofDatabase.remove();
    ofStore.remove();
  });
  await describeProduction(
    NAME,
    (production) => {
      test('refuses events that it cannot keep, goes on reading, and accepts all of them once there is room', async (t) => {
        const scene = await startScene(t, production);
        if (!scene) return;
        const { load, processes } = scene;
        const [ingest, projector, api] = [processes.ingest[0], processes.projector[0], processes.api[0]];
        assert.ok(ingest && projector && api);
        await scene.passed(300);

        ofDatabase.fill();
        // Random, so that it is not kept compressed.
        const large = {
          ...poison,
          data: { ...poison.data, reason: randomBytes(400_000).toString('base64') },
        };
        assert.equal((await send(ingest, large)).status, 507, 'a dead letter for which there is no room');
        await eventually(async () => (await checksOf(projector)).projector?.ok === false, NOTICED);
        assert.equal((await fetch(`${api.url}/v1/objectives/on-time-office`)).status, 200, 'reading goes on');
        assert.ok(await isReady(ingest), 'events need no room in the database');
        ofDatabase.makeRoom();
        await eventually(() => isReady(projector), NOTICED);
        await scene.passed(300);

        const { store } = production;
        ofStore.fill();
        await eventually(() => !store.running, NOTICED);
        await eventually(() => load.refusals.some(({ status }) => status === 503), NOTICED);
        assert.equal((await fetch(`${api.url}/v1/objectives/on-time-office`)).status, 200, 'reading goes on');
        ofStore.makeRoom();
        await store.restart();
        for (const one of Object.values(processes).flat()) await eventually(() => isReady(one), NOTICED);
        await scene.passed(300);
        await scene.check();
        assert.deepEqual(
          load.refusals.filter(({ status }) => status !== 503 && status !== 507),
          [],
        );
      });
    },
    {
      postgres: async () => ({
        kind: 'started',
        server: await startProcessPostgres({ dataUnder: ofDatabase.folder }),
      }),
      storeUnder: ofStore.folder,
    },
  );
}

/** It has no time. */
const poison = {
  specversion: '1.0',
  source: '/one-stop/office',
  id: 'large',
  type: 'dossier.status.v1',
  data: {},
};

const send = ({ url }: Supervised, event: object) =>
  fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify(event),
  });
