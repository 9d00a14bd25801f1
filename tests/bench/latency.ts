import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { HOUR } from '../../shared/calendar/zone.ts';
import type { RunningProcess } from '../support/process.ts';
import type { RunningServer } from '../support/standalone.ts';
import { type Receiver, startReceiver } from '../support/webhook-receiver.ts';
import { type Bench, type Figure, median, percentile } from './figures.ts';
import { inFolder } from './files.ts';
import { cloudEvents } from './input.ts';
import { type LiveFeed, playLive } from './live.ts';
import { fillServer, post, startAsShipped } from './process.ts';

const POLL_MS = 5;
/** A unit that nobody else speaks of, with an objective of its own. */
const PROBE = { id: 'probe', unit: 'H99.99' };

/** How soon an event that was accepted is seen in the figures, and how soon the webhook that it causes has been sent. */
export const latency: Bench = ({ quick, log }) =>
  inFolder(async (folder) => {
    const server = await startAsShipped({
      DATA_DIR: join(folder, 'data'),
      OBJECTIVES_FILE: probeObjectives(folder),
      WEBHOOK_ALLOW_PRIVATE: 'true',
    });
    const receiver = await startReceiver();
    try {
      const events = cloudEvents(quick ? 20_000 : 100_000);
      const filled = await fillServer(server, events, quick ? 50_000 : 500_000, log);
      await subscribe(server, receiver);
      log(`latency: 1,000 events/s on top of ${filled}`);
      const seconds = quick ? 20 : 120;
      const feed = playLive(server, events);
      const [visible, sent] = await Promise.all([
        untilVisible(server, feed, seconds),
        untilSent(server, receiver, seconds),
      ]);
      const rate = await feed.stop();
      return [
        figure('accepted → visible in GET /v1/objectives, p99', visible, 250, 500, rate),
        figure('accepted → webhook received, p99', sent, 1_000, 2_000, rate),
      ];
    } finally {
      receiver.close();
      await server.stop();
    }
  });

function figure(what: string, values: readonly number[], goal: number, floor: number, rate: number): Figure {
  const note = `${values.length} samples at ${Math.round(rate)} events/s; median ${Math.round(median(values))} ms, most ${Math.round(Math.max(...values))} ms`;
  return { what, value: percentile(values, 0.99), unit: 'ms', goal, floor, note };
}

/** Asks every few milliseconds, as somebody at a screen could not: the first answer at or beyond its position shows an event. */
async function untilVisible(
  server: RunningServer,
  feed: LiveFeed,
  seconds: number,
): Promise<readonly number[]> {
  const waits: number[] = [];
  const end = performance.now() + seconds * 1_000;
  let next = 0;
  while (performance.now() < end) {
    const body = await (await fetch(`${server.url}/v1/objectives`)).text();
    const position = Number(/"position":"(\d+)"/.exec(body)?.[1]);
    const now = performance.now();
    const known = feed.accepted.length;
    for (; next < known; next++) {
      const each = feed.accepted[next];
      // Answers come in nearly the order of positions; one that is late holds up the next ones by a poll at most.
      if (!each || each.position > position) break;
      waits.push(now - each.at);
    }
    await pause(POLL_MS);
  }
  return waits;
}

/** Breaks the probe's objective by a late dossier, mends it by a correction, and so on; each tells by a webhook. */
export async function untilSent(
  server: RunningProcess,
  { deliveries }: Receiver,
  seconds: number,
): Promise<readonly number[]> {
  const waits: number[] = [];
  const end = performance.now() + seconds * 1_000;
  for (let number = 1; performance.now() < end; number++) {
    for (const event of probeEvents(number)) {
      const before = deliveries.length;
      await post(server, event);
      const accepted = performance.now();
      while (deliveries.length === before) {
        if (performance.now() > accepted + 30_000) throw new Error('no webhook within 30 s');
        await pause(1);
      }
      waits.push(performance.now() - accepted);
    }
  }
  return waits;
}

/** A dossier that ends late; then word that it had ended in time. */
function probeEvents(number: number): readonly (readonly object[])[] {
  const now = Date.now();
  const ago = (days: number) => new Date(now - days * 24 * HOUR).toISOString();
  const dossierId = `${PROBE.unit}-260101-${String(number).padStart(4, '0')}`;
  const event = (id: string, data: object) => ({
    specversion: '1.0',
    id: `${dossierId}#${id}`,
    source: '/probe',
    type: 'dossier.status.v1',
    time: new Date(now).toISOString(),
    data: { dossierId, unitId: PROBE.unit, ...data },
  });
  const received = { receivedAt: ago(10), dueAt: ago(5), dueBasis: 'receipt-slip' };
  const late = event('late', { status: 'completed', finishedAt: ago(1), ...received });
  const inTime = { status: 'completed', finishedAt: ago(6), corrects: late.id, ...received };
  return [[late], [event('in-time', inTime)]];
}

/** The objectives of the tests' eager file, and one that a single late dossier of its unit breaches. */
export function probeObjectives(folder: string): string {
  const { objectives } = JSON.parse(
    readFileSync(join(import.meta.dirname, '../fixtures/eager-objectives.json'), 'utf8'),
  );
  const alerts = [{ rule: 'breach', forMinutes: 0, minimumVolume: 1, margin: '0', repeatMinutes: null }];
  const probe = { ...objectives[0], ...PROBE, target: '1', comparator: '=', alerts };
  const path = join(folder, 'objectives.json');
  writeFileSync(path, JSON.stringify({ objectives: [...objectives, probe] }));
  return path;
}

/** Has the receiver told of the probe's objective. */
export async function subscribe({ url }: RunningProcess, receiver: Receiver): Promise<void> {
  const response = await fetch(`${url}/v1/webhooks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: receiver.url, filter: { objectives: [PROBE.id] } }),
  });
  if (!response.ok) throw new Error(await response.text());
}
