import type { Fault } from '../../../shared/contracts/fault.ts';
import { errorText } from '../../../shared/kernel/error-text.ts';
import type { IntakeInput } from '../intake/intake.ts';
import { bytesIn, type MessageParts, readMessage } from './message.ts';
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
  /** Where messages are decoded one by one. */
  readonly care?: Care;
  /** Tells the broker what was resolved. */
  commit(): Promise<void>;
  /** Tells the broker that this member lives. @throws when the group wants the partitions back */
  heartbeat(): Promise<void>;
  /** False once the partition was revoked or the feed is to stop. */
  live(): boolean;
}

/** Decoding after a process that did not survive it. */
export interface Care {
  /** Before a message. @returns false when it is not to be decoded, since it has ended processes */
  before(offset: string): Promise<boolean>;
  /** After the last message of a chunk: what follows is no decoding. */
  after(): Promise<void>;
}

export type ConsumeParts = Pick<FeedParts, 'decode' | 'intake' | 'observer' | 'messageBytes'> & {
  readonly store: StoreWatch;
  /** Ends a wait for the store early. */
  readonly stopping: AbortSignal;
};

/** Large enough that one disk flush is shared by many, small enough for a broker that wants a sign of life. */
const CHUNK_MESSAGES = 1_000;
const CHUNK_BYTES = 8 * 1_024 * 1_024;
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
    for (let from = 0; from < batch.messages.length && batch.live(); ) {
      const chunk = await decodeChunk(batch, from, parts);
      from += chunk.messages;
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

async function decodeChunk(batch: PartitionBatch, from: number, parts: ConsumeParts): Promise<Chunk> {
  const inputs: IntakeInput[] = [];
  const last = Math.min(from + CHUNK_MESSAGES, batch.messages.length);
  const place = `kafka:${batch.topic}/${batch.partition}@`;
  let tombstones = 0;
  let lastOffset = '';
  let [index, bytes] = [from, 0];
  for (; index < last && bytes < CHUNK_BYTES; index++) {
    const message = batch.messages[index];
    if (message === undefined) break;
    bytes += bytesIn(message);
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
    const refused = batch.care !== undefined && !(await batch.care.before(message.offset));
    const input = refused ? deadly(message, origin) : inputOf(message, origin, parts);
    if (input === undefined) tombstones++;
    else inputs.push(input);
  }
  await batch.care?.after();
  return { inputs, messages: index - from, tombstones, lastOffset };
}

/** What is kept of a message that is not decoded, since it has ended the processes that did. */
function deadly({ value }: MessageParts, origin: string): IntakeInput {
  const fault: Fault = {
    code: 'unparseable',
    pointer: '',
    was: 'a message that has ended each process that decoded it',
    expected: 'an event that can be decoded',
  };
  return { decoded: { kind: 'invalid', faults: [fault] }, raw: () => value ?? '', origin };
}

function inputOf(
  message: MessageParts,
  origin: string,
  { decode, messageBytes }: ConsumeParts,
): IntakeInput | undefined {
  try {
    const reading = readMessage(message, messageBytes);
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
    const was = errorText(error).slice(0, 200);
    const fault: Fault = { code: 'unparseable', pointer: '', was, expected: 'an event that can be decoded' };
    return { decoded: { kind: 'invalid', faults: [fault] }, raw: () => message.value ?? '', origin };
  }
}
