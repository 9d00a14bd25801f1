import { type Fault, type FaultCode, pointerOf, shown } from './fault.ts';

/** The names of a contract or dialect, found without regard to case: lower case → the written name. */
export type FieldNames = ReadonlyMap<string, string>;

export const fieldNames = (names: Iterable<string>): FieldNames =>
  new Map([...names].map((name) => [name.toLowerCase(), name]));

/** The result of looking up a name. */
export type NameReading =
  | { readonly kind: 'known' }
  /** The name differs from `name` by the case of its letters only: without a fault its value would be lost silently. */
  | { readonly kind: 'misspelt'; readonly name: string }
  | { readonly kind: 'unknown' };

export function readName(written: string, names: FieldNames): NameReading {
  const name = names.get(written.toLowerCase());
  if (name === undefined) return { kind: 'unknown' };
  return name === written ? { kind: 'known' } : { kind: 'misspelt', name };
}

/** The fault of a name that differs from a known one by the case of its letters. @param path ends with the name as written */
export const misspelling = (
  code: FaultCode,
  path: readonly PropertyKey[],
  value: unknown,
  name: string,
): Fault => ({
  code,
  pointer: pointerOf(path),
  was: shown(value),
  expected: `the name ${name}, in exactly these letters`,
});
