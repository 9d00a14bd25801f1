import type { Branded } from '../kernel/brand.ts';
import type { Moment } from '../kernel/clock.ts';
import { addDays, formatDay, type LocalDay, parseDay, parseMoment, type Zone } from './zone.ts';

/** A day on the office's wall calendar, `yyyy-MM-dd`: all that is known of when something was, or is due. */
export type LocalDate = Branded<string, 'LocalDate'>;

/**
 * When something was, or is due: a moment, or a day of which no hour is known. A text beside a number, so that both are told
 * apart by `typeof`, compared by `===`, and kept by JSON as they are.
 */
export type When = Moment | LocalDate;

export const isDay = (when: When): when is LocalDate => typeof when === 'string';

/** Midnight without an offset is how .NET writes a date: its `DateTime.Date`. */
const DAY_FORM = /^(\d{4}-\d{2}-\d{2})(?:[Tt ]00:00(?::00(?:[.,]0+)?)?)?$/;

/**
 * Reads RFC 3339 text as {@link parseMoment} does, and a date without a time, or with midnight and no offset, as the day; midnight
 * with an offset is a moment. Undefined when the text names neither.
 */
export function parseWhen(text: string, zone: Zone): When | undefined {
  const date = DAY_FORM.exec(text)?.[1];
  if (date === undefined) return parseMoment(text, zone);
  return parseDay(date) === undefined ? undefined : (date as LocalDate);
}

/** Text that .NET, or another program, writes for a date that was never set: it says nothing. */
export const isUnsetDate = (text: string): boolean =>
  /^0001-01-01(?:[Tt ]00:00(?::00(?:[.,]0+)?)?(?:[Zz]|[+-]\d{2}:?\d{2}(?::\d{2})?)?)?$/.test(text.trim());

/** Facts name the same few thousand days over and over. */
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

/** The local day on which it is. */
export const dayOf = (when: When, zone: Zone): LocalDay => (isDay(when) ? dayNamed(when) : zone.dayOf(when));

/** The moment, or the one that begins the day. */
export const firstMomentOf = (when: When, zone: Zone): Moment =>
  isDay(when) ? zone.momentAt(dayNamed(when), 0) : when;

/** The moment, or the one that ends the day. */
export const lastMomentOf = (when: When, zone: Zone): Moment =>
  isDay(when) ? zone.momentAt(addDays(dayNamed(when), 1), 0) - 1 : when;

/** RFC 3339: a date-time in UTC, or a date. */
export const whenText = (when: When): string => (isDay(when) ? when : new Date(when).toISOString());

/**
 * How far an end reaches: of a day to its last moment. So does midnight, since what was stored before days were kept has them as
 * the midnight that begins them.
 */
export const reachOf = (when: When, zone: Zone): Moment =>
  lastMomentOf(isMidnight(when, zone) ? localDate(dayOf(when, zone)) : when, zone);

const isMidnight = (when: When, zone: Zone): boolean =>
  !isDay(when) && zone.momentAt(zone.dayOf(when), 0) === when;
