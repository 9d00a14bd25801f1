import { OBJECTIVE_ID } from '../../../../shared/measures/objective-id.ts';
import { isDecimal, isShare } from '../../../../shared/measures/rate.ts';
import { Problem } from '../client/problem.ts';
import { type DecimalForm, decimalFrom, decimalShown } from '../text/decimals.ts';
import type { Language, Values } from '../text/i18n.ts';

/** What is declared: the fields of administration, the procedures. */
export type Catalogue = 'fields' | 'procedures';

/** What a line must be, which the page checks before it sends it. */
export type TextForm = DecimalForm | 'whole' | 'id';

interface FieldBase {
  /** The name of the field in the body, or its place: `title/vi`. Problems point to it. */
  readonly name: string;
  readonly label: string;
  readonly value?: string | undefined;
  readonly isOptional?: boolean;
  readonly hint?: string | undefined;
  /** The name of the field that it may not exceed: a number, or a day. */
  readonly atMost?: string;
}

export interface Option {
  readonly value: string;
  readonly label: string;
  /** Of a tree: how deep it stands, each option after the one above it. */
  readonly level?: number;
}

/** One field of a form. */
export type Field = FieldBase &
  (
    | {
        readonly kind: 'line';
        readonly most?: number;
        readonly form?: TextForm | undefined;
        /** What is declared, which it offers by name; other codes are taken, too. */
        readonly catalogue?: Catalogue;
        /** The least and the greatest number that it takes. */
        readonly range?: readonly [least: number, greatest: number];
      }
    | { readonly kind: 'prose'; readonly most?: number }
    | {
        readonly kind: 'day';
        /** Whether it is of what has been done: a day to come is none. */
        readonly hasCome?: boolean;
      }
    | { readonly kind: 'choice'; readonly options: readonly Option[] }
    | {
        /** Any number of the options, at least one where it is needed. */
        readonly kind: 'choices';
        readonly options: readonly Option[];
        /** What it begins with. */
        readonly values?: readonly string[];
      }
  );
export type ChoicesField = Extract<Field, { kind: 'choices' }>;

/** An option of a tree with all that stand below it. */
export function withBelow(options: readonly Option[], at: number): readonly string[] {
  const level = options[at]?.level ?? 0;
  const below = options.slice(at + 1);
  const end = below.findIndex((one) => (one.level ?? 0) <= level);
  return options.slice(at, end < 0 ? undefined : at + 1 + end).map(({ value }) => value);
}

/** What a list offers. What stands there now stays, also where it is offered no more: a unit that is merged, a code of a newer server. */
export const optionsOf = ({ value, options }: Extract<Field, { kind: 'choice' }>): readonly Option[] =>
  value === undefined || options.some((one) => one.value === value)
    ? options
    : [...options, { value, label: value }];

/** The name of a code; null of one that is not among those that are declared, if any is. */
export const declaredName = (declared: readonly Option[], code: string): string | null | undefined => {
  const text = code.trim();
  if (text === '' || declared.length === 0) return undefined;
  return declared.find((one) => one.value === text)?.label ?? null;
};

/** How the decimal of a field is written; undefined of any other field. */
const decimalOf = (field: Field): DecimalForm | undefined =>
  field.kind === 'line' && (field.form === 'share' || field.form === 'decimal') ? field.form : undefined;

/** What a field begins with, as people write it. */
export function shownIn(field: Field, language: Language): string | undefined {
  const form = decimalOf(field);
  return form && field.value !== undefined ? decimalShown(field.value, form, language) : field.value;
}

/** What stands in a field, as people read it. */
export function textIn(field: Field, language: Language): string | undefined {
  if (field.kind === 'choice') return optionsOf(field).find(({ value }) => value === field.value)?.label;
  return shownIn(field, language);
}

/**
 * What the user has entered, by the names of the fields: without white space around, without empty values, decimals as the API has
 * them. Of a field of many choices each stands at its own place: `units/0`.
 */
export type Entered = Readonly<Record<string, string>>;

export const enteredIn = (fields: readonly Field[], data: FormData, language: Language): Entered =>
  Object.fromEntries(
    fields.flatMap((field) => {
      const { name } = field;
      if (field.kind === 'choices') return data.getAll(name).map((one, at) => [`${name}/${at}`, String(one)]);
      const value = data.get(name);
      const text = typeof value === 'string' ? value.trim() : '';
      const form = decimalOf(field);
      return text === '' ? [] : [[name, (form && decimalFrom(text, form, language)) ?? text]];
    }),
  );

