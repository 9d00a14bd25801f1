import type { Branded } from '../kernel/brand.ts';
import { type Moment, momentText } from '../kernel/clock.ts';
import { addDays, formatDay, type LocalDay, parseDay, parseMoment, type Zone } from './zone.ts';

/** A day on the office's wall calendar, `yyyy-MM-dd`, for an event or a due date without a known hour. */
export type LocalDate = Branded<string, 'LocalDate'>;

/**
 * The time of an event or a due date: a moment, or a day without an hour. The day is text and the moment a number, so that
 * `typeof` separates them, `===` compares them, and JSON keeps them unchanged.
 */
export type When = Moment | LocalDate;

export const isDay = (when: When): when is LocalDate => typeof when === 'string';

/** Midnight without an offset is how .NET writes a date: its `DateTime.Date`. */
const DAY_FORM = /^(\d{4}-\d{2}-\d{2})(?:[Tt ]00:00(?::00(?:[.,]0+)?)?)?$/;

/**
 * Parses RFC 3339 text as {@link parseMoment} does; a date without a time, or with midnight and no offset, is the day; midnight
 * with an offset is a moment. Undefined for text that is neither.
 */
export function parseWhen(text: string, zone: Zone): When | undefined {
  const date = DAY_FORM.exec(text)?.[1];
  if (date === undefined) return parseMoment(text, zone);
  return parseDay(date) === undefined ? undefined : (date as LocalDate);
}

/** Text that .NET, or another program, writes for a date that was never set: it states nothing. */
export const isUnsetDate = (text: string): boolean =>
  /^0001-01-01(?:[Tt ]00:00(?::00(?:[.,]0+)?)?(?:[Zz]|[+-]\d{2}:?\d{2}(?::\d{2})?)?)?$/.test(text.trim());

/** Facts repeat the same few thousand days. */
const daysByDate = new Map<LocalDate, LocalDay>();

function dayNamed(date: LocalDate): LocalDay {
  const known = daysByDate.get(date);
  if (known !== undefined) return known;
  const day = parseDay(date);
  if (day === undefined) throw new RangeError(`No such date: ${date}`);
  if (daysByDate.size >= 100_000) daysByDate.clear();
  daysByDate.set(date, day);
  return day;
}

export const localDate = (day: LocalDay): LocalDate => formatDay(day) as LocalDate;

/** The local day of a moment or a day. */
export const dayOf = (when: When, zone: Zone): LocalDay => (isDay(when) ? dayNamed(when) : zone.dayOf(when));

/** The moment, or the first moment of the day. */
export const firstMomentOf = (when: When, zone: Zone): Moment =>
  isDay(when) ? zone.momentAt(dayNamed(when), 0) : when;

/** The first moment after the local day of a moment or a day. */
export const afterDay = (when: When, zone: Zone): Moment => zone.momentAt(addDays(dayOf(when, zone), 1), 0);

/** The moment, or the last moment of the day. */
export const lastMomentOf = (when: When, zone: Zone): Moment =>
  isDay(when) ? afterDay(when, zone) - 1 : when;

/** RFC 3339: a date-time in UTC, or a date. */
export const whenText = (when: When): string => (isDay(when) ? when : momentText(when));

/**
 * The last moment that an end includes: for a day, its last moment. The same for midnight, since data stored before days were
 * supported has them as the midnight that begins them.
 */
export const reachOf = (when: When, zone: Zone): Moment =>
  lastMomentOf(isMidnight(when, zone) ? localDate(dayOf(when, zone)) : when, zone);

const isMidnight = (when: When, zone: Zone): boolean =>
  !isDay(when) && zone.momentAt(zone.dayOf(when), 0) === when;
