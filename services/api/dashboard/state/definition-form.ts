import { INSPECTION_KINDS } from '../../../../shared/books/inspection/kinds.ts';
import { NAMED_WINDOWS } from '../../../../shared/calendar/windows.ts';
import { decimalShown } from '../text/decimals.ts';
import type { DEFINITIONS } from '../text/definitions.ts';
import type { Language, Values as TextValues } from '../text/i18n.ts';
import { bothIn, type Entered, type Field, inBoth, type TextForm } from './forms.ts';
import { coded, type FormWords, type RegisterChoices } from './register-forms.ts';

/** A definition as the server states it. The page knows the places that its form has, and keeps all others. */
export type Stated = Readonly<Record<string, unknown>>;

/** The content of a definition as text, by place: `title/vi`, `alerts/0/rule`. */
export type Values = ReadonlyMap<string, string>;

export interface DefinitionWords extends FormWords<keyof typeof DEFINITIONS> {
  readonly language: Language;
  readonly t: (key: keyof typeof DEFINITIONS | 'form.otherLanguage', values?: TextValues) => string;
}

/** What a formula lets a definition choose, beside its name. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  'dossiers-on-time': [],
  'documents-electronic': ['scope', 'policy'],
  'staff-title-standard': [],
  'staff-rating': ['policy', 'nd335UnderSixMonths'],
  'inspection-coverage': ['kind'],
  'hand-entered-share': ['period', 'dueWorkingDays'],
  'hand-entered-value': ['period', 'dueWorkingDays', 'measuredIn/vi', 'measuredIn/en', 'whole'],
};
/** Whether a formula gives values in a unit of their own, and no shares. */
export const isOfValues = (formula: unknown): boolean =>
  OPTIONS[String(formula)]?.includes('measuredIn/vi') ?? false;

const POLICIES: Readonly<Record<string, readonly string[]>> = {
  'documents-electronic': ['v1', 'axis-only'],
  'staff-rating': ['good-or-better', 'good'],
};

/** The codes of a place, with the group that has their words. */
const CODED: Readonly<Record<string, { readonly group: string; readonly codes: readonly string[] }>> = {
  'formula/name': { group: 'formula', codes: Object.keys(OPTIONS) },
  'formula/scope': { group: 'scope', codes: ['internal', 'inter-agency'] },
  'formula/policy': { group: 'policy', codes: [] },
  'formula/nd335UnderSixMonths': { group: 'underSixMonths', codes: ['not-rated', 'rated'] },
  'formula/kind': { group: 'inspected', codes: INSPECTION_KINDS },
  'formula/period': { group: 'period', codes: ['month', 'quarter', 'year'] },
  'formula/whole': { group: 'whole', codes: ['last', 'sum', 'mean'] },
  comparator: { group: 'comparator', codes: ['>=', '<=', '='] },
  aspirational: { group: 'aspirational', codes: ['false', 'true'] },
  window: { group: 'window', codes: NAMED_WINDOWS },
  'alerts/rule': { group: 'rule', codes: ['breach', 'at-risk'] },
};

/** The parts of a definition that are lists, with the places of one row. */
export const ROWS = {
  plan: ['what', 'resources', 'who', 'due', 'judgedBy', 'doneOn', 'result'],
  path: ['by', 'share'],
  alerts: ['rule', 'forMinutes', 'minimumVolume', 'margin', 'repeatMinutes'],
} as const;
export type RowsName = keyof typeof ROWS;

const NUMBERS = new Set(['forMinutes', 'minimumVolume', 'repeatMinutes']);
/** What stands in the measure of the formula. */
const MEASURED = new Set(['target', 'path/share', 'alerts/margin']);
const FORMS: Readonly<Record<string, TextForm>> = {
  ...{ id: 'id', 'formula/dueWorkingDays': 'whole', 'alerts/minimumVolume': 'whole' },
  ...{ 'alerts/forMinutes': 'decimal', 'alerts/repeatMinutes': 'decimal' },
  ...{ dueSoonWorkingHours: 'decimal', feedSilentWorkingHours: 'decimal' },
};
const DAYS = new Set(['due', 'doneOn', 'by', 'validFrom', 'validTo']);
const OPTIONAL = new Set(['doneOn', 'result', 'repeatMinutes', 'unit', 'field', 'procedure', 'parent']);
const PROSE = new Set(['text/vi', 'text/en']);

