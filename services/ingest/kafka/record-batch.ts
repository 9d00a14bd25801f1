import type { Fault } from '../../../shared/contracts/fault.ts';

/**
 * Kafka's record batch, message format v2 (Kafka protocol guide, "Record Batch"): a header of 61 bytes, then the records,
 * compressed as a whole. The offsets below are the header's fields.
 */
const HEADER_BYTES = 61;
const LENGTH_AT = 8;
/** The length field counts what stands behind it. */
const BEHIND_LENGTH = HEADER_BYTES - 12;
export const MAGIC_AT = 16;
export const MAGIC = 2;
const ATTRIBUTES_AT = 21;
const CONTROL_FLAG = 0x20;
const LAST_OFFSET_DELTA_AT = 23;
const RECORD_COUNT_AT = 57;
/** kafkajs collects the headers of a record in time that grows with the square of their number. */
const MOST_HEADERS = 1_000;

export interface BatchHeader {
  readonly firstOffset: bigint;
  readonly lastOffsetDelta: number;
  readonly recordCount: number;
  /** Written by the broker itself to mark the end of a transaction. */
  readonly control: boolean;
  /** Header and records as they were sent. */
  readonly whole: Uint8Array;
}

/** A batch that cannot be read, standing for all its offsets. */
export interface UnreadableBatch {
  readonly firstOffset: bigint;
  readonly lastOffset: bigint;
  readonly fault: Fault;
  readonly whole: Uint8Array;
}

/**
 * The header that stands right before these records in the same memory: a client that decodes a fetch slices it, without
 * copying. Undefined when there is none.
 */
export function headerBefore(records: Uint8Array): BatchHeader | undefined {
  if (records.byteOffset < HEADER_BYTES) return undefined;
  const header = headerIn(new Uint8Array(records.buffer, records.byteOffset - HEADER_BYTES));
  return header?.whole.byteLength === HEADER_BYTES + records.byteLength ? header : undefined;
}

/** The header of the batch that these bytes begin with; undefined when they hold no whole one. */
export function headerIn(bytes: Uint8Array): BatchHeader | undefined {
  if (bytes.byteLength < HEADER_BYTES) return undefined;
  const header = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  const length = HEADER_BYTES + header.getInt32(LENGTH_AT) - BEHIND_LENGTH;
  if (header.getInt8(MAGIC_AT) !== MAGIC || length < HEADER_BYTES || length > bytes.byteLength)
    return undefined;
  return {
    firstOffset: header.getBigInt64(0),
    lastOffsetDelta: header.getInt32(LAST_OFFSET_DELTA_AT),
    recordCount: header.getInt32(RECORD_COUNT_AT),
    control: (header.getInt16(ATTRIBUTES_AT) & CONTROL_FLAG) !== 0,
    whole: bytes.subarray(0, length),
  };
}

/** Whether uncompressed records match their header exactly, so that decoding them cannot fail or misread, nor take long. */
export function isWellFormed(records: Uint8Array, { recordCount, lastOffsetDelta }: BatchHeader): boolean {
  const cursor = new Cursor(records);
  let previousDelta = -1;
  for (let index = 0; index < recordCount; index++) {
    const length = cursor.varint();
    const end = cursor.at + length;
    cursor.skip(1); // attributes, unused
    cursor.varint(); // timestamp
    const delta = cursor.varint();
    cursor.skipBytes(-1); // key
    cursor.skipBytes(-1); // value
    const headers = cursor.varint();
    for (let header = 0; header < headers && headers <= MOST_HEADERS && cursor.at <= end; header++) {
      cursor.skipBytes(0);
      cursor.skipBytes(-1);
    }
    if (cursor.at !== end || !(headers >= 0 && headers <= MOST_HEADERS)) return false;
    if (!(delta > previousDelta && delta <= lastOffsetDelta)) return false;
    previousDelta = delta;
  }
  return cursor.at === records.byteLength;
}

/** Reads forward; what is not there or not allowed turns `at` into NaN, which no comparison survives. */
class Cursor {
  at = 0;
  readonly #bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  skip(count: number): void {
    this.at += count;
    if (!(this.at <= this.#bytes.byteLength)) this.at = Number.NaN;
  }

  /** Zigzag base 128, at most ten bytes; exact up to 2^53, which only timestamps could pass. */
  varint(): number {
    let value = 0;
    let scale = 1;
    for (let read = 0; read < 10; read++) {
      const byte = this.#bytes[this.at++];
      if (byte === undefined) break;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
      scale *= 128;
    }
    this.at = Number.NaN;
    return Number.NaN;
  }

  /** A length and so many bytes; the least length allowed is 0, or −1 for null. */
  skipBytes(least: 0 | -1): void {
    const length = this.varint();
    this.skip(length >= least ? Math.max(length, 0) : Number.NaN);
  }
}

/** By the memory of the stand-in records, so that no sender can forge one. */
const unreadable = new WeakMap<ArrayBufferLike, UnreadableBatch>();

/** The unreadable batch that a decoded record stands in for, if it does. */
export const unreadableBehind = (value: Uint8Array | null): UnreadableBatch | undefined =>
  value === null || value.byteLength > 0 ? undefined : unreadable.get(value.buffer);

/** Empty records in place of unreadable ones: as many, over the same offsets; {@link unreadableBehind} knows them. */
export function standIn(header: BatchHeader, fault: Fault): Buffer {
  const { lastOffsetDelta, recordCount } = header;
  const records: number[] = [];
  for (let index = 0; index < recordCount; index++) {
    const delta = zigzag(index === recordCount - 1 ? lastOffsetDelta : index);
    // Attributes, timestamp, offset; no key, an empty value, no headers.
    const body = [0, 0, ...delta, 1, 0, 0];
    records.push(body.length * 2, ...body);
  }
  const memory = new Uint8Array(records);
  unreadable.set(memory.buffer, behind(header, fault));
  return Buffer.from(memory.buffer);
}

/** The value of one record in place of all of a batch. */
export function valueInPlaceOf(header: BatchHeader, fault: Fault): Buffer {
  const memory = new ArrayBuffer(0);
  unreadable.set(memory, behind(header, fault));
  return Buffer.from(memory);
}

const behind = ({ firstOffset, lastOffsetDelta, whole }: BatchHeader, fault: Fault): UnreadableBatch => ({
  firstOffset,
  lastOffset: firstOffset + BigInt(lastOffsetDelta),
  fault,
  whole,
});

function zigzag(value: number): number[] {
  const bytes: number[] = [];
  let rest = value * 2;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}
