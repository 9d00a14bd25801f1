import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { eventsIn } from './kept-in.ts';
import type { RunningServer } from './standalone.ts';
import { statusEvent } from './status-event.ts';

export const BATCH_EVENTS = 1_000;
const EVERY_MS = 10;
const PLACE = '######';

/** How a request ended; without a status the connection did. */
export interface Ended {
  readonly status: number | undefined;
  readonly retryAfter?: string | undefined;
  /** That shows what was taken. */
  readonly position?: string;
  readonly ms: number;
}

/** Batches of a thousand events, some 256 kB each, sent whether or not earlier ones are answered. */
export interface Flood {
  /** So far. */
  readonly ended: readonly Ended[];
  /** The numbers of the batches that were answered with 200. */
  readonly acknowledged: readonly number[];
  /** Sends no more; resolves when all that were sent have ended. */
  stop(): Promise<void>;
}

export interface FloodOptions {
  /** So many are under way at once. */
  readonly connections: number;
  /** At fixed times; as fast as connections become free by default. */
  readonly batchesASecond?: number;
}

const TEMPLATE = JSON.stringify(
  Array.from({ length: BATCH_EVENTS }, (_, index) =>
    statusEvent(dossierOf(PLACE, index), 'received', '2026-11-16T08:00:00+07:00'),
  ),
);

function dossierOf(batch: string, index: number): string {
  return `H19.12-261116-${batch}${String(index).padStart(3, '0')}`;
}

const numberText = (batch: number): string => String(batch).padStart(PLACE.length, '0');

const TEMPLATE_BYTES = Buffer.from(TEMPLATE);
const PLACES = [...TEMPLATE.matchAll(new RegExp(PLACE, 'g'))].map(({ index }) => index);

/**
 * A batch by its number; each number has events of its own. It is the template with the number written over its places, since a
 * sender that shares the processors with what it measures has to be cheap.
 */
export function batchBody(batch: number): Buffer {
  const body = Buffer.from(TEMPLATE_BYTES);
  const number = Buffer.from(numberText(batch));
  for (const place of PLACES) body.set(number, place);
  return body;
}

export function flood(
  { url }: Pick<RunningServer, 'url'>,
  { connections, batchesASecond = Number.POSITIVE_INFINITY }: FloodOptions,
): Flood {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const ended: Ended[] = [];
  const acknowledged: number[] = [];
  const underway = new Set<Promise<void>>();
  const began = performance.now();
  let sent = 0;
  const send = async (batch: number) => {
    const answer = await postBatch(url, batchBody(batch), agent);
    ended.push(answer);
    if (answer.status === 200) acknowledged.push(batch);
  };
  const sending = setInterval(() => {
    const due = ((performance.now() - began) / 1_000) * batchesASecond;
    for (; sent < due && underway.size < connections; sent++) {
      const one = send(sent);
      underway.add(one);
      void one.finally(() => underway.delete(one));
    }
  }, EVERY_MS);
  return {
    ended,
    acknowledged,
    async stop() {
      clearInterval(sending);
      await Promise.all(underway);
      agent.destroy();
    },
  };
}

/** Sends one body of events; whatever becomes of it is the result. */
export function postBatch(url: string, body: Buffer, agent?: Agent): Promise<Ended> {
  const began = performance.now();
  return new Promise((resolve) => {
    const post = request(`${url}/v1/events`, {
      method: 'POST',
      ...(agent && { agent }),
      headers: { 'content-type': 'application/cloudevents-batch+json', 'content-length': body.length },
    });
    const broken = () => resolve({ status: undefined, ms: performance.now() - began });
    post.once('error', broken);
    post.once('response', async (answer) => {
      try {
        const text = (await answer.setEncoding('utf8').toArray()).join('');
        const { position } = JSON.parse(text);
        const { statusCode: status, headers } = answer;
        resolve({ status, retryAfter: headers['retry-after'], position, ms: performance.now() - began });
      } catch {
        broken();
      }
    });
    post.end(body);
  });
}

/** Asserts that the store of a stopped server has every event of these batches. */
export async function assertKept(dataDir: string, batches: readonly number[]): Promise<void> {
  const streams = new Set<string>(await Array.fromAsync(eventsIn(dataDir), ({ stream }) => stream));
  for (const batch of batches)
    for (let index = 0; index < BATCH_EVENTS; index++) {
      const dossier = dossierOf(numberText(batch), index);
      assert.ok(streams.has(`dossier-${dossier}`), `${dossier} was acknowledged and is lost`);
    }
}
