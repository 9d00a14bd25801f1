import { formatDay, type LocalDay, type Zone } from '../calendar/zone.ts';
import type { Moment } from '../kernel/clock.ts';
import type { BilingualText } from './bilingual.ts';

export type Language = keyof BilingualText;

/** A text in each language, filled with the same values. */
export const both = (write: (language: Language) => string): BilingualText => ({
  vi: write('vi'),
  en: write('en'),
});

/** Decimal text as the language writes it. */
export const written = (digits: string, language: Language): string =>
  language === 'vi' ? digits.replace('.', ',') : digits;

/** A date, as both languages write it on the page: `23/11/2026`. */
export const dayText = (day: LocalDay): string => formatDay(day).split('-').reverse().join('/');

/** The office's wall clock: `23/11/2026 09:00`. */
export function clockText(moment: Moment, zone: Zone): string {
  const wall = new Date(moment + zone.offsetAt(moment)).toISOString();
  return `${dayText(zone.dayOf(moment))} ${wall.slice(11, 16)}`;
}

const LOCALES = { vi: 'vi-VN', en: 'en-GB' } as const;
export const countText = (value: number, language: Language): string =>
  value.toLocaleString(LOCALES[language]);

/** A percentage as the language writes it; a whole number without its zeros. */
export const percentText = (digits: string, language: Language): string =>
  `${written(digits.replace(/\.0+$/, ''), language)}%`;