/** A random part of an id. */
export const newAttempt = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(4)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );

/** What was chosen in a field of many choices. */
export const listIn = (entered: Entered, name: string): readonly string[] => {
  const values: string[] = [];
  for (;;) {
    const value = entered[`${name}/${values.length}`];
    if (value === undefined) return values;
    values.push(value);
  }
};

/** A text that is asked for in both languages: the one of the page is needed, the other may be left empty. */
export const inBoth = (
  field: Field,
  { language, t }: { readonly language: Language; readonly t: (key: 'form.otherLanguage') => string },
): Field =>
  field.name.endsWith(`/${language}`) ? field : { ...field, isOptional: true, hint: t('form.otherLanguage') };

/** The text of both languages: where one is left empty, the other stands for it. */
export const bothIn = (entered: Entered, place: string) => {
  const { [`${place}/vi`]: vi, [`${place}/en`]: en } = entered;
  return { vi: vi ?? en ?? '', en: en ?? vi ?? '' };
};

/** What the page itself finds wrong with a field. */
export interface OwnFault {
  readonly key: 'missing' | 'atMost' | 'notAfter' | 'hasCome' | 'range' | TextForm;
  /** What its text names. */
  readonly values: Values;
}

const FITS: Readonly<Record<TextForm, (text: string) => boolean>> = {
  share: isShare,
  decimal: isDecimal,
  whole: (text) => /^\d{1,9}$/.test(text),
  id: (text) => OBJECTIVE_ID.test(text),
};

/** What is wrong with a text that is entered, by itself. */
function faultOf(field: Field, text: string, today: string): OwnFault | undefined {
  if (field.kind === 'day') return field.hasCome && text > today ? { key: 'hasCome', values: {} } : undefined;
  if (field.kind !== 'line') return undefined;
  if (field.form && !FITS[field.form](text)) return { key: field.form, values: {} };
  const [least, greatest] = field.range ?? [-Infinity, Infinity];
  const isWithin = field.range === undefined || (Number(text) >= least && Number(text) <= greatest);
  return isWithin ? undefined : { key: 'range', values: { least, greatest } };
}

/** What is wrong with the fields, by their names. @param today yyyy-MM-dd, in the office */
export function faultsIn(
  fields: readonly Field[],
  entered: Entered,
  today: string,
): ReadonlyMap<string, OwnFault> {
  const beyond = (field: Field, text: string): OwnFault | undefined => {
    const other = fields.find(({ name }) => name === field.atMost);
    const most = other && entered[other.name];
    if (other === undefined || most === undefined) return undefined;
    const values = { label: other.label };
    if (field.kind === 'day') return text > most ? { key: 'notAfter', values } : undefined;
    return Number(text) > Number(most) ? { key: 'atMost', values } : undefined;
  };
  const inField = (field: Field): OwnFault | undefined => {
    const text = entered[field.kind === 'choices' ? `${field.name}/0` : field.name];
    if (text === undefined) return field.isOptional ? undefined : { key: 'missing', values: {} };
    return faultOf(field, text, today) ?? beyond(field, text);
  };
  return new Map(
    fields.flatMap((field) => {
      const fault = inField(field);
      return fault ? [[field.name, fault]] : [];
    }),
  );
}

/** A refusal in its parts: what stands beside each field, and whether anything is left that concerns none. */
export interface Refusal {
  readonly byField: ReadonlyMap<string, string>;
  readonly isWhole: boolean;
}

/** The field that a fault belongs to: it may stand deeper in the body (`/definition/target`), and be a place itself (`title/vi`). */
function fieldOf(pointer: string, names: readonly string[]): string | undefined {
  const within = names.filter((name) => `${pointer}/`.includes(`/${name}/`));
  const [closest] = within.toSorted((a, b) => b.length - a.length);
  // What lacks all of its fields is reported as a whole.
  return closest ?? names.find((name) => name.includes('/') && pointer.endsWith(`/${name.split('/')[0]}`));
}

/** Which field each fault of a problem belongs to, by its JSON Pointer. */
export function refusalOf(problem: unknown, fields: readonly Field[]): Refusal {
  const errors = problem instanceof Problem ? problem.errors : [];
  const names = fields.map(({ name }) => name);
  const placed = errors.flatMap(({ pointer, detail }) => {
    const name = fieldOf(pointer, names);
    return name === undefined ? [] : [[name, detail] as const];
  });
  return { byField: new Map(placed), isWhole: errors.length === 0 || placed.length < errors.length };
}
