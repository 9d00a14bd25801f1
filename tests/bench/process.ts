import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type RunningServer, startServer } from '../support/standalone.ts';
import type { Scale } from './figures.ts';
import { take } from './input.ts';

const MIB = 2 ** 10;

/** Starts the server with the options for Node that `npm start` gives it. */
export function startAsShipped(env: NodeJS.ProcessEnv): Promise<RunningServer> {
  const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
  const flags = String(scripts.start).match(/--\S+/g) ?? [];
  return startServer({ NODE_OPTIONS: flags.join(' '), ...env });
}

/** Memory of a process as Linux counts it, MiB: now, and the most it ever had. NaN where there is no /proc. */
export function memoryOf({ process: { pid } }: RunningServer): {
  readonly now: number;
  readonly most: number;
} {
  const status = statusOf(pid);
  const kib = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? Number.NaN);
  return { now: kib('VmRSS') / MIB, most: kib('VmHWM') / MIB };
}

function statusOf(pid: number | undefined): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}

/** The sum of a metric over all its labels, or over those that contain `label`. */
export async function metric({ url }: RunningServer, name: string, label = ''): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(name) && line.includes(label));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

const posted = z.object({ position: z.string(), rejected: z.array(z.unknown()).length(0) });

/** Sends CloudEvents and waits until they are durable. @returns the position that shows them */
export async function post({ url }: RunningServer, events: readonly unknown[]): Promise<number> {
  const response = await fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents-batch+json' },
    body: JSON.stringify(events),
  });
  const answer = posted.safeParse(await response.json());
  if (!answer.success) throw new Error(`${response.status} for a batch of events: ${answer.error.message}`);
  return Number(answer.data.position);
}

/** Waits until the ledger shows a position. */
export async function shows({ url }: RunningServer, position: number): Promise<void> {
  for (;;) {
    const response = await fetch(`${url}/v1/objectives?minPosition=${position}`);
    await response.arrayBuffer();
    if (response.ok) return;
    if (response.status !== 503) throw new Error(`${response.status} for position ${position}`);
  }
}

const FILL_BATCH = 1_000;
const FILL_LANES = 4;

/** Sends the first `events` of a sequence, which goes on where this ended. @returns the position that shows them all, shown */
export async function fillServer(
  server: RunningServer,
  source: Iterator<unknown>,
  events: number,
  log: Scale['log'],
): Promise<number> {
  log(`sending ${events} events over HTTP`);
  let left = events;
  let position = 0;
  const lane = async () => {
    while (left > 0) {
      left -= FILL_BATCH;
      const batch = take(source, FILL_BATCH);
      position = Math.max(position, await post(server, batch));
    }
  };
  await Promise.all(Array.from({ length: FILL_LANES }, lane));
  await shows(server, position);
  return position;
}
