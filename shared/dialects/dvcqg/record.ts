import { dossierStatusV1 } from '../../books/dossier/status.v1.ts';
import { zoneOf } from '../../calendar/zone.ts';
import { type Fault, pointerOf, shown } from '../../contracts/fault.ts';
import { type FieldNames, fieldNames, misspelling, readName } from '../../contracts/field-names.ts';
import { hasItsDigits, TEXT_OF_NUMBER } from '../../contracts/json-text.ts';
import { statesNothing } from '../../kernel/written-text.ts';
import { dateReader } from '../date-forms.ts';
import {
  DOSSIER_NAMES,
  type DossierName,
  PROGRESS_NAMES,
  type ProgressName,
  RECORD_NAMES,
  type Service,
  SUPPLEMENT_NAMES,
  SUPPLEMENTS,
  type SupplementName,
} from './names.ts';

/** A value as it stands in a record, with the place that a fault points at. */
export class Written {
  readonly text: string;
  readonly pointer: string;
  readonly was: unknown;

  constructor(text: string, pointer: string, was: unknown) {
    this.text = text;
    this.pointer = pointer;
    this.was = was;
  }

  /** The same value, understood as another text. */
  as(text: string): Written {
    return new Written(text, this.pointer, this.was);
  }
}

export type Fields<Name extends string> = { readonly [Each in Name]?: Written };

/** A record as it was read: its fields, or the faults for which it cannot be relied on. */
export type RecordRead =
  | {
      readonly kind: 'record';
      readonly service: Service;
      readonly fields: Fields<DossierName | ProgressName>;
      readonly supplements: readonly Fields<SupplementName>[];
    }
  | { readonly kind: 'invalid'; readonly faults: readonly Fault[] };

/** Faults and values point into the request that a dead letter keeps, which holds one record. */
export const RECORD = pointerOf(['data', 0]);

const recordNames = fieldNames([...RECORD_NAMES, SUPPLEMENTS]);
const supplementNames = fieldNames(SUPPLEMENT_NAMES);
/** A sender may write a record by the names of the contract: they are kept too, for the person who mends it. */
const keptNames = fieldNames([...Object.keys(dossierStatusV1(zoneOf('UTC')).shape), ...recordNames.values()]);

/** @param stated the service that the request names */
export function readRecord(item: unknown, stated: Service | undefined): RecordRead {
  if (!isObject(item)) {
    const expected = 'a record of a dossier, as an object';
    return { kind: 'invalid', faults: [{ ...faultAt(RECORD, item, expected), was: shownApart(item) }] };
  }
  const faults: Fault[] = [];
  const fields: Fields<DossierName | ProgressName> = fieldsOf(item, ['data', 0], recordNames, faults);
  const supplements = supplementsOf(item[SUPPLEMENTS], faults);
  if (faults.length > 0) return { kind: 'invalid', faults };
  return { kind: 'record', service: stated ?? serviceOf(fields), fields, supplements };
}

/** One class for both services may fill the fields of progress beside those of a dossier, never the other way round. */
function serviceOf(fields: Fields<DossierName | ProgressName>): Service {
  const { TrangThaiHoSo, NgayTiepNhan, TrangThai, ThoiDiemXuLy } = fields;
  if (TrangThaiHoSo || NgayTiepNhan) return 'DongBoHoSoMC';
  return TrangThai || ThoiDiemXuLy ? 'CapNhatTienDoHoSoMC' : 'DongBoHoSoMC';
}

/** The fields that have a value. A name in other letters is a fault: if it were skipped, its value would be lost without notice. */
function fieldsOf(
  object: Readonly<Record<string, unknown>>,
  path: readonly PropertyKey[],
  names: FieldNames,
  faults: Fault[],
): Readonly<Record<string, Written>> {
  const fields: Record<string, Written> = {};
  for (const [name, value] of Object.entries(object)) {
    const reading = readName(name, names);
    if (reading.kind === 'misspelt') {
      faults.push(misspelling('data-invalid', [...path, name], value, reading.name));
    }
    if (reading.kind !== 'known' || name === SUPPLEMENTS) continue;
    const pointer = pointerOf([...path, name]);
    const written = writtenAt(pointer, value, faults);
    const text = written && (isDate(name) ? dateText(written) : written);
    if (text) fields[name] = new Written(text, pointer, value);
  }
  return fields;
}

