import { Problem } from '../client/problem.ts';

interface FieldBase {
  /** The name of the field in the body, or its place: `title/vi`. Problems point to it. */
  readonly name: string;
  readonly label: string;
  readonly value?: string | undefined;
  readonly isOptional?: boolean;
  readonly hint?: string | undefined;
}

interface Option {
  readonly value: string;
  readonly label: string;
}

/** One field of a form. */
export type Field = FieldBase &
  (
    | { readonly kind: 'line' | 'prose'; readonly most?: number }
    | { readonly kind: 'day' }
    | { readonly kind: 'choice'; readonly options: readonly Option[] }
  );

/** What a list offers. What stands there now stays, also where it is offered no more: a unit that is merged, a code of a newer server. */
export const optionsOf = ({ value, options }: Extract<Field, { kind: 'choice' }>): readonly Option[] =>
  value === undefined || options.some((one) => one.value === value)
    ? options
    : [...options, { value, label: value }];

/** What the user has entered, by the names of the fields; without white space around, and without empty values. */
export type Entered = Readonly<Record<string, string>>;

export const enteredIn = (fields: readonly Field[], data: FormData): Entered =>
  Object.fromEntries(
    fields.flatMap(({ name }) => {
      const value = data.get(name);
      const text = typeof value === 'string' ? value.trim() : '';
      return text === '' ? [] : [[name, text]];
    }),
  );

/** The names of the fields that have to be filled in and are not. */
export const missingIn = (fields: readonly Field[], entered: Entered): readonly string[] =>
  fields.filter(({ name, isOptional }) => !isOptional && entered[name] === undefined).map(({ name }) => name);

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
