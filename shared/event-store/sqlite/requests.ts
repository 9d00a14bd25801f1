import type { EventId, StreamName } from '../../contracts/ids.ts';
import type {
  EventMetadata,
  EventToAppend,
  EventToRecord,
  FormerForms,
} from '../../contracts/stored-event.ts';
import type { Moment } from '../../kernel/clock.ts';
import { EventBytes, FieldBytes, roomFor, viewOf } from '../event-bytes.ts';
import type { ExpectedRevision } from '../port.ts';

interface Recording {
  readonly kind: 'record';
  readonly recordedAt: Moment;
}

interface Appending {
  readonly kind: 'append';
  readonly stream: StreamName;
  readonly expected: ExpectedRevision;
  readonly recordedAt: Moment;
}

/** A call of the store that writes. */
export type WriteRequest =
  | (Recording & { readonly events: readonly EventToRecord[] })
  | (Appending & { readonly events: readonly EventToAppend[] });

/** What many events of a feed have in common. */
export type Origin = Pick<EventMetadata, 'source' | 'feed' | 'rank' | 'by'>;

/** All but the content. An array and no object: V8 copies it to another thread in a third of the time. */
type PackedEvent = readonly [
  id: EventId,
  type: string,
  stream: StreamName,
  /** One object for events that follow each other with the same: it is copied once. */
  origin: Origin,
  sourceId: string,
  place: string | undefined,
  traceparent: string | undefined,
  former: FormerForms | undefined,
  streamLimit: number | undefined,
];

/**
 * A request as it goes to the writer's thread, which is the bound of every append. So the thread of the caller makes the bytes of
 * the events, from which the writer makes their links, and stores their contents.
 */
export type PackedRequest = (Recording | Appending) & {
  readonly events: readonly PackedEvent[];
  /** Of the events in their order, in memory of their own. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of the contents alone. */
  readonly contentBytes: number;
};

export function packed(request: WriteRequest): PackedRequest {
  const bytes = new FieldBytes(roomFor(request.events));
  let contentBytes = 0;
  let origin: Origin | undefined;
  const pack = (event: EventToAppend, stream: StreamName): PackedEvent => {
    const { id, type, metadata, former, streamLimit } = event;
    contentBytes += bytes.addEvent(event, stream, request.recordedAt);
    if (!origin || !hasOrigin(metadata, origin)) origin = originOf(metadata);
    const { sourceId, origin: place, traceparent } = metadata;
    return [id, type, stream, origin, sourceId, place, traceparent, former, streamLimit];
  };
  const events =
    request.kind === 'record'
      ? request.events.map((event) => pack(event, event.stream))
      : request.events.map((event) => pack(event, request.stream));
  return { ...request, events, bytes: bytes.written, contentBytes };
}

const originOf = ({ source, feed, rank, by }: EventMetadata): Origin => ({
  source,
  feed,
  rank,
  ...(by !== undefined && { by }),
});

export const hasOrigin = (event: Origin, { source, feed, rank, by }: Origin): boolean =>
  event.source === source && event.feed === feed && event.rank === rank && event.by === by;

/** An event as the writer takes it. */
export interface EventToWrite extends Pick<EventToRecord, 'id' | 'type' | 'stream'> {
  readonly origin: Origin;
  readonly sourceId: string;
  readonly place: string | undefined;
  readonly traceparent: string | undefined;
  readonly former: FormerForms | undefined;
  readonly streamLimit: number | undefined;
  readonly bytes: EventBytes;
}

export function unpacked({ events, bytes }: PackedRequest): readonly EventToWrite[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const view = viewOf(buffer);
  let begin = 0;
  return events.map(([id, type, stream, origin, sourceId, place, traceparent, former, streamLimit]) => {
    const itsBytes = new EventBytes(buffer, begin, view);
    begin = itsBytes.end;
    return {
      id,
      type,
      stream,
      origin,
      sourceId,
      place,
      traceparent,
      former,
      streamLimit,
      bytes: itsBytes,
    };
  });
}
