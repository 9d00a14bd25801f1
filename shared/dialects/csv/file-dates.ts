import { isUnsetDate, localDate, type When } from '../../calendar/when.ts';
import { parseDay, parseMoment, type Zone } from '../../calendar/zone.ts';
import { dateReader } from '../date-forms.ts';

/** Null: a date that was never set. Undefined: in none of the forms, or no such date. */
export type FileDateReader = (cell: string) => When | null | undefined;

/**
 * Reads dates in the forms of a mapping, of which the first one that fits decides: without hours it gives a day, with hours a
 * moment, also at midnight, since the form has hours.
 */
export function fileDates(forms: readonly string[], zone: Zone): FileDateReader {
  const read = dateReader(forms);
  return (cell) => {
    const text = read(cell);
    if (text === undefined) return undefined;
    if (isUnsetDate(text)) return null;
    const day = parseDay(text);
    return day === undefined ? parseMoment(text, zone) : localDate(day);
  };
}
