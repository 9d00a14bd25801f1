import type { LocalDay } from '../calendar/zone.ts';
import type { UnitId } from '../contracts/ids.ts';
import type { Position } from '../contracts/stored-event.ts';
import type { Moment } from '../kernel/clock.ts';
import type { Book } from './book.ts';
import type { Timing } from './leg.ts';
import type { Selection } from './selection.ts';

/** What was known; everything when omitted. */
export interface Knowledge {
  /** All that was recorded by then, also when it happened before. */
  readonly knownAt?: Moment;
  /** Of that only what stands in the store up to this position: a moment may not be over when it is asked about. */
  readonly upTo?: Position;
}

export interface Filter {
  /** Any of these; already widened to descendants. */
  readonly units?: readonly UnitId[];
  /** A value for each dimension; one that the book does not have matches nothing. */
  readonly where?: Readonly<Record<string, string>>;
}

export interface BalanceQuery extends Knowledge {
  readonly book: Book;
  /** Flows of these local days, both inclusive, and open stocks as they stand at the end of `to`. */
  readonly from: LocalDay;
  readonly to: LocalDay;
  readonly filter: Filter;
  /** Dimensions of the book, or `day`; of one that it does not have nothing is stated. */
  readonly by: readonly string[];
}

/**
 * So many subjects stand alike. Flows carry the day only when asked for by `day`; stocks never do. The source account is
 * where subjects come from: its counts are negative, so that received = −(source + never received).
 */
export interface Balance {
  readonly account: string;
  readonly original: Timing | null;
  readonly due: Moment | null;
  readonly dueOriginal: Moment | null;
  /** One value for each entry of `by`, in its order; `day` as a number, null is "not stated". */
  readonly key: readonly (string | number | null)[];
  readonly count: number;
}

/** Net movement into an account on a day; negative where more left than came. */
export interface Movement {
  readonly account: string;
  readonly day: LocalDay;
  readonly count: number;
}

export interface Paged<Item> {
  readonly items: readonly Item[];
  /** Where the next page begins; absent on the last. */
  readonly next?: ListPlace;
}

/** Place of an item in its list: what it is sorted by, the subject's number, the number of its dimensions. */
export type ListPlace = readonly [sort: number, subject: number, dimensions: number];

/**
 * Which subjects of a book to list, in an order that is the same for the present and the past: open ones by due date, the
 * others by day of entry, then as the ledger first met them; all of it the other way round when `descending`.
 */
export interface ListQuery extends Knowledge {
  /** Whatever stands in any of these; no amount may be in two of them. */
  readonly anyOf: readonly Selection[];
  readonly filter: Filter;
  /** Days of entry into a closed account, both inclusive; what is open is listed as it stood at the end of `to`. */
  readonly from?: LocalDay;
  readonly to?: LocalDay;
  /** Only subjects with a finding of this code; as they stand, whatever `to` is. */
  readonly finding?: string;
  readonly descending?: boolean;
  readonly limit: number;
  readonly after?: ListPlace;
}
