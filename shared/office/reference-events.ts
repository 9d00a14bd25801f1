import type { EventKind } from '../contracts/event-kind.ts';
import type { Moment } from '../kernel/clock.ts';
import { type AgencyIdMappedV1, agencyIdMapped } from './agency-id-mapped.v1.ts';
import { type CalendarDayDeclaredV1, calendarDayDeclared } from './calendar-day-declared.v1.ts';
import type { Declared } from './declared.ts';
import { type FeedDeclaredV1, feedDeclared } from './feed-declared.v1.ts';
import { type FieldDeclaredV1, fieldDeclared } from './field-declared.v1.ts';
import { type LossAcceptedV1, lossAccepted } from './loss-accepted.v1.ts';
import {
  type ObjectiveClosedV1,
  type ObjectiveStatedV1,
  objectiveChanged,
  objectiveClosed,
  objectiveDefined,
} from './objective-stated.v1.ts';
import { type ProcedureDeclaredV1, procedureDeclared } from './procedure-declared.v1.ts';
import {
  agencyRecord,
  calendarRecord,
  feedRecord,
  fieldRecord,
  objectiveClosing,
  objectiveRecord,
  procedureRecord,
  unitRecord,
} from './records.ts';
import { type RiskScaleStatedV1, riskScaleStated } from './risk-scale-stated.v1.ts';
import { type UnitDeclaredV1, unitDeclared } from './unit-declared.v1.ts';

/** A type of event that states reference data (dữ liệu danh mục) of the office. It belongs to no book; all books use it. */
export interface ReferenceEvent<Data extends object = object> {
  readonly kind: EventKind<Data>;
  declaredBy(data: Data, knownAt: Moment): Declared;
}

const unit: ReferenceEvent<UnitDeclaredV1> = {
  kind: unitDeclared,
  declaredBy: (data, knownAt) => ({ kind: 'unit', record: unitRecord(data, knownAt) }),
};
const field: ReferenceEvent<FieldDeclaredV1> = {
  kind: fieldDeclared,
  declaredBy: (data, knownAt) => ({ kind: 'field', record: fieldRecord(data, knownAt) }),
};
const procedure: ReferenceEvent<ProcedureDeclaredV1> = {
  kind: procedureDeclared,
  declaredBy: (data, knownAt) => ({ kind: 'procedure', record: procedureRecord(data, knownAt) }),
};
const calendarDay: ReferenceEvent<CalendarDayDeclaredV1> = {
  kind: calendarDayDeclared,
  declaredBy: (data, knownAt) => ({ kind: 'calendar-day', record: calendarRecord(data, knownAt) }),
};
const agencyId: ReferenceEvent<AgencyIdMappedV1> = {
  kind: agencyIdMapped,
  declaredBy: (data, knownAt) => ({ kind: 'agency', record: agencyRecord(data, knownAt) }),
};

const feed: ReferenceEvent<FeedDeclaredV1> = {
  kind: feedDeclared,
  declaredBy: (data, knownAt) => ({ kind: 'feed', record: feedRecord(data, knownAt) }),
};

const objective = (kind: EventKind<ObjectiveStatedV1>): ReferenceEvent<ObjectiveStatedV1> => ({
  kind,
  declaredBy: (data, knownAt) => ({ kind: 'objective', record: objectiveRecord(data, knownAt) }),
});

const objectiveEnd: ReferenceEvent<ObjectiveClosedV1> = {
  kind: objectiveClosed,
  declaredBy: (data, knownAt) => ({ kind: 'objective-closing', record: objectiveClosing(data, knownAt) }),
};

const riskScale: ReferenceEvent<RiskScaleStatedV1> = {
  kind: riskScaleStated,
  declaredBy: ({ reason: _, ...scale }, knownAt) => ({ kind: 'risk-scale', record: { scale, knownAt } }),
};

const lossAcceptance: ReferenceEvent<LossAcceptedV1> = {
  kind: lossAccepted,
  declaredBy: (data, knownAt) => ({ kind: 'loss-acceptance', record: { ...data, knownAt } }),
};

/** Feeds send them, or this system itself states them: `own-types.ts` knows which. */
export const REFERENCE_EVENTS: readonly ReferenceEvent[] = [
  unit,
  field,
  procedure,
  calendarDay,
  agencyId,
  feed,
  objective(objectiveDefined),
  objective(objectiveChanged),
  objectiveEnd,
  riskScale,
  lossAcceptance,
];

const TYPES: ReadonlySet<string> = new Set(REFERENCE_EVENTS.map(({ kind }) => kind.type));

/** Whether events of the type state reference data, on which every figure may rest. */
export const isReferenceType = (type: string): boolean => TYPES.has(type);
