import { firstMomentOf, type When } from '../calendar/when.ts';
import { type LocalDay, parseDay, type Zone } from '../calendar/zone.ts';
import type { RecordedEvent } from '../contracts/stored-event.ts';
import type { Moment } from '../kernel/clock.ts';
import type { AgencyIdMappedV1 } from './agency-id-mapped.v1.ts';
import type { CalendarDayDeclaredV1 } from './calendar-day-declared.v1.ts';
import type {
  AgencyRecord,
  CalendarRecord,
  Declared,
  DeclaredOrder,
  FeedDeclaration,
  FieldRecord,
  ObjectiveClosing,
  ObjectiveRecord,
  ProcedureRecord,
  UnitEnding,
  UnitRecord,
} from './declared.ts';
import type { FeedDeclaredV1 } from './feed-declared.v1.ts';
import type { FieldDeclaredV1 } from './field-declared.v1.ts';
import type { ObjectiveClosedV1, ObjectiveStatedV1 } from './objective-stated.v1.ts';
import type { ProcedureDeclaredV1 } from './procedure-declared.v1.ts';
import type { UnitDeclaredV1 } from './unit-declared.v1.ts';

export const compareOrders = (a: DeclaredOrder, b: DeclaredOrder): number =>
  a.time - b.time || a.assertedAt - b.assertedAt || (a.event < b.event ? -1 : Number(a.event > b.event));

/** A day counts as its first moment. */
export const orderOf = (
  { id }: RecordedEvent,
  time: When,
  { assertedAt = time }: { readonly assertedAt?: When | undefined },
  zone: Zone,
): DeclaredOrder => ({
  time: firstMomentOf(time, zone),
  assertedAt: firstMomentOf(assertedAt, zone),
  event: id,
});

/** The key of the subject matter of a statement: of rows with one key the last is in force. */
export function keyOf(declared: Declared): string {
  switch (declared.kind) {
    case 'unit':
    case 'field':
    case 'procedure':
      return `${declared.kind} ${declared.record.from} ${declared.record.id}`;
    case 'calendar-day':
      return `day ${declared.record.day}`;
    case 'agency':
      return `agency ${declared.record.id} ${declared.record.unit}`;
    case 'feed':
      return `feed ${declared.record.name}`;
    case 'objective':
      return `objective ${declared.record.id} ${declared.record.version}`;
    case 'objective-closing':
      return `objective-closing ${declared.record.id}`;
    case 'risk-scale':
      return `risk-scale ${declared.record.scale.steps}`;
    case 'loss-acceptance':
      return `loss-acceptance ${declared.record.id}`;
  }
}

/** The functions below build all records, so their fields have one order. */
export const saysTheSame = (a: Declared, b: Declared): boolean =>
  JSON.stringify({ ...a.record, knownAt: 0 }) === JSON.stringify({ ...b.record, knownAt: 0 });

/** The record of one `unit.declared.v1` event in the ledger. */
export function unitRecord(data: UnitDeclaredV1, knownAt: Moment): UnitRecord {
  const { mergedInto, parentId = null, procedures = [] } = data;
  return {
    id: data.unitId,
    name: data.name,
    parent: mergedInto ?? parentId,
    handlesProcedures: data.handlesProcedures ?? procedures.length > 0,
    procedures: procedures.map(({ fieldId: field, role }) => ({ field, role })),
    ending: endingOf(data),
    ...datesOf(data),
    knownAt,
  };
}

function endingOf({ mergedInto, closed }: UnitDeclaredV1): UnitEnding | null {
  if (mergedInto !== undefined) return { kind: 'merged', into: mergedInto };
  return closed ? { kind: 'closed' } : null;
}

/** The record of one `field.declared.v1` event in the ledger. */
export function fieldRecord(data: FieldDeclaredV1, knownAt: Moment): FieldRecord {
  return { id: data.fieldId, name: data.name, ...datesOf(data), knownAt };
}

/** The record of one `procedure.declared.v1` event in the ledger. */
export function procedureRecord(data: ProcedureDeclaredV1, knownAt: Moment): ProcedureRecord {
  const { procedureId: id, name, fieldId: field = null, legalLimit = null } = data;
  return { id, name, field, legalLimit, ...datesOf(data), knownAt };
}

const datesOf = ({
  instrument,
  effectiveFrom,
  effectiveTo,
}: Pick<FieldDeclaredV1, 'instrument' | 'effectiveFrom' | 'effectiveTo'>) => ({
  instrument: instrument ?? null,
  from: dayOf(effectiveFrom),
  to: effectiveTo === undefined ? null : dayOf(effectiveTo),
});

/** The record of one `calendar.day-declared.v1` event in the ledger. */
export function calendarRecord(data: CalendarDayDeclaredV1, knownAt: Moment): CalendarRecord {
  const { day, kind, name, instrument } = data;
  return { day: dayOf(day), kind, name: name ?? null, instrument, knownAt };
}

/** The record of one `agency-id.mapped.v1` event in the ledger. */
export function agencyRecord(data: AgencyIdMappedV1, knownAt: Moment): AgencyRecord {
  return { id: data.agencyId, unit: data.unitId, instrument: data.instrument ?? null, knownAt };
}

/** The record of one `feed.declared.v1` event in the ledger. */
export function feedRecord(data: FeedDeclaredV1, knownAt: Moment): FeedDeclaration {
  const { name, sources, rank, coverageFrom, types, fromBeginning } = data;
  return { name, sources, rank, coverageFrom, types, knownAt: fromBeginning ? 0 : knownAt };
}

/** The record of one `objective.defined.v1` or `objective.changed.v1` event in the ledger. */
export function objectiveRecord(data: ObjectiveStatedV1, knownAt: Moment): ObjectiveRecord {
  const { id, version, definition, fromFile } = data;
  return { id, version, definition, knownAt: fromFile ? 0 : knownAt };
}

/** The record of one `objective.closed.v1` event in the ledger. */
export function objectiveClosing({ id, lastDay }: ObjectiveClosedV1, knownAt: Moment): ObjectiveClosing {
  return { id, lastDay: lastDay === null ? null : dayOf(lastDay), knownAt };
}

function dayOf(text: string): LocalDay {
  const day = parseDay(text);
  if (day === undefined) throw new RangeError(`No such date: ${text}`);
  return day;
}