/** What a new row begins with. */
export const NEW_ROWS: Readonly<Record<RowsName, Readonly<Record<string, string>>>> = {
  plan: {},
  path: {},
  alerts: { rule: 'breach', forMinutes: '0', minimumVolume: '0', margin: '0', repeatMinutes: '10080' },
};

const isObject = (value: unknown): value is Stated => typeof value === 'object' && value !== null;

/** Every leaf of a definition as text. */
export function valuesOf(stated: unknown): Values {
  const leaves = (value: unknown, at: string): readonly (readonly [string, string])[] => {
    if (value === null || value === undefined) return [];
    if (!isObject(value)) return [[at, String(value)]];
    return Object.entries(value).flatMap(([key, each]) => leaves(each, at === '' ? key : `${at}/${key}`));
  };
  return new Map(leaves(stated, ''));
}

/** The rows of a list of the definition, each by its places. */
export function rowsIn(values: Values, name: RowsName): readonly Readonly<Record<string, string>>[] {
  const rows: Record<string, string>[] = [];
  for (const [place, text] of values) {
    const [list, row, ...rest] = place.split('/');
    if (list !== name) continue;
    const at = Number(row);
    rows[at] = { ...rows[at], [rest.join('/')]: text };
  }
  return rows;
}

/** The words for a place, without the numbers of its rows. */
const keyOf = (place: string): string => place.replace(/\/\d+(?=\/|$)/g, '');

