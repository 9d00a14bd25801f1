import type { LocalDay } from '../calendar/zone.ts';
import type { EventId } from '../contracts/ids.ts';
import type { Moment } from '../kernel/clock.ts';

/** How an end of processing stands to a due date: trước hạn, đúng hạn, quá hạn, or there was none. */
export type Timing = 'early' | 'on-time' | 'late' | 'no-due-date';

/** One side of a leg: an account of its book and what qualifies the amount on it. */
export interface Side {
  readonly account: string;
  /** The first moment at which the amount counts as overdue, or ceases to be awaited. Null where nothing is awaited. */
  readonly due: Moment | null;
  /** The same on the original due date. */
  readonly dueOriginal: Moment | null;
  /** On accounts of what has ended: the timing against the original due date; null elsewhere. */
  readonly original: Timing | null;
}

/** By name, those of the book's plan. Null is "not stated", a bucket of its own. */
export type Dimensions = Readonly<Record<string, string | null>>;

/** One movement of one subject on one local day: out of one account, into another. Debit and credit in one record. */
export interface Leg {
  readonly day: LocalDay;
  readonly from: Side;
  readonly to: Side;
  readonly dimensions: Dimensions;
}

/** Something of note about a subject that a person should see; it never stops anything. */
export interface Finding {
  /** One of the book's own codes. */
  readonly code: string;
  /** The event it is about, when it is about one. */
  readonly event?: EventId;
  readonly detail: string;
}
