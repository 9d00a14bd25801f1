import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import kafkajs from 'kafkajs';
import { batchCodecs } from './codecs.ts';
import { mendFetchDecoder } from './fetch-decoder.ts';
import { mendFetch } from './fetch-room.ts';
import { unreadableBehind } from './record-batch.ts';

const require = createRequire(import.meta.url);
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0');
const Record = require('kafkajs/src/protocol/recordBatch/record/v0');
const Decoder = require('kafkajs/src/protocol/decoder');
const ConsumerGroup = require('kafkajs/src/consumer/consumerGroup');

interface Decoded {
  readonly offset: string;
  readonly value: Buffer | null;
  readonly isControlRecord: boolean;
}

const RECORD_COUNT_AT = 57;
const MiB = 1_024 * 1_024;

Object.assign(kafkajs.CompressionCodecs, batchCodecs());
mendFetchDecoder();
const decodeMessages: (
  decoder: unknown,
) => Promise<readonly Decoded[]> = require('kafkajs/src/protocol/requests/fetch/v4/decodeMessages');

async function batch(firstOffset: number, value: string): Promise<Buffer> {
  const records = [Record({ offsetDelta: 0, timestampDelta: 0, key: null, value, headers: {} })];
  const { buffer } = await RecordBatch({
    compression: 1,
    records,
    firstOffset: BigInt(firstOffset),
    lastOffsetDelta: 0,
  });
  return buffer;
}

/** What a fetch brings of a partition. */
function fetched(...batches: readonly Buffer[]): unknown {
  const bytes = Buffer.concat(batches);
  const length = Buffer.alloc(4);
  length.writeInt32BE(bytes.length);
  return new Decoder(Buffer.concat([length, bytes]));
}

const offsetsOf = (records: readonly Decoded[]) => records.map(({ offset }) => Number(offset));

test('what a fetch brings of a partition is read batch by batch, without the last when that is cut off', async () => {
  const batches = await Promise.all([1, 2, 3].map((offset) => batch(offset, 'x')));
  assert.deepEqual(offsetsOf(await decodeMessages(fetched(...batches))), [1, 2, 3]);
  const cut = batches.with(2, batches[2]?.subarray(0, -1) ?? Buffer.alloc(0));
  assert.deepEqual(offsetsOf(await decodeMessages(fetched(...cut))), [1, 2]);
  assert.deepEqual(await decodeMessages(fetched()), []);
});

test('a batch of more records than one may have is one dead letter, and those behind it are read', async () => {
  const many = Buffer.from(await batch(1, 'x'));
  many.writeInt32BE(100_001, RECORD_COUNT_AT);
  const [first, second] = await decodeMessages(fetched(many, await batch(2, 'y')));
  const unreadable = unreadableBehind(first?.value ?? null);
  assert.equal(unreadable?.fault.code, 'too-large');
  assert.deepEqual([unreadable.firstOffset, unreadable.lastOffset], [1n, 1n]);
  assert.deepEqual([second?.offset, second?.value?.toString()], ['2', 'y']);
});

test('an empty batch, as compaction leaves it, is a mark at its last offset, which moves the reader on', async () => {
  const { buffer } = await RecordBatch({ records: [], firstOffset: 4n, lastOffsetDelta: 2 });
  const [mark, ...others] = await decodeMessages(fetched(buffer));
  assert.deepEqual([mark?.offset, mark?.value, mark?.isControlRecord, others], ['6', null, true, []]);
});

test('a member decodes up to 64 MiB over all its brokers, and the rest when that has been consumed', async () => {
  const large = await batch(1, 'x'.repeat(20 * MiB));
  const answer = fetched(large, large, large, large, large);
  const fetch = ConsumerGroup.prototype.fetch;
  const decodings: number[] = [];
  ConsumerGroup.prototype.fetch = async () => {
    const records = await decodeMessages(Object.assign(Object.create(Decoder.prototype), answer));
    decodings.push(records.length);
    return [{ isEmpty: () => records.length === 0 }];
  };
  try {
    mendFetch();
    const member: { fetch(nodeId: number): Promise<unknown> } = Object.create(ConsumerGroup.prototype);
    await member.fetch(1);
    await member.fetch(2);
    await member.fetch(1);
    const other: typeof member = Object.create(ConsumerGroup.prototype);
    await other.fetch(2);
  } finally {
    ConsumerGroup.prototype.fetch = fetch;
  }
  assert.deepEqual(decodings, [4, 0, 4, 4]);
});
