import { HOUR, MINUTE, parseMoment, type Zone } from '../../calendar/zone.ts';
import type { Moment } from '../../kernel/clock.ts';
import { dateReader } from '../date-forms.ts';
import { type Field, faulty, valued } from './element.ts';

const read = dateReader([
  'yyyy/MM/dd HH:mm:ss',
  'yyyy/MM/dd HH:mm',
  'yyyy/MM/dd',
  'dd/MM/yyyy HH:mm:ss',
  'dd/MM/yyyy HH:mm',
  'dd/MM/yyyy',
  'epoch-ms',
  'iso',
]);

/** The date that .NET writes where none was set. */
const UNSET = '0001-01-01';

const EXPECTED =
  'a date that exists, from 1990 to 2099, as yyyy/MM/dd or dd/MM/yyyy, perhaps with HH:mm:ss, or in RFC 3339';

/** A date as a field: its value is a day (`yyyy-MM-dd`) or a moment in RFC 3339 with its offset, or it is faulty. */
export interface DateField extends Field {
  readonly moment?: Moment;
}

/** The time at which something happened: one written without hours is that day, one with hours a moment. */
export function timeField(field: Field, zone: Zone): DateField {
  if (field.value === undefined) return field;
  const text = read(field.value) ?? '';
  if (text.startsWith(UNSET)) return { pointer: field.pointer };
  const moment = parseMoment(text, zone);
  if (moment === undefined || !/^(?:199|20\d)\d-/.test(text)) return faulty(field, EXPECTED);
  return { ...valued(field, isDay(text) ? text : rfc3339(moment, zone)), moment };
}

/** A date that is a day by its nature: some writers add the hours of midnight. */
export function dayField(field: Field, zone: Zone): DateField {
  const time = timeField(field, zone);
  return time.moment !== undefined && time.value?.slice(11, 19) === '00:00:00'
    ? { ...time, value: time.value.slice(0, 10) }
    : time;
}

const isDay = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text);

/** With the zone's offset of that moment, so that a midnight that was written stays a moment. */
function rfc3339(moment: Moment, zone: Zone): string {
  const offset = zone.offsetAt(moment);
  const wall = new Date(moment + offset).toISOString().replace(/(?:\.000)?Z$/, '');
  const minutes = Math.abs(offset) / MINUTE;
  const two = (value: number) => String(value).padStart(2, '0');
  return `${wall}${offset < 0 ? '-' : '+'}${two(Math.floor((minutes * MINUTE) / HOUR))}:${two(minutes % 60)}`;
}
