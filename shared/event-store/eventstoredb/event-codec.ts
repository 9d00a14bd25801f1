import { hash } from 'node:crypto';
import { binaryEvent, type EventData, jsonEvent } from '@eventstore/db-client';
import type { EventId, FeedName, StreamName } from '../../contracts/ids.ts';
import type { Position, RecordedEvent } from '../../contracts/stored-event.ts';
import {
  contentsOf,
  type EventMetadata,
  type EventToAppend,
  formerIdOf,
} from '../../contracts/stored-event.ts';
import { type Moment, momentText } from '../../kernel/clock.ts';
import { StoreError } from '../../kernel/store-error.ts';

const NONE: readonly never[] = [];

/** An event of anybody's, as the client gives it. */
export interface Received {
  readonly streamId: string;
  readonly id: string;
  readonly revision: bigint;
  readonly type: string;
  readonly isJson: boolean;
  readonly data: unknown;
  readonly metadata: unknown;
  readonly position?: { readonly commit: bigint; readonly prepare: bigint };
}

/** An event ready to be sent, and its share of an append in bytes, as the server counts them. */
export interface Encoded {
  readonly id: EventId;
  readonly digest: string;
  /** What it may be known by besides, if an earlier version wrote it. */
  readonly formerId: EventId | undefined;
  readonly formerDigests: readonly string[];
  readonly data: EventData;
  readonly bytes: number;
  /** Of the events of its stream, as of {@link EventToAppend}. */
  readonly streamLimit: number;
}

const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder();

export function encode(event: EventToAppend, recordedAt: Moment): Encoded {
  const { id, type, data: text } = event;
  const metadata = utf8.encode(JSON.stringify(storedMetadata(event.metadata, recordedAt)));
  const value = asSameJson(text);
  const data =
    value === undefined
      ? binaryEvent({ id, type, data: utf8.encode(text), metadata })
      : jsonEvent({ id, type, data: value, metadata });
  return {
    id,
    digest: digestOf(type, text),
    formerId: formerIdOf(event),
    formerDigests: event.former ? contentsOf(event).map((content) => digestOf(type, content)) : NONE,
    data,
    bytes: Buffer.byteLength(text) + metadata.length + 2 * type.length,
    streamLimit: event.streamLimit ?? Number.POSITIVE_INFINITY,
  };
}

/**
 * The client writes JSON by `JSON.stringify`, and reads it by `JSON.parse`. What comes back from both as it was may be stored as
 * JSON, so that people see it in the server's pages; what does not (a key such as "7" moves to the front) is stored as bytes.
 */
function asSameJson(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const same = typeof value === 'object' && value !== null && JSON.stringify(value) === text;
    return same ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Type and content of an event in 43 characters: what makes two events with one id the same. */
export const digestOf = (type: string, text: string): string =>
  hash('sha256', `${type}\n${text}`, 'base64url');

export const textOf = ({ isJson, data }: Received): string =>
  isJson || !(data instanceof Uint8Array) ? JSON.stringify(data) : fromUtf8.decode(data);

/** The server's own events, which subscriptions leave out. */
export const isSystem = ({ type }: Received): boolean => type.startsWith('$');

/**
 * The place of an event in the log: the offset of its record.
 *
 * A position of the server has two parts. `commit` differs from `prepare` only for events of an explicit transaction, which
 * clients before gRPC could write: all of them share the commit. We write none, so none of ours shares its commit with another
 * event, and a page that ends inside such a transaction leaves out only events that are not ours.
 * @throws StoreError when it is unknown
 */
export function positionOf({ position, streamId }: Received): Position {
  const commit = Number(position?.commit);
  // Servers before 22.6 send no position with the events of a stream; the greatest number of 64 bits stands for none.
  if (Number.isSafeInteger(commit)) return commit as Position;
  throw new StoreError(
    'unavailable',
    `the event store sends no position of the events of ${streamId}; EventStoreDB 22.10 or later is needed`,
  );
}

/** An event that we wrote; undefined for those of others, which share the server with us. */
export function decode(received: Received): RecordedEvent | undefined {
  const metadata = ourMetadata(received.metadata);
  if (!metadata || received.position?.commit !== received.position?.prepare) return undefined;
  const { recordedAt, ...rest } = metadata;
  return {
    position: positionOf(received),
    stream: received.streamId as StreamName,
    revision: Number(received.revision),
    id: received.id as EventId,
    type: received.type,
    data: textOf(received),
    metadata: rest,
    recordedAt,
  };
}

/** `recordedAt` as people read it. */
function storedMetadata(metadata: EventMetadata, recordedAt: Moment) {
  const { source, sourceId, feed, rank, origin, traceparent, by } = metadata;
  return {
    source,
    sourceId,
    feed,
    rank,
    recordedAt: momentText(recordedAt),
    origin,
    traceparent,
    by,
  };
}

function ourMetadata(stored: unknown): (EventMetadata & { readonly recordedAt: Moment }) | undefined {
  if (typeof stored !== 'object' || stored === null) return undefined;
  const { source, sourceId, feed, rank, recordedAt, origin, traceparent, by } = stored as Record<
    string,
    unknown
  >;
  if (typeof source !== 'string' || typeof sourceId !== 'string' || typeof feed !== 'string')
    return undefined;
  if (typeof rank !== 'number' || typeof recordedAt !== 'string') return undefined;
  const at = Date.parse(recordedAt);
  if (Number.isNaN(at)) return undefined;
  return {
    source,
    sourceId,
    feed: feed as FeedName,
    rank,
    recordedAt: at,
    ...(typeof origin === 'string' && { origin }),
    ...(typeof by === 'string' && { by }),
    ...(typeof traceparent === 'string' && { traceparent }),
  };
}
