import type { ExchangeChannel } from '../books/document/registered.v1.ts';
import type { Moment } from '../kernel/clock.ts';
import type { Account } from './accounts.ts';
import type { Side, Timing } from './leg.ts';

/** Accounts that something was posted to; a subject stands in the others before any leg says so. */
export type PostedAccount = Exclude<Account, 'outside' | 'unregistered'>;

/** There is no due date, or it lies after one moment and not after another. On the adjusted due date or the original one. */
export type DueRange = { readonly on: 'adjusted' | 'original' } & (
  | { readonly none: true }
  | { readonly none?: never; readonly after?: Moment; readonly until?: Moment }
);

/**
 * Amounts of the ledger told apart by where they stand; each condition narrows. It is read in two ways that must agree:
 * {@link selects} asks it of a balance, so that it can be counted, `selection-sql.ts` of the places of subjects, so that they can
 * be listed.
 */
export interface Selection {
  readonly account: PostedAccount;
  readonly due?: DueRange;
  /** Any of these timings against the original due date; null is none. */
  readonly original?: readonly (Timing | null)[];
  /** Any of these channels; null is "not stated". */
  readonly channels?: readonly (ExchangeChannel | null)[];
}

/** What a selection is asked of: one side of a leg, with its channel where there is one. */
export type Amount = Side & { readonly channel?: unknown };

export function selects({ account, due, original, channels }: Selection, amount: Amount): boolean {
  return (
    account === amount.account &&
    (due === undefined || within(due, due.on === 'original' ? amount.dueOriginal : amount.due)) &&
    (original === undefined || original.includes(amount.original)) &&
    (channels === undefined || channels.some((channel) => channel === amount.channel))
  );
}

function within(range: DueRange, due: Moment | null): boolean {
  if (range.none || due === null) return range.none === true && due === null;
  return (
    (range.after === undefined || due > range.after) && (range.until === undefined || due <= range.until)
  );
}

/** Everything in these accounts. */
export const allIn = (...accounts: readonly PostedAccount[]): Selection[] =>
  accounts.map((account) => ({ account }));
