import { isUtf8 } from 'node:buffer';
import type { Fault } from '../../../shared/contracts/fault.ts';
import { readJson } from '../../../shared/contracts/json-text.ts';

/** A header may have no value, and come more than once. */
type OneHeader = Buffer | string | null;
type HeaderValue = OneHeader | readonly OneHeader[] | undefined;

export interface MessageParts {
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, HeaderValue>> | undefined;
}

/** A Kafka message as the CloudEvents Kafka protocol binding 1.0.2 reads it. */
export type Reading =
  | { readonly kind: 'event'; readonly input: unknown; readonly raw: () => Uint8Array | string }
  | { readonly kind: 'unreadable'; readonly fault: Fault; readonly raw: () => Uint8Array | string }
  /** No value and no CloudEvents headers: a mark for the broker's log compaction, without meaning for a ledger. */
  | { readonly kind: 'tombstone' };

/**
 * Binary mode when the headers carry CloudEvents attributes (`ce_…`), else structured mode, whether or not a content type
 * names it. One of more than `mostBytes`, with its headers, is not parsed. `raw` is otherwise always the structured form where there is one, so that a dead letter can be tried again without headers.
 */
export function readMessage(message: MessageParts, mostBytes = Number.POSITIVE_INFINITY): Reading {
  const { value, headers = {} } = message;
  const bytes = bytesIn(message);
  if (bytes > mostBytes)
    return { kind: 'unreadable', fault: tooLarge(bytes, mostBytes), raw: () => value ?? '' };
  if (attributeOf(headers.ce_specversion) !== undefined) return binaryMode(value, headers);
  if (value === null) return { kind: 'tombstone' };
  const raw = () => value;
  const reading = readJson(value);
  return reading.kind === 'json'
    ? { kind: 'event', input: withTraceOf(headers, reading.value), raw }
    : { kind: 'unreadable', fault: reading.fault, raw };
}

/** What a message holds: its value, and its headers with their names. */
export function bytesIn({ value, headers = {} }: MessageParts): number {
  let bytes = value?.length ?? 0;
  for (const [name, header] of Object.entries(headers)) {
    for (const one of Array.isArray(header) ? header : [header]) bytes += name.length + (one?.length ?? 0);
  }
  return bytes;
}

const tooLarge = (bytes: number, most: number): Fault => ({
  code: 'too-large',
  pointer: '',
  was: `a message of ${bytes} bytes`,
  expected: `up to ${most} (MAX_BODY_BYTES)`,
});

function binaryMode(value: Buffer | null, headers: Readonly<Record<string, HeaderValue>>): Reading {
  const event: Record<string, unknown> = {};
  for (const [name, header] of Object.entries(headers)) {
    const attribute = attributeOf(header);
    if (attribute !== undefined && name.startsWith('ce_') && name !== 'ce_data')
      event[name.slice(3)] = attribute;
  }
  const contentType = attributeOf(headers['content-type']);
  if (contentType !== undefined) event.datacontenttype = contentType;
  const traceparent = attributeOf(headers.traceparent);
  if (traceparent !== undefined) event.traceparent ??= traceparent;
  if (value === null) return { kind: 'event', input: event, raw: () => JSON.stringify(event) };
  const reading = readJson(value);
  if (reading.kind === 'json') {
    // The data keeps its text: writing the value out again would change it, and fail for a very deep one.
    const raw = () => `${JSON.stringify(event).slice(0, -1)},"data":${reading.text}}`;
    return { kind: 'event', input: { ...event, data: reading.value }, raw };
  }
  return {
    kind: 'unreadable',
    fault: { ...reading.fault, pointer: '/data' },
    raw: () => JSON.stringify({ ...event, data_base64: value.toString('base64') }),
  };
}

/** A tracing producer sends a traceparent in a header of the message; one in the event itself goes first. */
function withTraceOf(headers: Readonly<Record<string, HeaderValue>>, event: unknown): unknown {
  const traceparent = attributeOf(headers.traceparent);
  if (traceparent === undefined || typeof event !== 'object' || event === null) return event;
  return Array.isArray(event) || ('traceparent' in event && event.traceparent)
    ? event
    : { ...event, traceparent };
}

/**
 * The text of a header; undefined for one without a value. What is no text, or not one, is left for the contract to refuse by
 * name: several values as a list, bytes that are not UTF-8 in base64, since replacement characters would make two ids one.
 */
function attributeOf(header: HeaderValue): unknown {
  const given: readonly (OneHeader | undefined)[] = Array.isArray(header) ? header : [header];
  const values = given.flatMap((one) => (one === null || one === undefined ? [] : [textOf(one)]));
  return values.length > 1 ? values : values[0];
}

function textOf(value: Buffer | string): unknown {
  if (typeof value === 'string') return value;
  return isUtf8(value) ? value.toString() : { base64: value.toString('base64') };
}
