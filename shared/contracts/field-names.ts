import { type Fault, type FaultCode, pointerOf, shown } from './fault.ts';

/** The names of a contract or dialect, found by their letters whatever the case: lower case → as they are written. */
export type FieldNames = ReadonlyMap<string, string>;

export const fieldNames = (names: Iterable<string>): FieldNames =>
  new Map([...names].map((name) => [name.toLowerCase(), name]));

/** What a written name is to the names that are read. */
export type NameReading =
  | { readonly kind: 'known' }
  /** But for the case of its letters it is `name`: its value would vanish without a word. */
  | { readonly kind: 'misspelt'; readonly name: string }
  | { readonly kind: 'unknown' };

export function readName(written: string, names: FieldNames): NameReading {
  const name = names.get(written.toLowerCase());
  if (name === undefined) return { kind: 'unknown' };
  return name === written ? { kind: 'known' } : { kind: 'misspelt', name };
}

/** The fault of a name that is known but for the case of its letters. @param path ends with the name as it was written */
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
