import { setTimeout as pause } from 'node:timers/promises';
import { StoreError } from '../../../shared/event-store/port.ts';
import type { IntakeInput, IntakeResult } from '../intake.ts';
import { type MessageParts, readMessage } from './message.ts';
import type { FeedParts } from './port.ts';
import { unreadableBehind } from './record-batch.ts';

/** Messages of one partition, in order, with the means to answer for them. */
export interface PartitionBatch {
  readonly topic: string;
  readonly partition: number;
  readonly messages: readonly (MessageParts & { readonly offset: string })[];
  /** Everything up to this offset is durable. */
  resolve(offset: string): void;
  /** Tells the broker what was resolved. */
  commit(): Promise<void>;
  /** Tells the broker that this member lives. @throws when the group wants the partitions back */
  heartbeat(): Promise<void>;
  /** False once the partition was taken away or the feed is to stop. */
  live(): boolean;
}

/** The store cannot take this batch now or ever, and waiting does not help. */
export class IntakeFailure extends Error {
  constructor(cause: unknown) {
    super(`the intake failed: ${cause instanceof Error ? cause.message : cause}`, { cause });
    this.name = 'IntakeFailure';
  }
}

/** What becomes known of the store while batches are given to it. */
export interface StoreWatch {
  away(error: StoreError): void;
  back(): void;
}

export type ConsumeParts = Pick<FeedParts, 'decode' | 'intake' | 'observer'> & {
  readonly store: StoreWatch;
  /** Ends a wait for the store early. */
  readonly stopping: AbortSignal;
};

/** Large enough that one disk flush is shared by many, small enough for a broker that wants a sign of life. */
const CHUNK_MESSAGES = 1_000;
const HEARTBEAT_MS = 1_000;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

interface Chunk {
  readonly inputs: readonly IntakeInput[];
  readonly messages: number;
  readonly tombstones: number;
  readonly lastOffset: string;
}

/**
 * Takes in one batch: decodes it in chunks, each while the one before is being made durable, and resolves each only then. What
 * was resolved is committed on every way out, also when the group takes the partition away.
 */
export async function consumeBatch(batch: PartitionBatch, parts: ConsumeParts): Promise<void> {
  let before: Promise<boolean> = Promise.resolve(true);
  try {
    for (let from = 0; from < batch.messages.length && batch.live(); from += CHUNK_MESSAGES) {
      const chunk = decodeChunk(batch, from, parts);
      if (!(await before)) return;
      before = settle(chunk, batch, parts);
      before.catch(() => {}); // Awaited in the next round; until then it is nobody's.
    }
    await before;
  } finally {
    await batch.commit();
  }
}

/** @returns whether the chunk is durable; false when the batch went stale first. */
async function settle(chunk: Chunk, batch: PartitionBatch, parts: ConsumeParts): Promise<boolean> {
  const result = await whileBeating(takeWhenPossible(chunk.inputs, batch, parts), batch);
  if (result === undefined) return false;
  batch.resolve(chunk.lastOffset);
  const { topic, partition } = batch;
  parts.observer?.taken({ topic, partition, messages: chunk.messages, tombstones: chunk.tombstones, result });
  await batch.heartbeat();
  return true;
}

/** Waits as long as the store is away: nothing is dropped, nothing more is fetched meanwhile. */
async function takeWhenPossible(
  inputs: readonly IntakeInput[],
  batch: PartitionBatch,
  { intake, store, stopping }: ConsumeParts,
): Promise<IntakeResult | undefined> {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    try {
      const result = await intake.take(inputs);
      store.back();
      return result;
    } catch (error) {
      if (!(error instanceof StoreError && (error.code === 'unavailable' || error.code === 'full'))) {
        throw new IntakeFailure(error);
      }
      store.away(error);
    }
    await pause(waitMs, undefined, { signal: stopping }).catch(() => {});
    if (!batch.live()) return undefined;
  }
}

async function whileBeating<Value>(work: Promise<Value>, batch: PartitionBatch): Promise<Value> {
  const { promise: lost, reject } = Promise.withResolvers<never>();
  const timer = setInterval(() => batch.heartbeat().catch(reject), HEARTBEAT_MS);
  try {
    return await Promise.race([work, lost]);
  } finally {
    clearInterval(timer);
  }
}

function decodeChunk(batch: PartitionBatch, from: number, { decode }: ConsumeParts): Chunk {
  const inputs: IntakeInput[] = [];
  const to = Math.min(from + CHUNK_MESSAGES, batch.messages.length);
  const place = `kafka:${batch.topic}/${batch.partition}@`;
  let tombstones = 0;
  let lastOffset = '';
  for (let index = from; index < to; index++) {
    const message = batch.messages[index];
    if (message === undefined) break;
    lastOffset = message.offset;
    const poison = unreadableBehind(message.value);
    if (poison !== undefined) {
      // One dead letter for all its offsets: the first of its stand-ins speaks for the rest.
      const previous = batch.messages[index - 1];
      if (previous !== undefined && unreadableBehind(previous.value) === poison) continue;
      inputs.push({
        decoded: { kind: 'invalid', faults: [poison.fault] },
        raw: () => poison.whole,
        origin: `${place}${poison.firstOffset}-${poison.lastOffset}`,
      });
      continue;
    }
    const origin = place + message.offset;
    const reading = readMessage(message);
    if (reading.kind === 'tombstone') tombstones++;
    else if (reading.kind === 'event')
      inputs.push({ decoded: decode(reading.input, origin), raw: reading.raw, origin });
    else inputs.push({ decoded: { kind: 'invalid', faults: [reading.fault] }, raw: reading.raw, origin });
  }
  return { inputs, messages: to - from, tombstones, lastOffset };
}
