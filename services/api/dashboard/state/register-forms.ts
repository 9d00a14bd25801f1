import type { Words } from '../text/words.ts';
import type { Option } from './forms.ts';

/** What the server answers to an act. */
export type Written = { readonly position: string };

type Options = readonly Option[];

/** What the choices of a form are made of. */
export interface RegisterChoices {
  readonly units: Options;
  /** Whether the key is limited to these units: then it may not leave the unit out. */
  readonly isLimited: boolean;
  readonly objectives: readonly (Option & {
    /** Null: of the whole office. */
    readonly unit: string | null;
  })[];
}

/** The words of the page with those of a register. */
export interface FormWords<Key extends string> extends Pick<Words, 'of'> {
  readonly t: (key: Key) => string;
  readonly code: (group: string, code: string) => string;
}

/** An act follows the statements that the user has seen: where there are newer ones, the server refuses it. */
export const afterSeen = ({ statements }: { readonly statements: number }) => ({
  header: { 'if-match': `"${statements}"` },
});

/** The choice of a coded field. */
export const coded = (
  { code }: Pick<FormWords<never>, 'code'>,
  group: string,
  values: readonly string[],
): Options => values.map((value) => ({ value, label: code(group, value) }));

/** A value that the user has chosen from a list. @throws RangeError when it is not on the list, which no form lets happen */
export const oneOf = <Value extends string>(known: readonly Value[], entered: string | undefined): Value => {
  const found = known.find((value) => value === entered);
  if (found === undefined) throw new RangeError(`${entered} is none of ${known.join(', ')}`);
  return found;
};
