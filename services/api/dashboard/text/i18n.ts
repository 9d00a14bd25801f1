import { ALERTS } from './alerts.ts';
import { FINDINGS } from './findings.ts';
import { FRAME } from './frame.ts';
import { LISTS } from './lists.ts';
import { OBJECTIVES } from './objectives.ts';
import { SUBJECTS } from './subjects.ts';

/** Every text of the page: Vietnamese, English. `{name}` is filled in, `{n|day|days}` is the word for so many. Names of objectives and parts come from the server. */
export const TEXTS = { ...FRAME, ...OBJECTIVES, ...LISTS, ...SUBJECTS, ...FINDINGS, ...ALERTS };

export type Language = 'vi' | 'en';
export type TextKey = keyof typeof TEXTS;
export type Values = Readonly<Record<string, string | number>>;

const LANGUAGES = ['vi', 'en'] as const satisfies readonly Language[];

/**
 * The language that the user chose before, or else the one of the two that the browser prefers. The office works in Vietnamese.
 * @param preferred language tags, the most preferred first
 */
export function firstLanguage(chosen: string | null, preferred: readonly string[]): Language {
  const wanted = [chosen ?? '', ...preferred].map((tag) => tag.toLowerCase().split('-', 1)[0]);
  return wanted.flatMap((tag) => LANGUAGES.find((language) => language === tag) ?? [])[0] ?? 'vi';
}

const isKey = (key: string): key is TextKey => Object.hasOwn(TEXTS, key);

export function text(language: Language, key: TextKey, values: Values = {}): string {
  const [vi, en] = TEXTS[key];
  const template = language === 'vi' ? vi : en;
  return template.replace(/\{(\w+)(?:\|(\w+)\|(\w+))?\}/g, (whole, name, one, many) => {
    const value = String(values[name] ?? whole);
    return one === undefined ? value : value === '1' ? one : many;
  });
}

/** The word for a code of the server; the code itself when it is a newer one than this page knows. */
export function word(language: Language, group: string, code: string): string {
  const key = `${group}.${code}`;
  return isKey(key) ? text(language, key) : code;
}