/** The word for what stands at a place. @param isValue whether the formula gives values, and no shares */
export function valueText(
  place: string,
  value: unknown,
  isValue: boolean,
  { t, code, language }: DefinitionWords,
): string {
  if (value === null || value === undefined) return t('change.nothing');
  if (isObject(value)) return [...valuesOf(value).values()].join(', ');
  const key = keyOf(place.replace(/^\//, ''));
  const known = CODED[key];
  if (MEASURED.has(key)) return decimalShown(String(value), isValue ? 'decimal' : 'share', language);
  return known ? code(known.group, String(value)) : String(value);
}

/** The label of a place: `Line of the plan 2: Due`. @param pointer with or without its first `/` */
export function placeLabel(pointer: string, { t, code }: DefinitionWords): string {
  const place = pointer.replace(/^\//, '');
  const [list = '', row, ...rest] = place.split('/');
  const label = code('define', keyOf(place));
  if (row === undefined || !/^\d+$/.test(row)) return label === keyOf(place) ? place : label;
  const named = t('define.row', { name: code('define', list), n: Number(row) + 1 });
  return rest.length === 0 ? named : `${named}: ${label}`;
}

function plainFieldAt(place: string, values: Values, words: DefinitionWords): Field {
  const { code } = words;
  const key = keyOf(place);
  const last = key.split('/').at(-1) ?? key;
  const known = CODED[key];
  const common = {
    ...{ name: place, label: code('define', key), value: values.get(place) },
    isOptional: OPTIONAL.has(last),
  };
  if (known) {
    const codes = key === 'formula/policy' ? (POLICIES[values.get('formula/name') ?? ''] ?? []) : known.codes;
    return { ...common, kind: 'choice', options: coded({ code }, known.group, codes) };
  }
  if (DAYS.has(last)) return { ...common, kind: 'day', ...(key === 'validFrom' && { atMost: 'validTo' }) };
  if (PROSE.has(key)) return { ...common, kind: 'prose', most: 2_000 };
  const measured = isOfValues(values.get('formula/name')) ? 'decimal' : 'share';
  return { ...common, kind: 'line', most: 2_000, form: MEASURED.has(key) ? measured : FORMS[key] };
}

/** One field of the form. */
export function fieldAt(place: string, values: Values, words: DefinitionWords): Field {
  const field = plainFieldAt(place, values, words);
  return /\/(vi|en)$/.test(place) ? inBoth(field, words) : field;
}

/** The fields of one row of a list. @param content what it begins with @param formula the one that is chosen now */
export const rowFields = (
  name: RowsName,
  row: number,
  content: Readonly<Record<string, string>>,
  formula: string,
  words: DefinitionWords,
): readonly Field[] => {
  const placed = new Map(Object.entries(content).map(([place, text]) => [`${name}/${row}/${place}`, text]));
  placed.set('formula/name', formula);
  return ROWS[name].map((place) => fieldAt(`${name}/${row}/${place}`, placed, words));
};

export interface Section {
  readonly name: 'what' | 'formula' | 'scope' | 'plan' | 'alerts';
  readonly fields: readonly Field[];
  readonly lists: readonly RowsName[];
}

/** The fields of a definition, in sections. @param seen undefined for a new objective @param formula the one that is chosen now */
export function definitionSections(
  values: Values,
  seen: Stated | undefined,
  formula: string,
  { units, isLimited, objectives }: RegisterChoices,
  words: DefinitionWords,
): readonly Section[] {
  const { t } = words;
  // What the formula before let choose means nothing to another.
  const isSame = values.get('formula/name') === formula;
  const known = new Map([...values].filter(([place]) => isSame || !place.startsWith('formula/')));
  known.set('formula/name', formula);
  const at = (place: string): Field => fieldAt(place, known, words);
  const version = Number(seen?.version ?? 0);
  const identity: readonly Field[] = seen
    ? [
        {
          ...{ kind: 'choice', name: 'version', label: t('define.version'), hint: t('define.versionHint') },
          value: values.get('version') === String(version) ? undefined : values.get('version'),
          options: [
            { value: String(version), label: t('define.same', { n: version }) },
            { value: String(version + 1), label: t('define.next', { n: version + 1 }) },
          ],
        },
      ]
    : [{ ...at('id'), hint: t('define.idHint') }];
  const unit: Field = {
    ...{ ...at('unit'), kind: 'choice', options: units },
    ...(isLimited ? { isOptional: false } : { hint: t('define.unitHint') }),
  };
  return [
    {
      name: 'what',
      fields: [
        ...identity,
        ...['title/vi', 'title/en', 'text/vi', 'text/en', 'source', 'owner/vi', 'owner/en'].map(at),
      ],
      lists: [],
    },
    {
      name: 'formula',
      fields: [
        at('formula/name'),
        ...(OPTIONS[formula] ?? []).map((option) => at(`formula/${option}`)),
        at('comparator'),
        { ...at('target'), hint: t('define.targetHint') },
        at('aspirational'),
      ],
      lists: [],
    },
    {
      name: 'scope',
      fields: [
        at('window'),
        ...['validFrom', 'validTo'].map(at),
        unit,
        { ...at('field'), kind: 'line', catalogue: 'fields' },
        { ...at('procedure'), kind: 'line', catalogue: 'procedures' },
        { ...at('parent'), kind: 'choice', options: objectives },
      ],
      lists: [],
    },
    { name: 'plan', fields: [], lists: ['plan', 'path'] },
    { name: 'alerts', fields: ['dueSoonWorkingHours', 'feedSilentWorkingHours'].map(at), lists: ['alerts'] },
  ];
}

/** A number where the text is one; else the text, so that the server reports what it was. */
const numberIn = (text: string | undefined): number | string | undefined => {
  const value = Number(text);
  return text === undefined || Number.isNaN(value) ? text : value;
};
/** What a cell of a row states. Without a reminder an alert states that. */
function cellIn(place: string, text: string | undefined): unknown {
  if (!NUMBERS.has(place)) return text;
  return numberIn(text) ?? (place === 'repeatMinutes' ? null : undefined);
}
const given = (all: Readonly<Record<string, unknown>>): Stated =>
  Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));

/** What the form states. @param base what it began with: what the form has no field for, stays */
export function definitionIn(
  entered: Entered,
  base: Stated,
  rows: Readonly<Record<RowsName, number>>,
): Stated {
  const list = (name: RowsName) =>
    Array.from({ length: rows[name] }, (_, row) =>
      given(
        Object.fromEntries(
          ROWS[name].map((place) => [place, cellIn(place, entered[`${name}/${row}/${place}`])]),
        ),
      ),
    );
  const some = (name: RowsName) => (rows[name] > 0 ? list(name) : undefined);
  const { id, version, source, target, comparator, window, validFrom, validTo } = entered;
  return given({
    ...base,
    id: id ?? base.id,
    version: numberIn(version) ?? base.version,
    ...{ title: bothIn(entered, 'title'), text: bothIn(entered, 'text'), owner: bothIn(entered, 'owner') },
    formula: formulaIn(entered, base.formula),
    ...{ source, target, comparator, window, validFrom, validTo },
    aspirational: entered.aspirational === 'true',
    unit: entered.unit ?? null,
    ...{ field: entered.field, procedure: entered.procedure, parent: entered.parent },
    ...{ plan: some('plan'), path: some('path'), alerts: list('alerts') },
    dueSoonWorkingHours: numberIn(entered.dueSoonWorkingHours),
    feedSilentWorkingHours: numberIn(entered.feedSilentWorkingHours),
  });
}

/** The options of a formula that the form has no field for stay while the formula does. */
function formulaIn(entered: Entered, base: unknown): Stated {
  const name = entered['formula/name'] ?? '';
  const kept = isObject(base) && base.name === name ? base : { version: 1 };
  const options = OPTIONS[name] ?? [];
  const chosen = options
    .filter((option) => !option.includes('/'))
    .map((option) => [option, entered[`formula/${option}`]] as const)
    .map(([option, text]) => [option, option === 'dueWorkingDays' ? numberIn(text) : text]);
  const isMeasured = options.some((option) => option.startsWith('measuredIn/'));
  return given({
    ...{ ...kept, name },
    ...Object.fromEntries(chosen),
    ...(isMeasured && { measuredIn: bothIn(entered, 'formula/measuredIn') }),
  });
}

const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) =>
    isObject(each) && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  ) ?? '';

