import type { When } from '../calendar/when.ts';
import type { DayKind } from '../calendar/working-calendar.ts';
import type { LocalDay } from '../calendar/zone.ts';
import type { EventId, FeedName, FieldId, ProcedureId, UnitId } from '../contracts/ids.ts';
import type { Moment } from '../kernel/clock.ts';
import type { LossAcceptedV1 } from './loss-accepted.v1.ts';
import type { LegalLimitUnit } from './procedure-declared.v1.ts';
import type { RiskScale } from './risk-scale-stated.v1.ts';
import type { ProcedureRole } from './unit-declared.v1.ts';

/** What a dated statement holds about: from a day on, to its last day or, null, until a later statement. */
export interface Dated {
  readonly id: string;
  readonly from: LocalDay;
  readonly to: LocalDay | null;
}

/** A field whose procedures a unit handles or monitors. */
export interface ProcedureDuty {
  readonly field: FieldId;
  readonly role: ProcedureRole;
}

/** How a unit ended: merged (sáp nhập) into another, or closed (giải thể). */
export type UnitEnding = { readonly kind: 'merged'; readonly into: UnitId } | { readonly kind: 'closed' };

export interface UnitRecord extends Dated {
  readonly id: UnitId;
  readonly name: string;
  /** Where it stands in the tree: a merged unit below its successor. */
  readonly parent: UnitId | null;
  /** False of a unit that has ended. */
  readonly handlesProcedures: boolean;
  /** By field; empty where none is stated, though it may handle procedures. */
  readonly procedures: readonly ProcedureDuty[];
  /** Null: it is active. */
  readonly ending: UnitEnding | null;
  readonly instrument: string | null;
  readonly knownAt: Moment;
}

export interface FieldRecord extends Dated {
  readonly id: FieldId;
  readonly name: string;
  readonly instrument: string | null;
  readonly knownAt: Moment;
}

export interface ProcedureRecord extends Dated {
  readonly id: ProcedureId;
  readonly name: string;
  readonly field: FieldId | null;
  readonly legalLimit: { readonly amount: number; readonly unit: LegalLimitUnit } | null;
  readonly instrument: string | null;
  readonly knownAt: Moment;
}

export interface CalendarRecord {
  readonly day: LocalDay;
  readonly kind: DayKind;
  readonly name: string | null;
  readonly instrument: string;
  readonly knownAt: Moment;
}

/** A row of the table of agency identifiers: the identifier `id` stands for `unit`. */
export interface AgencyRecord {
  readonly id: UnitId;
  readonly unit: UnitId;
  readonly instrument: string | null;
  readonly knownAt: Moment;
}

/** A feed (nguồn tin), or that there is none of this name. */
export interface FeedDeclaration {
  readonly name: FeedName;
  /** CloudEvents sources that belong to it; none: the feed is retired. */
  readonly sources: readonly string[];
  /** Null: that with which each event was stored. */
  readonly rank: number | null;
  /** It is complete from then on; null: from its first event on. */
  readonly coverageFrom: When | null;
  /** Event types it is needed for; empty: those it has sent. */
  readonly types: readonly string[];
  /** 0 for a feed that counts as known from the beginning. */
  readonly knownAt: Moment;
}

/** One version of an objective (mục tiêu), as it was stated. */
export interface ObjectiveRecord {
  readonly id: string;
  readonly version: number;
  /** As a file states it, whatever version of this system wrote it: only measures know what can be measured. */
  readonly definition: Readonly<Record<string, unknown>>;
  /** 0 for what a file stated: it counts as known from the beginning. */
  readonly knownAt: Moment;
}

/** The end of an objective. */
export interface ObjectiveClosing {
  readonly id: string;
  /** Inclusive; null: it is open again. */
  readonly lastDay: LocalDay | null;
  readonly knownAt: Moment;
}

/** How the office assesses risks, of one number of steps. */
export interface RiskScaleRecord {
  readonly scale: RiskScale;
  readonly knownAt: Moment;
}

/** That a person has accepted to go on without events that the store no longer has. */
export interface LossAcceptance extends LossAcceptedV1 {
  readonly knownAt: Moment;
}

/** The content of a statement of reference data. */
export type Declared =
  | { readonly kind: 'unit'; readonly record: UnitRecord }
  | { readonly kind: 'field'; readonly record: FieldRecord }
  | { readonly kind: 'procedure'; readonly record: ProcedureRecord }
  | { readonly kind: 'calendar-day'; readonly record: CalendarRecord }
  | { readonly kind: 'agency'; readonly record: AgencyRecord }
  | { readonly kind: 'feed'; readonly record: FeedDeclaration }
  | { readonly kind: 'objective'; readonly record: ObjectiveRecord }
  | { readonly kind: 'objective-closing'; readonly record: ObjectiveClosing }
  | { readonly kind: 'risk-scale'; readonly record: RiskScaleRecord }
  | { readonly kind: 'loss-acceptance'; readonly record: LossAcceptance };

/** The order of two statements about one thing; the greater is in force, in any order of arrival. */
export interface DeclaredOrder {
  readonly time: Moment;
  /** That of the statement, else its time. */
  readonly assertedAt: Moment;
  readonly event: EventId;
}

/** A statement of reference data that changed the state. */
export interface DeclaredRow {
  /** Of the office: each row adds one. */
  readonly version: number;
  readonly order: DeclaredOrder;
  readonly declared: Declared;
}
