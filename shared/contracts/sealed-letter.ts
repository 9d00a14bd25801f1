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

/** A message as a dead letter may keep it. */
export type LetterSeal = (kept: Kept) => Kept;

/** Deeper values of a message about a person are left out: no contract has them. */
const DEEPEST = 6;

/** Ids of events are often made of the id of the person. */
const EVENT_IDS: ReadonlySet<string> = new Set(['id', 'subject', 'corrects']);

/**
 * Seals the id of the person in a message about one, and the ids of the event, and leaves out the values of names that the contract
 * does not have: one may hold the id. Where the message is no JSON, nothing of it is kept. All other messages stay byte for byte.
 * @param seal without it nothing is kept of a message about a person
 */
export function letterSeal(kinds: EventKinds, zone: Zone, seal: Seal | undefined): LetterSeal {
  const people: ReadonlyMap<unknown, FieldNames> = new Map(
    [...kinds.values()]
      .filter(({ ofPerson }) => ofPerson)
      .map((kind) => [kind.type, fieldNames(Object.keys(kind.schema(zone).shape))]),
  );
  const marks = [PERSON_FIELD.toLowerCase(), ...[...people.keys()].map(String)];
  const mentionsPerson = (text: string) => {
    const lower = text.toLowerCase();
    return marks.some((mark) => lower.includes(mark));
  };

  const sealed = (value: unknown, depth: number, names?: FieldNames): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (depth > DEEPEST) return null;
    if (Array.isArray(value)) return value.map((one) => sealed(one, depth + 1));
    const fields = people.get(Reflect.get(value, 'type'));
    const member = (name: string, one: unknown): unknown => {
      if (names && !names.has(name.toLowerCase())) return null;
      if (isPersonField(name) || EVENT_IDS.has(name)) return isScalar(one) && seal ? seal(String(one)) : null;
      return sealed(one, depth + 1, name === 'data' ? fields : undefined);
    };
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, member(name, one)]));
  };

  return (kept) => {
    const text = typeof kept.raw === 'string' ? kept.raw : Buffer.from(kept.raw).toString();
    const inside = text.includes('"data_base64"') ? unpackedText(text) : '';
    if (!mentionsPerson(text) && !mentionsPerson(inside)) return kept;
    const reading = readJson(text);
    const unpacked = reading.kind === 'json' ? unpackBase64(reading.value) : undefined;
    if (unpacked?.kind !== 'input' || !seal) return { raw: '', faults: kept.faults.map(hidden) };
    const faults = kept.faults.map((fault) => (pointsAtPerson(fault.pointer) ? hidden(fault) : fault));
    return { raw: JSON.stringify(sealed(unpacked.input, 0)), faults };
  };
}

const hidden = (fault: Fault): Fault => ({ ...fault, was: NOT_SHOWN });

const isScalar = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number';

function unpackedText(text: string): string {
  const packed = /"data_base64"\s*:\s*"([^"]*)"/.exec(text)?.[1] ?? '';
  return Buffer.from(packed, 'base64').toString();
}
