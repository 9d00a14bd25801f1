import type { DayKind } from '../calendar/working-calendar.ts';
import type { LocalDay } from '../calendar/zone.ts';
import type { EventId, UnitId } from '../contracts/ids.ts';
import type { Moment } from '../kernel/clock.ts';

export interface UnitRecord {
  readonly id: UnitId;
  readonly name: string;
  readonly parent: UnitId | null;
  readonly handlesProcedures: boolean;
  readonly from: LocalDay;
  readonly to: LocalDay | null;
  readonly knownAt: Moment;
}

export interface CalendarRecord {
  readonly day: LocalDay;
  readonly kind: DayKind;
  readonly name: string | null;
  readonly instrument: string;
  readonly knownAt: Moment;
}

/** A row of the table of agency identifiers: who is written as `id` is `unit`. */
export interface AgencyRecord {
  readonly id: UnitId;
  readonly unit: UnitId;
  readonly instrument: string | null;
  readonly knownAt: Moment;
}

/** What a statement of reference data says. */
export type Declared =
  | { readonly kind: 'unit'; readonly record: UnitRecord }
  | { readonly kind: 'calendar-day'; readonly record: CalendarRecord }
  | { readonly kind: 'agency'; readonly record: AgencyRecord };

/** By this two statements about the same thing are compared; the greater holds, whichever came first. */
export interface DeclaredOrder {
  readonly time: Moment;
  /** That of the statement, else its time. */
  readonly assertedAt: Moment;
  readonly event: EventId;
}

/** A statement of reference data that changed what stood. */
export interface DeclaredRow {
  /** Of the office: grows by one with each row. */
  readonly version: number;
  readonly order: DeclaredOrder;
  readonly declared: Declared;
}
