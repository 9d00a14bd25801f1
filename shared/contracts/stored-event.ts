import type { Branded } from '../kernel/brand.ts';
import type { Moment } from '../kernel/clock.ts';
import type { EventId, FeedName, StreamName } from './ids.ts';

/** Data about an event that is not part of its content: its origin, and the rank of its feed. */
export interface EventMetadata {
  readonly source: string;
  /** CloudEvents `id` at that source; for input without one, the hash that replaces it. */
  readonly sourceId: string;
  readonly feed: FeedName;
  /** 1 local, 2 national: among the feeds of a dossier the lowest decides. */
  readonly rank: number;
  /** Kafka coordinates, a file's line, `http`: for people, never for identity. */
  readonly origin?: string;
  /** W3C Trace Context. */
  readonly traceparent?: string;
  /** Its author here: the name of the key, or `cli:` and the account of the machine. No part of its identity. */
  readonly by?: string;
}

/** The form in which an earlier version wrote an event that the store may hold; only the parts that differ. */
export interface FormerForms {
  /** The content with each day as the moment that begins it. */
  readonly inMoments?: string;
  /** Id and content with texts as sent: neither composed nor left out when empty. */
  readonly asWritten?: { readonly id: EventId; readonly data: string };
}

/** An event as it goes to the store: its identity, its stream, its canonical content. */
export interface EventToRecord {
  readonly id: EventId;
  readonly type: string;
  readonly stream: StreamName;
  /** Canonical JSON: the same content always gives the same text, so texts can be compared. */
  readonly data: string;
  /** Other contents and ids by which a store may already have the event; only those that differ. */
  readonly former?: FormerForms;
  /** It is refused when its stream has so many events and does not know it. Absent: no limit, as for corrections. */
  readonly streamLimit?: number;
  readonly metadata: EventMetadata;
}

/** An event whose stream the call names. */
export type EventToAppend = Omit<EventToRecord, 'stream'>;

/** A place in the global order of events; greater is later. Outside the process it is an opaque string. */
export type Position = Branded<number, 'Position'>;
/** Before the first event. */
export const START = 0 as Position;

/** An event as read from the store. */
export interface RecordedEvent {
  readonly position: Position;
  readonly stream: StreamName;
  /** 0 for the first event of its stream, without gaps. */
  readonly revision: number;
  readonly id: EventId;
  readonly type: string;
  readonly data: string;
  readonly metadata: EventMetadata;
  /** When ingest received it; part of the event, so a copy to another store keeps it. */
  readonly recordedAt: Moment;
}

interface WithFormer {
  readonly former?: FormerForms | undefined;
}

/** Every content by which a store may have an event: the current form and earlier ones. */
export const contentsOf = ({ data, former }: Pick<EventToRecord, 'data'> & WithFormer): readonly string[] =>
  [data, former?.inMoments, former?.asWritten?.data].filter((content) => content !== undefined);

/** The earlier id by which a store may have an event. */
export const formerIdOf = ({ id, former }: Pick<EventToRecord, 'id'> & WithFormer): EventId | undefined =>
  former?.asWritten?.id === id ? undefined : former?.asWritten?.id;

/** CloudEvents `source` of this system's own events. */
export const OWN_SOURCE = 'nhip/alerter';

/** Whether a `source` is kept for this system: the ids of its own events derive from such a one, and a feed could use them up. */
export const isOwnSource = (source: string): boolean => /^nhip(?:\/|$)/.test(source);
