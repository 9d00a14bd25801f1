import { addDays, HOUR, parseDay, parseMoment, type Zone } from '../../calendar/zone.ts';
import type { Moment } from '../../platform/clock.ts';
import { dateReader } from '../date-forms.ts';

/** A date of a file. Of a day `first` and `last` are its ends, of a moment both are the moment. */
export interface FileDate {
  /** `yyyy-MM-dd` where the form has no hours, else RFC 3339 with an offset: midnight written with hours stays a moment. */
  readonly text: string;
  readonly first: Moment;
  readonly last: Moment;
}

/** Undefined: in none of the forms, or no such date. */
export type FileDateReader = (cell: string) => FileDate | undefined;

/** Reads dates in the forms of a mapping, of which the first one that fits decides. */
export function fileDates(forms: readonly string[], zone: Zone): FileDateReader {
  const read = dateReader(forms);
  return (cell) => {
    const text = read(cell);
    const moment = text === undefined ? undefined : parseMoment(text, zone);
    if (text === undefined || moment === undefined) return undefined;
    const day = parseDay(text);
    return day === undefined
      ? { text: new Date(moment).toISOString(), first: moment, last: moment }
      : { text, first: moment, last: zone.momentAt(addDays(day, 1), 0) - 1 };
  };
}

const NEVER = Date.parse('0001-01-01T00:00:00Z');

/** The moment that .NET writes for a date that was never set, whatever zone made another hour of it. */
export const isUnset = ({ first }: FileDate): boolean => Math.abs(first - NEVER) < 15 * HOUR;
