import type { Branded } from '../kernel/brand.ts';
import type { Moment } from '../kernel/clock.ts';

/** Whole days since 1970-01-01 on the office's wall calendar. */
export type LocalDay = Branded<number, 'LocalDay'>;

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Wall-clock arithmetic in one IANA time zone. */
export interface Zone {
  readonly name: string;
  /** Milliseconds to add to UTC to get the wall clock at that moment. */
  offsetAt(moment: Moment): number;
  /** The local date on which the moment falls. */
  dayOf(moment: Moment): LocalDay;
  /** The moment at which the wall clock shows `msOfDay` after midnight on `day`; inside a gap, the moment after it. */
  momentAt(day: LocalDay, msOfDay: number): Moment;
}

/** @throws RangeError when the runtime does not have this zone. */
export function zoneOf(name: string): Zone {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
  const measure = (moment: Moment): number => {
    const shown = format.formatToParts(moment).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
    const parts = /GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?/.exec(shown);
    if (!parts?.[1]) return 0;
    const seconds = Number(parts[2]) * 3600 + Number(parts[3]) * 60 + Number(parts[4] ?? 0);
    return (parts[1] === '-' ? -1 : 1) * seconds * 1000;
  };
  // Intl costs microseconds and every event needs it: a UTC day whose two ends agree has one offset. NaN marks a day with a change.
  const byUtcDay = new Map<number, number>();
  const offsetAt = (moment: Moment): number => {
    const utcDay = Math.floor(moment / DAY);
    let offset = byUtcDay.get(utcDay);
    if (offset === undefined) {
      const atStart = measure(utcDay * DAY);
      offset = atStart === measure((utcDay + 1) * DAY) ? atStart : Number.NaN;
      if (byUtcDay.size > 100_000) byUtcDay.clear();
      byUtcDay.set(utcDay, offset);
    }
    return Number.isNaN(offset) ? measure(moment) : offset;
  };
  const momentAt = (day: LocalDay, msOfDay: number): Moment => {
    const wall = day * DAY + msOfDay;
    const first = offsetAt(wall);
    const second = offsetAt(wall - first);
    const moment = wall - second;
    // A wall-clock time without an offset was skipped: the smaller offset, that of before, gives a moment after the gap.
    return offsetAt(moment) === second ? moment : wall - Math.min(first, second);
  };
  return {
    name,
    offsetAt,
    dayOf: (moment) => Math.floor((moment + offsetAt(moment)) / DAY) as LocalDay,
    momentAt,
  };
}

export const addDays = (day: LocalDay, days: number): LocalDay => (day + days) as LocalDay;

/** Saturday or Sunday; 1970-01-01 was a Thursday. */
export const isWeekend = (day: LocalDay): boolean => {
  const sinceSaturday = (((day - 2) % 7) + 7) % 7;
  return sinceSaturday < 2;
};

/** Months since year 0, so that months can be counted across years. */
export function monthOf(day: LocalDay): { readonly month: number; readonly dayOfMonth: number } {
  const date = new Date(day * DAY);
  return { month: date.getUTCFullYear() * 12 + date.getUTCMonth(), dayOfMonth: date.getUTCDate() };
}

/** The inverse of {@link monthOf}, for days that every month has (1 to 28). */
export const dayInMonth = (month: number, dayOfMonth: number): LocalDay =>
  (Date.UTC(Math.floor(month / 12), month % 12, dayOfMonth) / DAY) as LocalDay;

/** Events and answers name many dates, mostly of a few years: each is read and written once. */
const MOST_KNOWN = 100_000;
const knownDays = new Map<number, LocalDay | undefined>();
const knownTexts = new Map<LocalDay, string>();

/** `yyyy-MM-dd`. */
export function formatDay(day: LocalDay): string {
  const known = knownTexts.get(day);
  if (known !== undefined) return known;
  const text = new Date(day * DAY).toISOString().slice(0, 10);
  if (knownTexts.size >= MOST_KNOWN) knownTexts.clear();
  knownTexts.set(day, text);
  return text;
}

/** A calendar date as a day, or undefined when there is no such date (2023-02-29). */
export function dayFrom(year: number, month: number, dayOfMonth: number): LocalDay | undefined {
  // Two digits each: no other date has this number, whatever digits the text contains.
  const number = (year * 100 + month) * 100 + dayOfMonth;
  if (knownDays.has(number)) return knownDays.get(number);
  const date = new Date(Date.UTC(year, month - 1, dayOfMonth));
  date.setUTCFullYear(year);
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === dayOfMonth;
  const day = exists ? ((date.getTime() / DAY) as LocalDay) : undefined;
  if (knownDays.size >= MOST_KNOWN) knownDays.clear();
  knownDays.set(number, day);
  return day;
}

/** `yyyy-MM-dd` as a day, or undefined. */
export function parseDay(text: string): LocalDay | undefined {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  return parts ? dayFrom(Number(parts[1]), Number(parts[2]), Number(parts[3])) : undefined;
}

const TIMESTAMP =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s?(Z|z|[+-]\d{2}(?::?\d{2})?)?)?$/;

/**
 * Parses RFC 3339 text to a moment. Also accepts a blank for the `T`, no seconds, no zone (then it is the office's wall
 * clock) or a bare date (then it is the first moment of the local day). Only three digits of a fraction count.
 * Undefined when the text is not a real moment.
 */
export function parseMoment(textForm: string, zone: Zone): Moment | undefined {
  const parts = TIMESTAMP.exec(textForm);
  if (!parts) return undefined;
  const day = dayFrom(Number(parts[1]), Number(parts[2]), Number(parts[3]));
  if (day === undefined) return undefined;
  if (parts[4] === undefined) return zone.momentAt(day, 0);
  const hour = Number(parts[4]);
  const minute = Number(parts[5]);
  const second = Number(parts[6] ?? 0);
  if (hour > 23 || minute > 59 || second > 60) return undefined;
  // A leap second (RFC 3339 §5.7) does not exist in epoch milliseconds: it counts as the last of its minute, and of its day.
  const inMinute =
    second === 60 ? MINUTE - 1 : second * 1000 + Number((parts[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const msOfDay = hour * HOUR + minute * MINUTE + inMinute;
  if (parts[8] === undefined) return zone.momentAt(day, msOfDay);
  const offset = offsetOf(parts[8]);
  return offset === undefined ? undefined : day * DAY + msOfDay - offset;
}

/** An offset from UTC in milliseconds; undefined beyond the hours and minutes that RFC 3339 §5.6 allows. */
function offsetOf(text: string): number | undefined {
  if (text === 'Z' || text === 'z') return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(3).replace(':', ''));
  if (hours > 23 || minutes > 59) return undefined;
  return (text.startsWith('-') ? -1 : 1) * (hours * HOUR + minutes * MINUTE);
}
