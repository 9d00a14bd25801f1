import { hash } from 'node:crypto';
import type { RecordedEvent } from '../contracts/stored-event.ts';
import type { Moment } from '../kernel/clock.ts';

const LINK_DIGITS = 64;
const TAG_BYTES = 1;
const FIELD_HEAD = TAG_BYTES + 4;
const INTEGER_BYTES = 8;
const POSITION_AT = LINK_DIGITS + FIELD_HEAD;
const STREAM_AT = POSITION_AT + INTEGER_BYTES;
/** Of UTF-8 for one UTF-16 unit. */
const MOST_BYTES_A_UNIT = 3;
const GROWTH = 2;
/** The fields of an ordinary event besides its content. */
const FIELDS_BYTES = 512;

/**
 * Fields one after the other. A field is its tag, its length as 4 bytes (big-endian) and its UTF-8, or 8 bytes (big-endian, signed)
 * for an integer. One buffer for many events: allocating one for each costs more than hashing it.
 */
export class FieldBytes {
  readonly #capacity: number;
  #buffer: Buffer<ArrayBuffer>;
  /** Of the same bytes: integers go through it in a fraction of the time of `Buffer`'s own functions. */
  #view: DataView;
  #length = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#buffer = Buffer.allocUnsafeSlow(capacity);
    this.#view = viewOf(this.#buffer);
  }

  /** What was added: no copy. */
  get written(): Buffer<ArrayBuffer> {
    return this.#buffer.subarray(0, this.#length);
  }

  sha256(): string {
    return sha256(this.written);
  }

  /** Begins anew. */
  clear(): void {
    this.#length = 0;
    if (this.#buffer.length > this.#capacity) this.#allocate(this.#capacity);
  }

  /** ASCII without a head. */
  addBare(text: string): void {
    this.#reserve(text.length);
    this.#length += this.#buffer.write(text, this.#length, 'latin1');
  }

  /** @returns how many bytes the text has */
  addText(tag: string, value: string): number {
    const at = this.#length + FIELD_HEAD;
    // Counting the bytes costs as much as writing them.
    const isAmple = at + value.length * MOST_BYTES_A_UNIT <= this.#buffer.length;
    if (!isAmple) this.#reserve(FIELD_HEAD + Buffer.byteLength(value));
    const length = this.#buffer.write(value, at);
    this.#addHead(tag, length);
    this.#length = at + length;
    return length;
  }

  addInteger(tag: string, value: number): void {
    this.#reserve(FIELD_HEAD + INTEGER_BYTES);
    this.#addHead(tag, INTEGER_BYTES);
    setInteger(this.#view, this.#length + FIELD_HEAD, value);
    this.#length += FIELD_HEAD + INTEGER_BYTES;
  }

  /**
   * Room for the link before, as 64 hex digits, and everything that an event holds; for position and revision, which only its writer
   * knows, zero. What an event has not is left out. @returns how many bytes its content has
   */
  addEvent(
    { id, type, metadata, data }: Pick<RecordedEvent, 'id' | 'type' | 'metadata' | 'data'>,
    stream: string,
    recordedAt: Moment,
  ): number {
    this.#reserve(LINK_DIGITS);
    this.#length += LINK_DIGITS;
    this.addInteger('p', 0);
    this.addText('s', stream);
    this.addInteger('r', 0);
    this.addText('i', id);
    this.addText('t', type);
    this.addText('S', metadata.source);
    this.addText('I', metadata.sourceId);
    this.addText('f', metadata.feed);
    this.addInteger('k', metadata.rank);
    if (metadata.origin !== undefined) this.addText('o', metadata.origin);
    if (metadata.traceparent !== undefined) this.addText('c', metadata.traceparent);
    if (metadata.by !== undefined) this.addText('b', metadata.by);
    this.addInteger('a', recordedAt);
    return this.addText('d', data);
  }

  #addHead(tag: string, length: number): void {
    this.#view.setUint8(this.#length, tag.charCodeAt(0));
    this.#view.setUint32(this.#length + TAG_BYTES, length);
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed > this.#buffer.length) this.#allocate(needed * GROWTH);
  }

  #allocate(capacity: number): void {
    const buffer = Buffer.allocUnsafeSlow(capacity);
    this.#buffer.copy(buffer, 0, 0, this.#length);
    this.#buffer = buffer;
    this.#view = viewOf(buffer);
  }
}

/** Enough for most events as {@link FieldBytes.addEvent} adds them; more is allocated where it is not. */
export function roomFor(events: readonly { readonly data: string }[]): number {
  let units = 0;
  for (const { data } of events) units += data.length;
  return units + events.length * FIELDS_BYTES;
}

/** The bytes of one event among those of others, as {@link FieldBytes.addEvent} wrote them. */
export class EventBytes {
  readonly #buffer: Buffer;
  readonly #view: DataView;
  readonly #begin: number;
  readonly #dataAt: number;
  /** Where those of the next event begin. */
  readonly end: number;

  constructor(buffer: Buffer, begin = 0, view = viewOf(buffer)) {
    let field = begin + STREAM_AT;
    while (view.getUint8(field) !== CONTENT_TAG) field += FIELD_HEAD + view.getUint32(field + TAG_BYTES);
    this.#buffer = buffer;
    this.#view = view;
    this.#begin = begin;
    this.#dataAt = field + FIELD_HEAD;
    this.end = this.#dataAt + view.getUint32(field + TAG_BYTES);
  }

  /** The content as UTF-8. */
  get data(): Buffer {
    return this.#buffer.subarray(this.#dataAt, this.end);
  }

  /** The content. */
  get text(): string {
    return this.#buffer.toString('utf8', this.#dataAt, this.end);
  }

  /** Of all of it, at this place behind the event with the link `previous`. */
  sha256(previous: string, position: number, revision: number): string {
    const [begin, view] = [this.#begin, this.#view];
    const revisionAt =
      begin + STREAM_AT + FIELD_HEAD + view.getUint32(begin + STREAM_AT + TAG_BYTES) + FIELD_HEAD;
    this.#buffer.write(previous, begin, 'latin1');
    setInteger(view, begin + POSITION_AT, position);
    setInteger(view, revisionAt, revision);
    return sha256(this.#buffer.subarray(begin, this.end));
  }
}

const CONTENT_TAG = 'd'.charCodeAt(0);

const sha256 = (bytes: Buffer): string => hash('sha256', bytes);

export const viewOf = ({ buffer, byteOffset, byteLength }: Buffer): DataView =>
  new DataView(buffer, byteOffset, byteLength);

function setInteger(view: DataView, at: number, value: number): void {
  view.setInt32(at, Math.floor(value / 2 ** 32));
  view.setUint32(at + 4, value);
}
