import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { assertKept, BATCH_EVENTS, batchBody, flood, postBatch } from '../support/overload.ts';
import type { RunningServer } from '../support/standalone.ts';
import type { Bench } from './figures.ts';
import { inFolder } from './files.ts';
import { probe, waitFigure } from './probing.ts';
import { memoryOf, processorOf, startAsShipped } from './process.ts';

const CONNECTIONS = 400;
const TIMES = 10;
const SOON_MS = 50;
const LANES = 4;
/** Bytes; docs/limits.md states it. */
const MOST_RSS = 1_024 * 1_024 * 1_024;

/** Ten times what the server can take, as a crowd of senders would send it: what readers, memory and acknowledged events do. */
export const overload: Bench = ({ quick, log }) =>
  inFolder(async (folder) => {
    const server = await startAsShipped({ DATA_DIR: join(folder, 'data') });
    try {
      const seconds = quick ? 15 : 180;
      log('overload: what it takes from four senders');
      const capacity = await capacityOf(server, quick ? 5 : 20);
      log(`overload: ${TIMES} times ${Math.round(capacity * BATCH_EVENTS)} events/s for ${seconds} s`);
      const spent = () => ({ server: processorOf(server), sender: processorOf({ process }) });
      const before = spent();
      const batches = flood(server, { connections: CONNECTIONS, batchesASecond: capacity * TIMES });
      const [figures = [], health = []] = await probe(seconds, [
        `${server.url}/v1/objectives`,
        `${server.url}/healthz`,
      ]);
      const sent = batches.ended.length;
      const after = spent();
      await batches.stop();
      log('overload: over; until all is as before');
      const back = await untilNormal(server, (LANES / capacity) * 1_000);
      const { most } = memoryOf(server);
      log('overload: is everything there that was acknowledged?');
      await server.stop();
      await assertKept(server.dataDir, batches.acknowledged);
      const processors = (us: number) => (us / 1e6 / seconds).toFixed(2);
      const share = (count: number) => `${Math.round((count / batches.ended.length) * 100)} %`;
      const with503 = batches.ended.filter(({ status }) => status === 503).length;
      const broken = batches.ended.filter(({ status }) => status === undefined).length;
      const note =
        `${Math.round(sent / seconds)} batches/s sent of ${Math.round(capacity * TIMES)} wanted, ${batches.acknowledged.length} acknowledged and all ` +
        `kept, 503: ${share(with503)}, connection lost: ${broken}; processors: server ${processors(after.server - before.server)}, ` +
        `sender ${processors(after.sender - before.sender)}`;
      return [
        waitFigure('overload: GET /v1/objectives, p99', figures, 1_000, note),
        waitFigure('overload: GET /healthz, p99', health, 100),
        { what: 'overload: most RSS', value: most, unit: 'MiB', goal: MOST_RSS / 2 ** 20 },
        { what: 'overload: back to normal after', value: back, unit: 'ms', goal: 30_000 },
      ];
    } finally {
      await server.kill();
    }
  });

/** Batches a second, numbered far beyond those of the flood. */
async function capacityOf({ url }: RunningServer, seconds: number): Promise<number> {
  const end = performance.now() + seconds * 1_000;
  let next = 500_000;
  let taken = 0;
  const lane = async () => {
    while (performance.now() < end) {
      const { status } = await postBatch(url, batchBody(next++));
      if (status === 200) taken++;
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return taken / seconds;
}

/** Milliseconds until a new batch is taken and seen, each as soon as it was taken before. */
async function untilNormal({ url }: RunningServer, takenWithinMs: number): Promise<number> {
  const began = performance.now();
  for (let batch = 900_000; ; batch++) {
    const since = performance.now();
    const { position } = await postBatch(url, batchBody(batch));
    const seen = position && (await fetch(`${url}/v1/objectives?minPosition=${position}`)).ok;
    if (seen && performance.now() - since < 2 * takenWithinMs) return performance.now() - began;
    await pause(SOON_MS);
  }
}
