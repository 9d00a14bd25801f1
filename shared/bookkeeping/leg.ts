import type { LocalDay } from '../calendar/zone.ts';
import type { EventId } from '../contracts/ids.ts';
import type { Moment } from '../kernel/clock.ts';

/** An end of processing compared with a due date: trước hạn, đúng hạn, quá hạn, or no due date. */
export type Timing = 'early' | 'on-time' | 'late' | 'no-due-date';

/** One side of a leg: an account of its book and the qualities of the amount in it. */
export interface Side {
  readonly account: string;
  /** The first moment at which the amount counts as overdue, or is no longer awaited. Null when nothing is awaited. */
  readonly due: Moment | null;
  /** The same by the original due date. */
  readonly dueOriginal: Moment | null;
  /** In closed accounts: the timing against the original due date; null elsewhere. */
  readonly original: Timing | null;
}

/** A side without a timing: of an account that is open, or compares no end with a due date. */
export const sideIn = (
  account: string,
  due: Moment | null = null,
  dueOriginal: Moment | null = due,
): Side => ({ account, due, dueOriginal, original: null });

/** By name, the dimensions of the book's plan. Null is "not stated", a bucket of its own. */
export type Dimensions = Readonly<Record<string, string | null>>;

/** One movement of one subject on one local day: from one account to another. Debit and credit in one record. */
export interface Leg {
  readonly day: LocalDay;
  readonly from: Side;
  readonly to: Side;
  readonly dimensions: Dimensions;
}

/** An anomaly of a subject for a person to see; it never blocks anything. */
export interface Finding {
  /** One of the book's own codes. */
  readonly code: string;
  /** The event that the finding is about, if it is about one. */
  readonly event?: EventId;
  readonly detail: string;
}
