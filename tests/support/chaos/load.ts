import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Random, seeded } from '../../../services/standalone/demo/random.ts';
import type { TestKafka } from '../kafka/harness.ts';
import type { Office, Sent } from './office.ts';

/** An answer to a sender, other than that all was accepted. */
export interface Refusal {
  readonly status: number;
  readonly retryAfter: string | null;
}

/** Senders at work on an office's events. They send each event again until it is reported durable. */
export interface Load {
  /** Messages that were acknowledged, by the ingest or the broker. */
  readonly acknowledged: number;
  /** By HTTP alone. */
  readonly answered: number;
  readonly refusals: readonly Refusal[];
  /** No more is made; resolves once all that was made is acknowledged. */
  stop(): Promise<void>;
  /** Nothing more is sent; events not acknowledged are given up. */
  abandon(): void;
}

export interface LoadOptions {
  readonly office: Office;
  readonly seed: number;
  /** Where HTTP is sent to, any of them each time. */
  readonly urls: readonly string[];
  readonly kafka?: { readonly client: TestKafka; readonly topic: string } | undefined;
  readonly httpSenders?: number;
}

/** Between two batches of one sender: load, but room for processes to start in. */
const BETWEEN_MS = 300;
/** A sender that was not answered sends again. */
const AGAIN_MS = 200;
const ANSWER_WITHIN_MS = 30_000;

export function startLoad({ office, seed, urls, kafka, httpSenders = 2 }: LoadOptions): Load {
  const refusals: Refusal[] = [];
  let acknowledged = 0;
  let answered = 0;
  let stopped = false;
  let abandoned = false;

  async function byHttp(batch: readonly Sent[], random: Random): Promise<void> {
    const answer = await fetch(`${urls[random.whole(0, urls.length - 1)]}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents-batch+json' },
      body: `[${batch.map(({ text }) => text).join()}]`,
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    const text = await answer.text();
    if (answer.status === 200) {
      const { accepted, duplicates, rejected } = JSON.parse(text);
      const bad = batch.filter(({ kind }) => kind === 'poison').length;
      if (accepted + duplicates + rejected.length !== batch.length || rejected.length !== bad)
        throw new WrongAnswer(`${bad} of ${batch.length} are bad, but the answer was ${text}`);
      answered += batch.length;
      return;
    }
    refusals.push({ status: answer.status, retryAfter: answer.headers.get('retry-after') });
    throw new Error(`answered ${answer.status}`);
  }

  async function byKafka(batch: readonly Sent[]): Promise<void> {
    if (!kafka) return;
    const messages = batch.map(({ text }) => ({ key: randomUUID(), value: text }));
    await kafka.client.producer.send({ topic: kafka.topic, messages, acks: -1 });
  }

  async function untilTaken(send: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await send();
      } catch (error) {
        if (abandoned || error instanceof WrongAnswer) throw error;
        await pause(AGAIN_MS);
      }
    }
  }

  async function sender(number: number, way: 'http' | 'kafka'): Promise<void> {
    const random = seeded(seed + number);
    while (!stopped) {
      const batch = office.next(random.whole(1, 30), way === 'http');
      await untilTaken(() => (way === 'http' ? byHttp(batch, random) : byKafka(batch)));
      if (way === 'http') office.stored(batch);
      acknowledged += batch.length;
      await pause(BETWEEN_MS);
    }
  }

  const senders = Promise.all([
    ...Array.from({ length: httpSenders }, (_, number) => sender(number, 'http')),
    ...(kafka ? [sender(httpSenders, 'kafka')] : []),
  ]);
  senders.catch(() => {});
  return {
    refusals,
    get acknowledged() {
      return acknowledged;
    },
    get answered() {
      return answered;
    },
    async stop() {
      stopped = true;
      await senders;
    },
    abandon() {
      stopped = true;
      abandoned = true;
    },
  };
}

/** Not to be sent again: an answer that contradicts the batch. */
class WrongAnswer extends Error {}
