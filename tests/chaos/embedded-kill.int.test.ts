import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  checkDeadLetters,
  checkFigures,
  checkStore,
  checkVerified,
  checkWebhooks,
} from '../support/chaos/check.ts';
import { startLoad } from '../support/chaos/load.ts';
import { objectivesOf, openOffice, UNITS } from '../support/chaos/office.ts';
import { recordsIn } from '../support/chaos/records.ts';
import { registered } from '../support/chaos/scene.ts';
import { drawStarts, supervise } from '../support/chaos/supervisor.ts';
import { eventually } from '../support/eventually.ts';
import { startLongRun } from '../support/long-run.ts';
import { emptyDir, startServer } from '../support/standalone.ts';
import { startReceiver } from '../support/webhook-receiver.ts';

/** In a long run the books are held against the server after so many kills, so that they stay small. */
const KILLS_A_LIFE = 100;
const KILLS = 4;

test('the embedded server, killed at random moments, loses nothing, counts nothing twice, and notifies once', async (t) => {
  const run = startLongRun(t, KILLS);
  const { random } = run;
  let goesOn = true;
  for (let life = 0; goesOn; life += 1) {
    const dataDir = emptyDir();
    const objectives = join(dataDir, 'objectives.json');
    writeFileSync(objectives, JSON.stringify(objectivesOf(UNITS)));
    const env = { DATA_DIR: dataDir, OBJECTIVES_FILE: objectives, WEBHOOK_ALLOW_PRIVATE: 'true' };
    const server = await supervise('standalone', startServer, env);
    t.after(() => server.end());
    const receiver = await startReceiver();
    t.after(() => receiver.close());
    const secret = await registered([server], receiver.url);
    const office = openOffice(run.seed + life);
    const load = startLoad({ office, seed: run.seed + life, urls: [server.url] });
    t.after(() => load.abandon());
    while (goesOn && server.kills < KILLS_A_LIFE) {
      // Now and then at once, while it still catches up.
      const until = load.acknowledged + (random.chance(0.2) ? 0 : random.whole(1, 60));
      await eventually(() => load.acknowledged >= until, { timeoutMs: 60_000 });
      await server.kill(drawStarts(random));
      goesOn = run.goesOn();
    }
    await load.stop();
    assert.deepEqual(server.deaths, [], 'ends that nobody asked for');
    const records = recordsIn(dataDir);
    await checkStore(records, office);
    await checkFigures(server.url, office);
    await checkDeadLetters(records, office);
    const notified = await checkWebhooks(records, receiver, secret);
    assert.equal(await server.stop(), 0);
    await checkVerified(records);
    receiver.close();
    t.diagnostic(`${server.kills} kills, ${load.acknowledged} messages acknowledged, ${notified} webhooks`);
  }
});
