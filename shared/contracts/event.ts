import type { DocumentExchangeV1 } from '../books/document/exchange.v1.ts';
import type { DocumentRegisteredV1 } from '../books/document/registered.v1.ts';
import type { DossierStatusV1 } from '../books/dossier/status.v1.ts';
import { firstMomentOf, isDay, type LocalDate, type When } from '../calendar/when.ts';
import { DAY, type Zone } from '../calendar/zone.ts';
import type { Moment } from '../kernel/clock.ts';
import type { AgencyIdMappedV1 } from '../office/agency-id-mapped.v1.ts';
import type { CalendarDayDeclaredV1 } from '../office/calendar-day-declared.v1.ts';
import type { UnitDeclaredV1 } from '../office/unit-declared.v1.ts';
import { type EventId, type FeedName, type StreamName, streamName } from './ids.ts';

/** Every event type a feed may send, with the shape its data has once checked. */
export interface EventData {
  'dossier.status.v1': DossierStatusV1;
  'document.registered.v1': DocumentRegisteredV1;
  'document.exchange.v1': DocumentExchangeV1;
  'unit.declared.v1': UnitDeclaredV1;
  'calendar.day-declared.v1': CalendarDayDeclaredV1;
  'agency-id.mapped.v1': AgencyIdMappedV1;
}
export type EventType = keyof EventData;

/** A checked event and when it happened, discriminated by `type`. */
export type DomainEvent = {
  [Type in EventType]: { readonly type: Type; readonly time: When; readonly data: EventData[Type] };
}[EventType];

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

/** Every content by which a store may know an event: as it is written now, and as it was once. */
export const contentsOf = ({ data, former }: Pick<EventToRecord, 'data' | 'former'>): readonly string[] =>
  [data, former?.inMoments, former?.asWritten?.data].filter((content) => content !== undefined);

/** The other id by which a store may know an event. */
export const formerIdOf = ({ id, former }: Pick<EventToRecord, 'id' | 'former'>): EventId | undefined =>
  former?.asWritten?.id === id ? undefined : former?.asWritten?.id;

/** Which stream an event belongs to. */
export function streamOf(event: DomainEvent): StreamName {
  switch (event.type) {
    case 'dossier.status.v1':
      return streamName(`dossier-${event.data.dossierId}`);
    case 'document.registered.v1':
    case 'document.exchange.v1':
      return streamName(`document-${event.data.documentId}`);
    case 'unit.declared.v1':
      return streamName(`unit-${event.data.unitId}`);
    case 'calendar.day-declared.v1':
      return streamName('calendar');
    case 'agency-id.mapped.v1':
      return streamName('agency-ids');
  }
}

/**
 * Fields that say when: a moment as epoch milliseconds in memory, as RFC 3339 text in UTC in the store, where people read it; a
 * day as its date in both.
 */
const WHEN_FIELDS: { readonly [Type in EventType]: readonly string[] } = {
  'dossier.status.v1': ['receivedAt', 'dueAt', 'finishedAt', 'returnedAt', 'assertedAt'],
  'document.registered.v1': ['issuedAt', 'assertedAt'],
  'document.exchange.v1': ['at'],
  'unit.declared.v1': ['assertedAt'],
  'calendar.day-declared.v1': ['assertedAt'],
  'agency-id.mapped.v1': ['assertedAt'],
};

export const EVENT_TYPES = Object.keys(WHEN_FIELDS) as readonly EventType[];
export const isEventType = (type: string): type is EventType => Object.hasOwn(WHEN_FIELDS, type);

/** `toISOString` is a third of the cost of storing an event, and events come by days: the date is written once a day. */
const isoDates = new Map<number, string>();
const two = (value: number) => (value < 10 ? `0${value}` : value);

/** RFC 3339 in UTC with milliseconds. */
function isoText(moment: Moment): string {
  const day = Math.floor(moment / DAY);
  let date = isoDates.get(day);
  if (date === undefined) {
    date = new Date(moment).toISOString().slice(0, 11);
    if (isoDates.size > 100_000) isoDates.clear();
    isoDates.set(day, date);
  }
  const ms = moment - day * DAY;
  const minutes = Math.floor(ms / 60_000);
  const rest = ms % 1_000;
  return `${date}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(Math.floor(ms / 1_000) % 60)}.${rest < 100 ? 0 : ''}${two(rest)}Z`;
}

const isoDays = new Map<string, Moment>();

/** The inverse of {@link isoText}, of nothing else. */
function momentOf(text: string): Moment {
  const date = text.slice(0, 10);
  let day = isoDays.get(date);
  if (day === undefined) {
    day = Date.parse(date);
    if (isoDays.size > 100_000) isoDays.clear();
    isoDays.set(date, day);
  }
  const digit = (at: number) => text.charCodeAt(at) - 48;
  const pair = (at: number) => digit(at) * 10 + digit(at + 1);
  const seconds = (pair(11) * 60 + pair(14)) * 60 + pair(17);
  return day + seconds * 1_000 + pair(20) * 10 + digit(22);
}

const storedWhen = (when: When): string => (isDay(when) ? when : isoText(when));

/** The canonical JSON text of an event: `time` first, then the data in the order of its schema. */
export function toStored(event: DomainEvent, write: (when: When) => string = storedWhen): string {
  const stored: Record<string, unknown> = { time: write(event.time), ...event.data };
  for (const field of WHEN_FIELDS[event.type]) {
    const when = stored[field];
    if (typeof when === 'number' || typeof when === 'string') stored[field] = write(when as When);
  }
  return JSON.stringify(stored);
}

/** The same as it was written before days were kept: as the moments that begin them. */
export const toStoredInMoments = (event: DomainEvent, zone: Zone): string =>
  toStored(event, (when) => isoText(firstMomentOf(when, zone)));

export function namesDays({ type, time, data }: DomainEvent): boolean {
  const said: Readonly<Record<string, unknown>> = data;
  return isDay(time) || WHEN_FIELDS[type].some((field) => typeof said[field] === 'string');
}

const DATE_LENGTH = 'yyyy-MM-dd'.length;
const whenOf = (text: string): When => (text.length === DATE_LENGTH ? (text as LocalDate) : momentOf(text));

/** The inverse of {@link toStored}. The text was checked when it was recorded and is believed here. */
export function fromStored(type: EventType, text: string): DomainEvent {
  const { time, ...data } = JSON.parse(text);
  for (const field of WHEN_FIELDS[type]) {
    if (typeof data[field] === 'string') data[field] = whenOf(data[field]);
  }
  return { type, time: whenOf(time), data } as DomainEvent;
}

/** Names of the fields of a type that say when. */
export const whenFieldsOf = (type: EventType): readonly string[] => WHEN_FIELDS[type];
