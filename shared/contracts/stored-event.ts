import type { Branded } from '../kernel/brand.ts';
import type { Moment } from '../kernel/clock.ts';
import type { EventId, FeedName, StreamName } from './ids.ts';

/** What is kept beside an event and is no part of its content: where it came from, and how far that feed is believed. */
export interface EventMetadata {
  readonly source: string;
  /** CloudEvents `id` at that source; for input that has none, the hash that stands for it. */
  readonly sourceId: string;
  readonly feed: FeedName;
  /** 1 local, 2 national: among feeds that spoke of a dossier the lowest decides. */
  readonly rank: number;
  /** Kafka coordinates, a file's line, `http`: for people, never for identity. */
  readonly origin?: string;
  /** W3C Trace Context. */
  readonly traceparent?: string;
}

/** How an event that the store may hold was written by an earlier version of the contracts; each only where it differs. */
export interface FormerForms {
  /** The content with the moment that begins it in the place of each day. */
  readonly inMoments?: string;
  /** Id and content with texts as they were written, neither composed nor left out when empty. */
  readonly asWritten?: { readonly id: EventId; readonly data: string };
}

/** An event as it goes to the store: its identity, its stream, its canonical content. */
export interface EventToRecord {
  readonly id: EventId;
  readonly type: string;
  readonly stream: StreamName;
  /** Canonical JSON: the same content always gives the same text, so texts can be compared. */
  readonly data: string;
  /** What a store may know it by already, besides id and data; only where that differs. */
  readonly former?: FormerForms;
  readonly metadata: EventMetadata;
}

/** A place in the global order of events; greater is later. Outside the process it is an opaque string. */
export type Position = Branded<number, 'Position'>;
/** Before the first event. */
export const START = 0 as Position;

/** An event as the store gives it back. */
export interface RecordedEvent {
  readonly position: Position;
  readonly stream: StreamName;
  /** 0 for the first event of its stream, without gaps. */
  readonly revision: number;
  readonly id: EventId;
  readonly type: string;
  readonly data: string;
  readonly metadata: EventMetadata;
  /** When ingest took it in; part of the event, so a copy to another store keeps it. */
  readonly recordedAt: Moment;
}

/** Every content by which a store may know an event: as it is written now, and as it was once. */
export const contentsOf = ({ data, former }: Pick<EventToRecord, 'data' | 'former'>): readonly string[] =>
  [data, former?.inMoments, former?.asWritten?.data].filter((content) => content !== undefined);

/** The other id by which a store may know an event. */
export const formerIdOf = ({ id, former }: Pick<EventToRecord, 'id' | 'former'>): EventId | undefined =>
  former?.asWritten?.id === id ? undefined : former?.asWritten?.id;

/** CloudEvents `source` of what this system states of itself. */
export const OWN_SOURCE = 'nhip/alerter';
