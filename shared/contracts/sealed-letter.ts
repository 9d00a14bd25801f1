import type { Zone } from '../calendar/zone.ts';
import { unpackBase64 } from './data-base64.ts';
import type { EventKinds } from './event-kind.ts';
import type { Fault } from './fault.ts';
import { type FieldNames, fieldNames } from './field-names.ts';
import { readJson } from './json-text.ts';
import { isPersonField, NOT_SHOWN, PERSON_FIELD, pointsAtPerson, type Seal } from './pseudonym.ts';

/** What a dead letter keeps of a refused message. */
export interface Kept {
  readonly raw: Uint8Array | string;
  readonly faults: readonly Fault[];
}

/** A message as a dead letter may keep it. @param type that its sender states, where the message itself may not name it */
export type LetterSeal = (kept: Kept, type?: string | null) => Kept;

/** Deeper values of a message about a person are left out: no contract has them. */
const DEEPEST = 6;

/** Ids of events are often made of the id of the person. */
const EVENT_IDS: ReadonlySet<string> = new Set(['id', 'subject', 'corrects']);

const DATA = 'data';

/** The attributes of an event that are kept as they come. */
const ATTRIBUTES = fieldNames(['specversion', 'type', 'source', 'time', DATA, 'traceparent', ...EVENT_IDS]);

/**
 * Seals the id of the person in a message about one, and the ids of the event, and leaves out the values of names that the contract
 * does not have: one may hold the id. Of a message that is no JSON, or a text in it, a keyed hash alone is kept, so that two of them are
 * two letters. All other messages stay byte for byte.
 * @param seal without it nothing is kept of a message about a person
 */
export function letterSeal(kinds: EventKinds, zone: Zone, seal: Seal | undefined): LetterSeal {
  const people: ReadonlyMap<string, FieldNames> = new Map(
    [...kinds.values()]
      .filter(({ ofPerson }) => ofPerson)
      .map((kind) => [kind.type, fieldNames(Object.keys(kind.schema(zone).shape))]),
  );
  const marks = [PERSON_FIELD.toLowerCase(), ...people.keys()];
  const mentionsPerson = (text: string) => {
    const lower = plainText(text).toLowerCase();
    return marks.some((mark) => lower.includes(mark));
  };

  const sealed = (value: unknown, depth: number, known?: FieldNames): unknown => {
    // Data that was written out twice has the id within a text.
    if (typeof value === 'string' && namesPerson(value)) return null;
    if (typeof value !== 'object' || value === null) return value;
    if (depth > DEEPEST) return null;
    if (Array.isArray(value)) return value.map((one) => sealed(one, depth + 1));
    const fields = people.get(String(Reflect.get(value, 'type')).toLowerCase());
    const names = fields ? ATTRIBUTES : known;
    const member = (name: string, one: unknown): unknown => {
      if (names && !names.has(name.toLowerCase())) return null;
      if (isPersonField(name) || EVENT_IDS.has(name)) return isScalar(one) && seal ? seal(String(one)) : null;
      if (fields && name === DATA) return sealed(objectOrNull(one), depth + 1, fields);
      return sealed(one, depth + 1, names && NO_NAMES);
    };
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, member(name, one)]));
  };

  return (kept, type) => {
    const text = typeof kept.raw === 'string' ? kept.raw : Buffer.from(kept.raw).toString();
    const inside = text.includes('"data_base64"') ? unpackedText(text) : '';
    if (!people.has(type ?? '') && !mentionsPerson(text) && !mentionsPerson(inside)) return kept;
    const reading = readJson(text);
    const unpacked = reading.kind === 'json' ? unpackBase64(reading.value) : undefined;
    if (unpacked?.kind !== 'input' || typeof unpacked.input !== 'object' || !seal)
      return { raw: seal ? seal(text) : '', faults: kept.faults.map(hidden) };
    const faults = kept.faults.map((fault) => (mayName(fault) ? hidden(fault) : fault));
    return { raw: JSON.stringify(sealed(unpacked.input, 0)), faults };
  };
}

/** Of the fields of a person's contract none holds an object. */
const NO_NAMES = fieldNames([]);

/** A text without what hides its words: zeros between the letters (UTF-16), letters written as escapes of JSON. */
const plainText = (text: string): string =>
  text
    .replaceAll('\0', '')
    .replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

const namesPerson = (text: string): boolean =>
  plainText(text).toLowerCase().includes(PERSON_FIELD.toLowerCase());

const mayName = ({ pointer }: Fault): boolean => {
  const name = pointer.split('/').at(-1) ?? '';
  return pointsAtPerson(pointer) || EVENT_IDS.has(name) || name === DATA;
};

const hidden = (fault: Fault): Fault => ({ ...fault, was: NOT_SHOWN });

const objectOrNull = (value: unknown): object | null => (typeof value === 'object' ? value : null);

const isScalar = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number';

function unpackedText(text: string): string {
  const packed = /"data_base64"\s*:\s*"([^"]*)"/.exec(text)?.[1] ?? '';
  return Buffer.from(packed, 'base64').toString();
}
