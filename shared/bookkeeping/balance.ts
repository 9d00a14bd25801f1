import type { LocalDay } from '../calendar/zone.ts';
import type { UnitId } from '../contracts/ids.ts';
import type { Position } from '../contracts/stored-event.ts';
import type { Moment } from '../kernel/clock.ts';
import type { Book } from './book.ts';
import type { Dimensions, Timing } from './leg.ts';
import type { Selection } from './selection.ts';

/** Limits the knowledge behind an answer; all events count when omitted. */
export interface Knowledge {
  /** Only events recorded up to this moment, including those about earlier days. */
  readonly knownAt?: Moment;
  /** Only events up to this position in the store: the moment `knownAt` may not be over when the query runs. */
  readonly upTo?: Position;
}

/** How far the ledger is looked at: what is known, and the last day of it. */
export interface Reach extends Knowledge {
  readonly to: LocalDay;
}

export interface Filter {
  /** Any of these; the caller has already added the descendants. */
  readonly units?: readonly UnitId[];
  /** One value for each named dimension; a dimension that the book does not have matches nothing. */
  readonly where?: Readonly<Record<string, string>>;
}

/** Whether a subject with these dimensions passes a filter. */
export const passes = (dimensions: Dimensions, { units, where = {} }: Filter): boolean =>
  (!units || units.some((unit) => unit === dimensions.unit)) &&
  Object.entries(where).every(([name, value]) => dimensions[name] === value);

export interface BalanceQuery extends Knowledge {
  readonly book: Book;
  /** Flows of these local days, both inclusive, and open stocks at the end of `to`. */
  readonly from: LocalDay;
  readonly to: LocalDay;
  readonly filter: Filter;
  /** Dimensions of the book, or `day`; for a dimension that the book does not have the value is null. */
  readonly by: readonly string[];
}

/**
 * The number of subjects on one side. Flows carry the day only when the query breaks down by `day`; stocks never do. The source
 * account gives out the subjects: its counts are negative, so that received = −(source + never received).
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

/** Net movement into an account on a day; negative when more subjects left than entered. */
export interface Movement {
  readonly account: string;
  readonly day: LocalDay;
  readonly count: number;
}

export interface Paged<Item> {
  readonly items: readonly Item[];
  /** Where the next page begins; absent on the last page. */
  readonly next?: ListPlace;
}

/** The sort key of an item in its list: sort value, the subject's number, the number of its dimensions. */
export type ListPlace = readonly [sort: number, subject: number, dimensions: number];

/**
 * Selects subjects of a book to list, in one order for the present and the past: open ones by due date, the others by day of
 * entry, then by subject number; all of it reversed when `descending`.
 */
export interface ListQuery extends Knowledge {
  /** Subjects in any of these selections; no amount may be in two of them. */
  readonly anyOf: readonly Selection[];
  readonly filter: Filter;
  /** Days of entry into a closed account, both inclusive; open subjects are listed as they stood at the end of `to`. */
  readonly from?: LocalDay;
  readonly to?: LocalDay;
  /** Only subjects with a finding of this code; their present standings, whatever `to` is. */
  readonly finding?: string;
  /** Only subjects that the journal has not moved between two views. */
  readonly unmoved?: { readonly before: Reach; readonly after: Reach };
  readonly descending?: boolean;
  readonly limit: number;
  readonly after?: ListPlace;
}
