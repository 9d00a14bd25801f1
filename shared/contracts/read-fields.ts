import { z } from 'zod';
import { isUnsetDate } from '../calendar/when.ts';
import { composed, statesNothing } from '../kernel/written-text.ts';
import { hasAxisSuffix } from './axis-suffix.ts';
import type { Fault, FaultCode } from './fault.ts';
import { type FieldNames, fieldNames, misspelling, readName } from './field-names.ts';

/** The fields that a schema of an object reads, and those of its nested objects. */
export interface Fields {
  readonly names: FieldNames;
  readonly byName: ReadonlyMap<string, Field>;
}

export interface Field {
  /** The field is a time: a date that was never set states nothing. */
  readonly isWhen: boolean;
  /** Null is a value here, e.g. "there is no due date". */
  readonly nullable: boolean;
  /** An empty text was a value here in earlier versions: content stored with it must be recognised. */
  readonly wasKeptEmpty: boolean;
  /** A list that may be absent. */
  readonly isList: boolean;
  /** The fields of the object, or of the objects in the list, at this place. */
  readonly below: Fields | undefined;
}

/** A field without any of these properties. */
export const ANYTHING: Field = {
  isWhen: false,
  nullable: true,
  wasKeptEmpty: false,
  isList: false,
  below: undefined,
};

/** Observations during the reading of an object. */
export interface Notes {
  /** Dotted names that no contract has, each once. */
  readonly dropped: Set<string>;
  /** Names that differ from a contract's only by the case of their letters. */
  readonly misspelt: Fault[];
  /** Whether the contents differ from those of earlier versions, which did not compose texts or leave out empty ones. */
  altered: boolean;
}

export const noNotes = (): Notes => ({ dropped: new Set(), misspelt: [], altered: false });

/** @param whens names of the fields with a time */
export function fieldsOf(schema: z.ZodObject, whens: readonly string[] = []): Fields {
  const entries = Object.entries(schema.shape).map(([name, field]): [string, Field] => [
    name,
    {
      isWhen: whens.includes(name),
      nullable: field.safeParse(null).success,
      wasKeptEmpty: field.safeParse('').success,
      isList: isListOrNothing(field),
      below: fieldsWithin(field),
    },
  ]);
  return { names: fieldNames(entries.map(([name]) => name)), byName: new Map(entries) };
}

const isListOrNothing = (field: z.ZodType): boolean =>
  field.safeParse(undefined).success && field.safeParse([]).success && !field.safeParse({}).success;

function fieldsWithin(schema: unknown): Fields | undefined {
  if (schema instanceof z.ZodObject) return fieldsOf(schema);
  if (schema instanceof z.ZodArray) return fieldsWithin(schema.element);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return fieldsWithin(schema.unwrap());
  return undefined;
}

/** The place of an object in its event, for faults and for dropped names. */
export interface Place {
  readonly code: FaultCode;
  readonly path: readonly PropertyKey[];
  readonly prefix: string;
}

/**
 * Reads the known fields of an object: composes texts, leaves out fields that state nothing, notes other names. Returns any
 * other value unchanged, for the schema to refuse.
 */
export function readFields(object: unknown, fields: Fields, notes: Notes, place: Place): unknown {
  if (!isRecord(object)) return object;
  const read: Record<string, unknown> = {};
  for (const name of Object.keys(object)) {
    const field = fields.byName.get(name);
    const given = object[name];
    const value = field ? withoutEmpty(given, field, notes) : given;
    if (!field) noteName(name, value, fields, notes, place);
    else if (!(statesNothing(value) || isUnset(value, field)) || (value === null && field.nullable)) {
      read[name] = readValue(value, field, name, notes, place);
    } else if (value !== null && field.wasKeptEmpty) notes.altered = true;
  }
  return read;
}

/** Drops elements that state nothing; a list without other elements is an absent field. */
function withoutEmpty(given: unknown, { isList }: Field, notes: Notes): unknown {
  if (!isList || !Array.isArray(given)) return given;
  const elements = given.filter((element) => !statesNothing(element));
  if (elements.length > 0) return elements;
  notes.altered = true;
  return undefined;
}

const isUnset = (value: unknown, { isWhen }: Field): boolean =>
  isWhen && typeof value === 'string' && isUnsetDate(value);

function readValue(value: unknown, field: Field, name: string, notes: Notes, place: Place): unknown {
  if (typeof value === 'string') return readText(value, notes);
  if (typeof value !== 'object' || value === null) return value;
  const { below } = field;
  const { code, path, prefix } = place;
  if (!Array.isArray(value)) {
    if (!below) return value;
    return readFields(value, below, notes, { code, path: [...path, name], prefix: `${prefix}${name}.` });
  }
  return value.map((element: unknown, index) => {
    if (typeof element === 'string') return readText(element, notes);
    if (!below) return element;
    return readFields(element, below, notes, {
      code,
      path: [...path, name, index],
      prefix: `${prefix}${name}.`,
    });
  });
}

function readText(written: string, notes: Notes): string {
  const text = composed(written);
  if (text !== written || hasAxisSuffix(text)) notes.altered = true;
  return text;
}

function noteName(name: string, value: unknown, fields: Fields, notes: Notes, place: Place): void {
  const reading = readName(name, fields.names);
  if (reading.kind === 'misspelt') {
    notes.misspelt.push(misspelling(place.code, [...place.path, name], value, reading.name));
  } else {
    notes.dropped.add(place.prefix + name);
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
