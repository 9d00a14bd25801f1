import type { LocalDay } from '../calendar/zone.ts';
import type { BalanceQuery, Knowledge } from './balance.ts';
import type { Side } from './leg.ts';

/** How far the ledger is looked at: what is known, and the last day of it. */
export interface Reach extends Knowledge {
  readonly to: LocalDay;
}

/** Asks which amounts of a book have moved between two views of the same days; each view is that of a balance query. */
export interface MovedQuery extends Pick<BalanceQuery, 'book' | 'from' | 'filter' | 'by'> {
  readonly before: Reach;
  readonly after: Reach;
}

/** Where an amount stands, as far as it is asked for. */
export interface AmountPlace extends Side {
  /** One value for each entry of `by`, in its order; null is "not stated". */
  readonly key: readonly (string | null)[];
}

/** Some amounts that moved alike. */
export interface Moved {
  /** Null where they were not counted. */
  readonly before: AmountPlace | null;
  readonly after: AmountPlace | null;
  /** Nothing was stated of them: a row of the table of agency identifiers, or the rank of a feed, has moved them. */
  readonly byOffice: boolean;
  readonly count: number;
}
