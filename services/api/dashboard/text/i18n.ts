import { ALERTS } from './alerts.ts';
import { FINDINGS } from './findings.ts';
import { FRAME } from './frame.ts';
import { LISTS } from './lists.ts';
import { OBJECTIVES } from './objectives.ts';
import { SUBJECTS } from './subjects.ts';

/** Every text of the page: Vietnamese, English. `{name}` is filled in, `{n|day|days}` is the word for so many. Names of objectives and parts come from the server. */
export const TEXTS = { ...FRAME, ...OBJECTIVES, ...LISTS, ...SUBJECTS, ...FINDINGS, ...ALERTS };

export type Language = 'vi' | 'en';
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

/** Texts by their keys: Vietnamese, English. */
export type Texts = Readonly<Record<string, readonly [vi: string, en: string]>>;

/** Whether the page has a word for a code of the server. */
export const isWord = (group: string, code: string): boolean => Object.hasOwn(TEXTS, `${group}.${code}`);

/** The texts of a table in one language. */
export function textsIn<Table extends Texts>(language: Language, table: Table) {
  const [at, all]: [number, Texts] = [LANGUAGES.indexOf(language), table];
  const text = (key: string, values: Values = {}): string | undefined =>
    all[key]?.[at]?.replace(/\{(\w+)(?:\|(\w+)\|(\w+))?\}/g, (whole, name, one, many) => {
      const value = String(values[name] ?? whole);
      return one === undefined ? value : value === '1' ? one : many;
    });
  return {
    t: (key: keyof Table & string, values?: Values): string => text(key, values) ?? key,
    /** The word for a code of the server; the code itself when it is a newer one than this page knows. */
    code: (group: string, code: string): string => text(`${group}.${code}`) ?? code,
  };
}
