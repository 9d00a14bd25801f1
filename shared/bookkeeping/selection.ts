import type { Moment } from '../kernel/clock.ts';
import type { Side, Timing } from './leg.ts';

/** There is no due date, or it lies after one moment and not after another. On the adjusted due date or the original one. */
export type DueRange = { readonly on: 'adjusted' | 'original' } & (
  | { readonly none: true }
  | { readonly none?: never; readonly after?: Moment; readonly until?: Moment }
);

/**
 * Amounts of a book, selected by their properties; each condition narrows. Two implementations must agree:
 * {@link selects} applies it to a balance, for counts, and `selection-sql.ts` to the places of subjects, for
 * lists.
 */
export interface Selection {
  /** An account with postings: the source holds subjects without a leg, so it cannot be selected. */
  readonly account: string;
  readonly due?: DueRange;
  /** Any of these timings against the original due date; null is "none". */
  readonly original?: readonly (Timing | null)[];
  /** Any of these values of a dimension, a closed list of the book's; null is "not stated". */
  readonly among?: { readonly dimension: string; readonly values: readonly (string | null)[] };
}

/** Whether the selection includes an amount on a side. @param value of the dimension that the selection names, if any */
export function selects(
  { account, due, original, among }: Selection,
  amount: Side,
  value?: unknown,
): boolean {
  return (
    account === amount.account &&
    (due === undefined || within(due, due.on === 'original' ? amount.dueOriginal : amount.due)) &&
    (original === undefined || original.includes(amount.original)) &&
    (among === undefined || among.values.some((one) => one === value))
  );
}

function within(range: DueRange, due: Moment | null): boolean {
  if (range.none || due === null) return range.none === true && due === null;
  return (
    (range.after === undefined || due > range.after) && (range.until === undefined || due <= range.until)
  );
}

/** All amounts in these accounts. */
export const allIn = (...accounts: readonly string[]): Selection[] =>
  accounts.map((account) => ({ account }));
