import type { EnteredPeriod, Objective } from '../client/api.ts';
import type { Words } from '../text/words.ts';

type Entered = Pick<NonNullable<EnteredPeriod['latest']>, 'numerator' | 'denominator' | 'value'>;

/** What a person or a file states for a period: a share as its two numbers, or a value in its unit. */
export function enteredText(
  entered: Entered | null,
  measuredIn: Objective['measuredIn'],
  { of, number }: Pick<Words, 'number' | 'of'>,
): string {
  if (entered === null) return '–';
  if (entered.value !== null) return `${entered.value} ${measuredIn ? of(measuredIn) : ''}`;
  return `${number(entered.numerator)}\u00a0/\u00a0${number(entered.denominator)}`;
}