/** What the form has, upon a newer statement: a part that was changed in the form stays, the others follow. */
export function mergedDefinition(seen: Stated, form: Stated, now: Stated): Stated {
  const keys = new Set([...Object.keys(form), ...Object.keys(now)]);
  return given(
    Object.fromEntries(
      [...keys].map((key) => [key, textOf(form[key]) === textOf(seen[key]) ? now[key] : form[key]]),
    ),
  );
}

export interface Change {
  readonly pointer: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** The places at which two definitions differ. */
export function changesOf(before: Stated, after: Stated): readonly Change[] {
  const [was, is] = [valuesOf(before), valuesOf(after)];
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter((place) => was.get(place) !== is.get(place))
    .map((place) => ({ pointer: place, before: was.get(place), after: is.get(place) }));
}

/** An empty definition. @param year in which it begins */
export const blankDefinition = (year: number): Stated => ({
  version: 1,
  formula: { name: 'hand-entered-share', version: 1, period: 'month', dueWorkingDays: 10 },
  comparator: '>=',
  aspirational: false,
  window: 'year',
  unit: null,
  validFrom: `${year}-01-01`,
  validTo: `${year}-12-31`,
  dueSoonWorkingHours: 16,
  feedSilentWorkingHours: 8,
  alerts: [{ rule: 'breach', forMinutes: 0, minimumVolume: 0, margin: '0', repeatMinutes: 10_080 }],
});

/** A new objective made after another: it has no id yet, and begins this year. */
export function definitionAfter({ id: _, ...other }: Stated, year: number): Stated {
  return { ...other, version: 1, validFrom: `${year}-01-01`, validTo: `${year}-12-31` };
}

export type DefinitionState = 'in-force' | 'carried-over' | 'not-yet' | 'closed' | 'closing';

/** How an objective stands on a day. @param today yyyy-MM-dd */
export function definitionState(
  { versions, lastDay }: { readonly versions: readonly Stated[]; readonly lastDay: string | null },
  today: string,
): DefinitionState {
  if (lastDay !== null) return lastDay < today ? 'closed' : 'closing';
  const begun = versions.filter(({ validFrom }) => String(validFrom) <= today);
  if (begun.length === 0) return 'not-yet';
  return begun.some(({ validTo }) => String(validTo) >= today) ? 'in-force' : 'carried-over';
}
