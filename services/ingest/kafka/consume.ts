import type { Fault } from '../../../shared/contracts/fault.ts';
import type { IntakeInput } from '../intake/intake.ts';
import { type MessageParts, readMessage } from './message.ts';
import type { FeedParts } from './port.ts';
import { unreadableBehind } from './record-batch.ts';
import { retryWhileUnreachable, type StoreWatch } from './store-wait.ts';

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
  /** False once the partition was revoked or the feed is to stop. */
  live(): boolean;
}

export type ConsumeParts = Pick<FeedParts, 'decode' | 'intake' | 'observer'> & {
  readonly store: StoreWatch;
  /** Ends a wait for the store early. */
  readonly stopping: AbortSignal;
};

/** Large enough that one disk flush is shared by many, small enough for a broker that wants a sign of life. */
const CHUNK_MESSAGES = 1_000;
const HEARTBEAT_MS = 1_000;

interface Chunk {
  readonly inputs: readonly IntakeInput[];
  readonly messages: number;
  readonly tombstones: number;
  readonly lastOffset: string;
}

/**
 * Takes in one batch: decodes it in chunks, each while the one before is being made durable, and resolves each only then. What
 * was resolved is committed on every way out, also when the group revokes the partition.
 */
export async function consumeBatch(batch: PartitionBatch, parts: ConsumeParts): Promise<void> {
  let before: Promise<boolean> = Promise.resolve(true);
  try {
    for (let from = 0; from < batch.messages.length && batch.live(); from += CHUNK_MESSAGES) {
      const chunk = decodeChunk(batch, from, parts);
      if (!(await before)) return;
      before = settle(chunk, batch, parts);
      before.catch(() => {}); // Awaited in the next round; until then it has no handler.
    }
    await before;
  } finally {
    await batch.commit();
  }
}

/**
 * @returns whether the chunk is durable; false when the feed is to stop first.
 * @throws what the broker said when it wants the partition back, and only after the chunk in hand was resolved: it would come twice
 */
async function settle(chunk: Chunk, batch: PartitionBatch, parts: ConsumeParts): Promise<boolean> {
  const lost = new AbortController();
  const timer = setInterval(() => batch.heartbeat().catch((error) => lost.abort(error)), HEARTBEAT_MS);
  try {
    const { topic, partition } = batch;
    const { inputs, messages, tombstones, lastOffset } = chunk;
    const result = await retryWhileUnreachable(
      () => parts.intake.receive(inputs, { kind: 'kafka', topic, partition }),
      parts.store,
      { givenUp: AbortSignal.any([parts.stopping, lost.signal]), stillWanted: async () => batch.live() },
    );
    if (result !== undefined) {
      batch.resolve(lastOffset);
      parts.observer?.received({ topic, partition, messages, tombstones, result });
    }
    lost.signal.throwIfAborted();
    await batch.heartbeat();
    return result !== undefined;
  } finally {
    clearInterval(timer);
  }
}

function decodeChunk(batch: PartitionBatch, from: number, parts: ConsumeParts): Chunk {
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
    const input = inputOf(message, place + message.offset, parts);
    if (input === undefined) tombstones++;
    else inputs.push(input);
  }
  return { inputs, messages: to - from, tombstones, lastOffset };
}

function inputOf(message: MessageParts, origin: string, { decode }: ConsumeParts): IntakeInput | undefined {
  try {
    const reading = readMessage(message);
    switch (reading.kind) {
      case 'tombstone':
        return undefined;
      case 'unreadable':
        return { decoded: { kind: 'invalid', faults: [reading.fault] }, raw: reading.raw, origin };
      case 'event':
        return { decoded: decode(reading.input, origin), raw: reading.raw, origin };
    }
  } catch (error) {
    // What throws is broken for this message only; the others must not wait behind it.
    const was = (error instanceof Error ? error.message : String(error)).slice(0, 200);
    const fault: Fault = { code: 'unparseable', pointer: '', was, expected: 'an event that can be decoded' };
    return { decoded: { kind: 'invalid', faults: [fault] }, raw: () => message.value ?? '', origin };
  }
}