/** Adapters write numbers as text and text as numbers, and leave a value out in three ways. */
function writtenAt(pointer: string, value: unknown, faults: Fault[]): string | undefined {
  if (statesNothing(value)) return undefined;
  const isNumber = typeof value === 'number';
  if (typeof value === 'string' || (isNumber && hasItsDigits(value))) return String(value).trim();
  faults.push(faultAt(pointer, value, isNumber ? TEXT_OF_NUMBER : 'text or a number'));
  return undefined;
}

/** Some serialisers write a list of one as the one, and leave nulls in it. */
function supplementsOf(value: unknown, faults: Fault[]): readonly Fields<SupplementName>[] {
  if (statesNothing(value)) return [];
  const path = ['data', 0, SUPPLEMENTS];
  const places: readonly (readonly [readonly PropertyKey[], unknown])[] = Array.isArray(value)
    ? value.map((element: unknown, index) => [[...path, index], element])
    : [[path, value]];
  return places.flatMap(([at, element]) => {
    if (element === null) return [];
    if (isObject(element)) return [fieldsOf(element, at, supplementNames, faults)];
    const fault = faultAt(pointerOf(at), element, 'a supplement, as an object');
    faults.push({ ...fault, was: shownApart(element) });
    return [];
  });
}

const isDate = (name: string): boolean => /^(Ngay|ThoiDiem)/.test(name);
const read = dateReader(['yyyyMMddHHmmss', 'yyyyMMddHHmm', 'yyyyMMdd', 'iso']);

/**
 * A date as the contracts read it: `yyyy-MM-dd` when it names a day (midnight without an offset is .NET's `DateTime.Date`).
 * @returns undefined for .NET's unset date; the text itself in no known form, so that the contract refuses it
 */
function dateText(written: string): string | undefined {
  const text = read(written) ?? written;
  if (/^0001-01-01(?:$|[Tt ]00:00)/.test(text)) return undefined;
  return /^(\d{4}-\d{2}-\d{2})[Tt ]00:00(?::00(?:[.,]0+)?)?$/.exec(text)?.[1] ?? text;
}

/**
 * The content of a record that a dead letter keeps: the fields that this dialect or the contract names, in any letters, and only the names of
 * all others.
 */
export function keptOf(item: unknown): { readonly content: unknown; readonly omitted: readonly string[] } {
  const omitted = new Set<string>();
  return { content: keptWith(item, keptNames, '', omitted), omitted: [...omitted] };
}

function keptWith(item: unknown, names: FieldNames, prefix: string, omitted: Set<string>): unknown {
  if (!isObject(item)) return typeof item === 'string' || Array.isArray(item) ? shownApart(item) : item;
  const entries = Object.entries(item).flatMap(([name, value]): [string, unknown][] => {
    const known = names.get(name.toLowerCase());
    if (known === undefined) {
      omitted.add(prefix + name);
      return [];
    }
    return [[name, known === SUPPLEMENTS ? keptList(value, omitted) : keptValue(value)]];
  });
  return Object.fromEntries(entries);
}

const keptList = (value: unknown, omitted: Set<string>): unknown => {
  const one = (element: unknown) => keptWith(element, supplementNames, `${SUPPLEMENTS}.`, omitted);
  return Array.isArray(value) ? value.map(one) : one(value);
};

const keptValue = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? shown(value) : value;

/** The kind of value in the place of a record, without its content: a text there may be a whole record. */
const shownApart = (value: unknown): string =>
  typeof value === 'string' ? `a text of ${value.length} characters` : shown(value);

const READ: Readonly<Record<Service, ReadonlySet<string>>> = {
  DongBoHoSoMC: new Set([
    ...DOSSIER_NAMES,
    SUPPLEMENTS,
    ...SUPPLEMENT_NAMES.map((name) => `${SUPPLEMENTS}.${name}`),
  ]),
  CapNhatTienDoHoSoMC: new Set(PROGRESS_NAMES),
};

/** The names of a record that have a value and were not read; the names within a list come after the list's name. */
export function droppedOf(item: unknown, service: Service): readonly string[] {
  const read = READ[service];
  const dropped = new Set<string>();
  const add = (value: unknown, prefix: string) => {
    if (!isObject(value)) return;
    for (const name of Object.keys(value)) if (!read.has(prefix + name)) dropped.add(prefix + name);
  };
  add(item, '');
  const list = isObject(item) && service === 'DongBoHoSoMC' ? item[SUPPLEMENTS] : undefined;
  for (const element of Array.isArray(list) ? list : [list]) add(element, `${SUPPLEMENTS}.`);
  return [...dropped];
}

export const faultAt = (pointer: string, was: unknown, expected: string): Fault => ({
  code: 'data-invalid',
  pointer,
  was: shown(was),
  expected,
});

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
