import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { RunningProcess } from '../support/process.ts';
import { type RunningServer, startServer } from '../support/standalone.ts';
import type { Scale } from './figures.ts';
import { take } from './input.ts';

const MIB = 2 ** 10;
/** Of Linux, whatever its own clock. */
const TICK_US = 10_000;

/** Starts the server with the options for Node that `npm start` gives it. */
export const startAsShipped = (env: NodeJS.ProcessEnv): Promise<RunningServer> =>
  startServer({ ...asShipped('start'), ...env });

/** The options for Node that a script of package.json gives. */
export function asShipped(script: string): NodeJS.ProcessEnv {
  const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
  const flags = String(scripts[script]).match(/--\S+/g) ?? [];
  return { NODE_OPTIONS: flags.join(' ') };
}

/** Memory of a process as Linux counts it, MiB: now, and the most it ever had. NaN where there is no /proc. */
export function memoryOf({ process: { pid } }: RunningProcess): {
  readonly now: number;
  readonly most: number;
} {
  const status = statusOf(pid);
  const kib = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? Number.NaN);
  return { now: kib('VmRSS') / MIB, most: kib('VmHWM') / MIB };
}

/** Processor time that a process has spent in all its threads, in microseconds. NaN where there is no /proc. */
export function processorOf({
  process: { pid },
}: {
  readonly process: { readonly pid?: number | undefined };
}): number {
  // After the name, which may hold anything; the 14th and 15th field of the whole line.
  const fields = statusOf(pid, 'stat').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

function statusOf(pid: number | undefined, file = 'status'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

/** The sum of a metric over all its labels, or over those that contain `label`. */
export async function metric({ url }: RunningProcess, name: string, label = ''): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(name) && line.includes(label));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

const posted = z.object({ position: z.string(), rejected: z.array(z.unknown()).length(0) });

/** Sends CloudEvents and waits until they are durable. @returns the position that shows them */
export async function post({ url }: RunningProcess, events: readonly unknown[]): Promise<number> {
  const response = await fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents-batch+json' },
    body: JSON.stringify(events),
  });
  const answer = posted.safeParse(await response.json());
  if (!answer.success) throw new Error(`${response.status} for a batch of events: ${answer.error.message}`);
  return Number(answer.data.position);
}

/** Waits until an answer about the ledger shows a position. */
export async function shows(
  { url }: RunningProcess,
  position: number,
  path = '/v1/objectives',
): Promise<void> {
  for (;;) {
    const response = await fetch(`${url}${path}?minPosition=${position}`);
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
  const position = await send(server, source, events);
  await shows(server, position);
  return position;
}

/** Sends the first `events` of a sequence, four batches of a thousand at a time. @returns the position that shows them all */
export async function send(
  server: RunningProcess,
  source: Iterator<unknown>,
  events: number,
): Promise<number> {
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
  return position;
}
