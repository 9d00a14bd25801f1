import type { BalanceQuery, ListPlace, Reach } from './balance.ts';
import type { Place } from './book.ts';
import type { Side } from './leg.ts';
import type { Selection } from './selection.ts';

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

/** Asks for the amounts of two views one by one: those that moved, then those that have not and are selected. */
export interface ComparedQuery extends MovedQuery {
  readonly anyOf: readonly Selection[];
  /** How many subjects, or amounts that have not moved, are read at most. */
  readonly limit: number;
  /** Behind which of them the page begins. */
  readonly place?: ListPlace;
}

/** One amount in two views, and behind which place of the list it stands. */
export interface ComparedAmount extends Omit<Moved, 'count'>, Pick<ListedPlace, 'subject' | 'apart'> {
  readonly at: ListPlace;
}

/** The place of an amount of a subject, for its item. */
export interface ListedPlace extends Place {
  readonly subject: number;
}
