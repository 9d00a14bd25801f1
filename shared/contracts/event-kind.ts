import type { z } from 'zod';
import { firstMomentOf, isDay, type LocalDate, type When } from '../calendar/when.ts';
import { DAY, type Zone } from '../calendar/zone.ts';
import type { Moment } from '../kernel/clock.ts';
import type { StreamName } from './ids.ts';

/**
 * One type of event that feeds send, and everything that depends on its type. Its functions are methods, so that kinds of
 * different data fit in one list; each receives only data of its own.
 */
export interface EventKind<Data extends object = object> {
  /** `dossier.status.v1`; a change of meaning is a new type. */
  readonly type: string;
  /** The schema of its data; its output is `Data`. @param zone for times without a zone */
  schema(zone: Zone): z.ZodObject;
  /**
   * Fields with a time: a moment is epoch milliseconds in memory and RFC 3339 text in UTC in the store, where people read
   * it; a day is its date in both.
   */
  readonly whenFields: readonly string[];
  /** The stream of the event. */
  streamOf(data: Data): StreamName;
  /** A stream with so many events takes no further one of this kind, unless it corrects another. Absent: no limit. */
  readonly streamLimit?: number;
  /** The data cut to the stored limits, with a mark where a text was cut. */
  bounded?(data: Data): Data;
  /** It names a person, in `staffRef`: the decoder seals that, and the ids of its events. */
  readonly ofPerson?: true;
}

/** The content of the events of a kind. */
export type DataOf<Kind> = Kind extends EventKind<infer Data> ? Data : never;

/** By type. */
export type EventKinds = ReadonlyMap<string, EventKind>;

/** A validated event and its time. */
export interface DomainEvent<Data extends object = object> {
  readonly type: string;
  readonly time: When;
  readonly data: Data;
}

/** `toISOString` is a third of the cost of storing an event, and events cluster by day: the date is formatted once a day. */
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

/** The inverse of {@link isoText}; parses no other form. */
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
export function toStored(
  { whenFields }: EventKind,
  { time, data }: Pick<DomainEvent, 'time' | 'data'>,
  write: (when: When) => string = storedWhen,
): string {
  const stored: Record<string, unknown> = { time: write(time), ...data };
  for (const field of whenFields) {
    const when = stored[field];
    if (typeof when === 'number' || typeof when === 'string') stored[field] = write(when as When);
  }
  return JSON.stringify(stored);
}

/** The same text as written by versions before days were supported: each day as the moment that begins it. */
export const toStoredInMoments = (kind: EventKind, event: DomainEvent, zone: Zone): string =>
  toStored(kind, event, (when) => isoText(firstMomentOf(when, zone)));

export const namesDays = ({ whenFields }: EventKind, { time, data }: DomainEvent): boolean =>
  isDay(time) || whenFields.some((field) => typeof Reflect.get(data, field) === 'string');

const DATE_LENGTH = 'yyyy-MM-dd'.length;
const whenOf = (text: string): When => (text.length === DATE_LENGTH ? (text as LocalDate) : momentOf(text));

/** The inverse of {@link toStored}. The text was validated when it was recorded, so it is not validated again. */
export function fromStored<Data extends object>(
  { type, whenFields }: EventKind<Data>,
  text: string,
): DomainEvent<Data> {
  const { time, ...data } = JSON.parse(text);
  for (const field of whenFields) {
    if (typeof data[field] === 'string') data[field] = whenOf(data[field]);
  }
  return { type, time: whenOf(time), data };
}
