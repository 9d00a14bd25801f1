import type { ExchangeChannel, Scope } from '../books/document/registered.v1.ts';
import type { Channel } from '../books/dossier/status.v1.ts';
import type { LocalDay } from '../calendar/zone.ts';
import type { EventId, FieldId, ProcedureId, UnitId } from '../contracts/ids.ts';
import type { Moment } from '../kernel/clock.ts';
import type { Account } from './accounts.ts';

/** How an end of processing stands to a due date: trước hạn, đúng hạn, quá hạn, or there was none. */
export type Timing = 'early' | 'on-time' | 'late' | 'no-due-date';

/** One side of a leg: an account and what qualifies the amount on it. */
export interface Side {
  readonly account: Account;
  /**
   * The first moment at which the amount counts as overdue (days: the local midnight after the due date; hours: the minute
   * after the due minute); on a document pair, the moment at which its grace ends. Null where nothing is awaited.
   */
  readonly due: Moment | null;
  /** The same on the original due date. */
  readonly dueOriginal: Moment | null;
  /** On settled accounts with a finish date: the timing against the original due date; null elsewhere. */
  readonly original: Timing | null;
}

/** What figures can be filtered and broken down by. Null is "not stated", a bucket of its own. */
export interface Dimensions {
  readonly unit: UnitId | null;
  readonly field: FieldId | null;
  readonly procedure: ProcedureId | null;
  readonly channel: Channel | ExchangeChannel | null;
  /** Documents only. */
  readonly scope: Scope | null;
  /** Documents only: to whom. */
  readonly recipient: UnitId | null;
}

/** One movement of one subject on one local day: out of one account, into another. Debit and credit in one record. */
export interface Leg {
  readonly day: LocalDay;
  readonly from: Side;
  readonly to: Side;
  readonly dimensions: Dimensions;
}

/** Something of note about a subject that a person should see; it never stops anything. */
export interface Finding {
  readonly code: FindingCode;
  /** The event it is about, when it is about one. */
  readonly event?: EventId;
  readonly detail: string;
}

export type FindingCode =
  // dossiers
  | 'receipt-inferred'
  | 'future'
  | 'finished-before-received'
  | 'due-moved-without-basis'
  | 'due-after-end'
  | 'due-before-received'
  | 'no-due-date'
  | 'end-by-day'
  | 'reopened'
  | 'refusal-taken-back'
  | 'ignored-after-end'
  | 'defaulted-status'
  | 'replaced'
  | 'corrects-not-seen'
  | 'outranked'
  | 'time-inferred'
  // documents
  | 'claimed-not-seen'
  | 'regulated-without-citation'
  | 'unregistered'
  | 'rejected'
  | 'to-itself';
