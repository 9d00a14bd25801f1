import { createRequire } from 'node:module';
import type { Fault } from '../../../shared/contracts/fault.ts';
import { roomForFetch } from './fetch-room.ts';
import { type BatchHeader, headerIn, MAGIC, MAGIC_AT, valueInPlaceOf } from './record-batch.ts';

/** A batch of more records is refused: kafkajs makes an object of each, of some 500 bytes whatever the record holds. */
const MOST_RECORDS = 100_000;

/** Of the batches of a partition, before the first. */
const LENGTH_BYTES = 4;

/** As far as it is used: kafkajs types none of it. */
interface Decoder {
  readonly buffer: Buffer;
  readonly offset: number;
  readInt32(): number;
  canReadBytes(count: number): boolean;
  readBytes(count: number): Buffer;
  forward(count: number): void;
}
interface FetchedRecord {
  readonly value: Buffer | null;
}

/**
 * kafkajs decodes all that a fetch brings before any of it is consumed, however much it unfolds to. From now on it decodes batch by
 * batch while there is room (see `fetch-room.ts`); what is left is fetched again. Each batch is bounded by its codec, and here by
 * the number of its records, before they are unpacked.
 */
export function mendFetchDecoder(): void {
  const require = createRequire(import.meta.url);
  const path = require.resolve('kafkajs/src/protocol/requests/fetch/v4/decodeMessages');
  const original: (decoder: Decoder) => Promise<FetchedRecord[]> = require(path);
  const module = require.cache[path];
  if (module === undefined || mended.has(original)) return;
  const Decoder: new (buffer: Buffer) => Decoder = require('kafkajs/src/protocol/decoder');
  const decodeBatch: (decoder: Decoder) => Promise<{ readonly records: readonly FetchedRecord[] }> =
    require('kafkajs/src/protocol/recordBatch/v0/decoder');
  // The decoders of the versions of a response load it when the first is decoded.
  module.exports = decodeMessages;
  mended.add(decodeMessages);

  async function decodeMessages(decoder: Decoder): Promise<FetchedRecord[]> {
    // Older formats are refused by their codec.
    if (decoder.buffer[decoder.offset + LENGTH_BYTES + MAGIC_AT] !== MAGIC) return original(decoder);
    const length = decoder.readInt32();
    if (length <= 0 || !decoder.canReadBytes(length)) return [];
    const fetched = new Decoder(decoder.readBytes(length));
    const room = roomForFetch();
    const records: FetchedRecord[] = [];
    while (!room.full) {
      // The last batch may be cut off: it comes whole with the next fetch.
      const header = headerIn(fetched.buffer.subarray(fetched.offset));
      if (header === undefined) break;
      const standIn = inPlaceOf(header);
      if (standIn !== undefined) {
        records.push(standIn);
        fetched.forward(header.whole.byteLength);
        continue;
      }
      const batch = await decodeBatch(fetched);
      for (const record of batch.records) records.push(record);
      room.take(batch.records);
    }
    return records;
  }
}

const mended = new WeakSet<(decoder: Decoder) => Promise<FetchedRecord[]>>();

/** One record at the last offset of a batch, in the form that kafkajs gives to one; undefined for a batch to decode. */
function inPlaceOf(header: BatchHeader) {
  const { firstOffset, lastOffsetDelta, recordCount } = header;
  const isEmpty = recordCount === 0;
  if (!isEmpty && recordCount <= MOST_RECORDS) return undefined;
  return {
    magicByte: 2,
    attributes: 0,
    timestamp: '0',
    offset: String(firstOffset + BigInt(lastOffsetDelta)),
    key: null,
    value: isEmpty ? null : valueInPlaceOf(header, tooMany(recordCount)),
    headers: {},
    // Compaction leaves empty batches. kafkajs requests one at the end of a partition again and again unless a mark stands in it.
    isControlRecord: isEmpty,
    batchContext: { firstOffset: String(firstOffset), inTransaction: false, isControlBatch: isEmpty },
  };
}

const tooMany = (recordCount: number): Fault => ({
  code: 'too-large',
  pointer: '',
  was: `a record batch of ${recordCount} records`,
  expected: `up to ${MOST_RECORDS}`,
});
