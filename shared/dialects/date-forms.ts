import { momentText } from '../kernel/clock.ts';
/** Reads one written date; undefined when it is in none of the forms asked for. */
export type DateReader = (text: string) => string | undefined;

const TOKENS: Readonly<Record<string, string>> = {
  yyyy: '(?<year>\\d{4})',
  MM: '(?<month>\\d{1,2})',
  dd: '(?<day>\\d{1,2})',
  HH: '(?<hour>\\d{1,2})',
  mm: '(?<minute>\\d{1,2})',
  ss: '(?<second>\\d{1,2})(?:[.,]\\d+)?',
};

/** The days between 1899-12-30, from which Excel counts, and 1970-01-01 (ECMA-376 part 1 §18.17.4.1; from March 1900 on). */
const EXCEL_EPOCH = 25_569;
const SECONDS_A_DAY = 86_400;

/** The wall clock of a serial date, `yyyy-MM-ddTHH:mm:ss`; a fraction holds seconds only nearly. */
const excelClock = (serial: number): string =>
  new Date(Math.round((serial - EXCEL_EPOCH) * SECONDS_A_DAY) * 1_000).toISOString().slice(0, 19);

/** The forms that are no pattern: RFC 3339 with or without its zone, time since 1970, and Excel's serial dates. */
const NAMED: Readonly<Record<string, DateReader>> = {
  iso: (text) => (/^\d{4}-\d{2}-\d{2}(?:[Tt ]|$)/.test(text) ? text : undefined),
  'epoch-ms': (text) => (/^\d{12,13}$/.test(text) ? momentText(Number(text)) : undefined),
  'epoch-s': (text) => (/^\d{9,10}$/.test(text) ? momentText(Number(text) * 1000) : undefined),
  'excel-date': (text) => (/^\d{5}$/.test(text) ? excelClock(Number(text)).slice(0, 10) : undefined),
  'excel-datetime': (text) =>
    /^\d{5}(?:[.,]\d+)?$/.test(text) ? excelClock(Number(text.replace(',', '.'))) : undefined,
};

/** The names of the forms, for people. */
export const DATE_FORMS = `${Object.keys(NAMED).join(', ')}, or a pattern of yyyy, MM, dd, HH, mm, ss`;

/** Whether a text names a form: see {@link DATE_FORMS}. */
export const isDateForm = (form: string): boolean =>
  Object.hasOwn(NAMED, form) || (/yyyy/.test(form) && /MM/.test(form) && /dd/.test(form));

/**
 * A reader of dates in any of these forms, tried in their order. It gives the text in the form the contracts read (RFC 3339,
 * without a zone where none was written) and leaves to them whether there is such a day.
 */
export function dateReader(forms: readonly string[]): DateReader {
  const readers = forms.map((form) => NAMED[form] ?? patternReader(form));
  return (text) => {
    for (const read of readers) {
      const found = read(text);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

function patternReader(pattern: string): DateReader {
  const source = pattern.replace(/yyyy|MM|dd|HH|mm|ss|[^A-Za-z0-9]/g, (part) => TOKENS[part] ?? `\\${part}`);
  // Without separators only full widths separate the parts.
  const widths = /[^A-Za-z]/.test(pattern) ? source : source.replaceAll('{1,2}', '{2}');
  const expression = new RegExp(`^${widths}$`);
  return (text) => {
    const parts = expression.exec(text)?.groups;
    if (!parts) return undefined;
    const two = (part: string | undefined) => (part ?? '0').padStart(2, '0');
    const date = `${parts.year}-${two(parts.month)}-${two(parts.day)}`;
    return parts.hour === undefined
      ? date
      : `${date}T${two(parts.hour)}:${two(parts.minute)}:${two(parts.second)}`;
  };
}
