import { z } from 'zod';
import { isUnsetDate } from '../calendar/when.ts';
import { composed, saysNothing } from '../kernel/written-text.ts';
import { hasAxisSuffix } from './axis-suffix.ts';
import type { Fault, FaultCode } from './fault.ts';
import { type FieldNames, fieldNames, misspelling, readName } from './field-names.ts';

/** The fields that a schema of an object reads, and of the objects within it. */
export interface Fields {
  readonly names: FieldNames;
  readonly byName: ReadonlyMap<string, Field>;
}

export interface Field {
  /** It says when: a date that was never set says nothing there. */
  readonly isWhen: boolean;
  /** Null is a value of its own there, e.g. "there is no due date". */
  readonly nullable: boolean;
  /** An empty text was a value there once: what is stored with it must be known again. */
  readonly wasKeptEmpty: boolean;
  /** A list that may be left out. */
  readonly isList: boolean;
  /** Of the object, or of the objects of the list, that stands there. */
  readonly below: Fields | undefined;
}

/** A field of which nothing is asked. */
export const ANYTHING: Field = {
  isWhen: false,
  nullable: true,
  wasKeptEmpty: false,
  isList: false,
  below: undefined,
};

/** What was noted while an object was read. */
export interface Notes {
  /** Dotted names that no contract has, each once. */
  readonly dropped: Set<string>;
  /** Names that differ from a contract's by the case of their letters alone. */
  readonly misspelt: Fault[];
  /** Whether the contents differ from what would have been stored before texts were composed and empty ones left out. */
  altered: boolean;
}

export const noNotes = (): Notes => ({ dropped: new Set(), misspelt: [], altered: false });

/** @param whens names of its fields that say when */
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

/** Where an object stands in its event, for its faults and for the names that are dropped. */
export interface Place {
  readonly code: FaultCode;
  readonly path: readonly PropertyKey[];
  readonly prefix: string;
}

/**
 * What an object says in the fields that are read: texts composed, fields that say nothing left out, other names noted. What is
 * no object is given back as it is, for the schema to refuse.
 */
export function readFields(value: unknown, fields: Fields, notes: Notes, place: Place): unknown {
  if (!isRecord(value)) return value;
  const read: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const field = fields.byName.get(name);
    const given = value[name];
    const said = field ? withoutEmpty(given, field, notes) : given;
    if (!field) noteName(name, said, fields, notes, place);
    else if (!(saysNothing(said) || isUnset(said, field)) || (said === null && field.nullable)) {
      read[name] = readValue(said, field, name, notes, place);
    } else if (said !== null && field.wasKeptEmpty) notes.altered = true;
  }
  return read;
}

/** Elements that say nothing are passed over, and a list without any other is a field left out. */
function withoutEmpty(given: unknown, { isList }: Field, notes: Notes): unknown {
  if (!isList || !Array.isArray(given)) return given;
  const elements = given.filter((element) => !saysNothing(element));
  if (elements.length > 0) return elements;
  notes.altered = true;
  return undefined;
}

const isUnset = (said: unknown, { isWhen }: Field): boolean =>
  isWhen && typeof said === 'string' && isUnsetDate(said);

function readValue(said: unknown, field: Field, name: string, notes: Notes, place: Place): unknown {
  if (typeof said === 'string') return readText(said, notes);
  if (typeof said !== 'object' || said === null) return said;
  const { below } = field;
  const { code, path, prefix } = place;
  if (!Array.isArray(said)) {
    if (!below) return said;
    return readFields(said, below, notes, { code, path: [...path, name], prefix: `${prefix}${name}.` });
  }
  return said.map((element: unknown, index) => {
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

function noteName(name: string, said: unknown, fields: Fields, notes: Notes, place: Place): void {
  const reading = readName(name, fields.names);
  if (reading.kind === 'misspelt') {
    notes.misspelt.push(misspelling(place.code, [...place.path, name], said, reading.name));
  } else {
    notes.dropped.add(place.prefix + name);
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
