import { type Book, type BookEvent, NO_ALIASES } from '../../bookkeeping/book.ts';
import { correctedId, factId } from '../../bookkeeping/fact-id.ts';
import type { When } from '../../calendar/when.ts';
import { type EventKind, fromStored } from '../../contracts/event-kind.ts';
import type { RecordedEvent } from '../../contracts/stored-event.ts';
import { inspectionChart, inspectionDimensions } from './accounts.ts';
import { inspectionConcluded } from './concluded.v1.ts';
import type { InspectionFact } from './fact.ts';
import { inspectionFinding } from './finding.v1.ts';
import { inspectionFindingClosed } from './finding-closed.v1.ts';
import type { InspectionKind, InspectionMode } from './kinds.ts';
import { inspectionPlanned } from './planned.v1.ts';
import {
  type InspectionFindingSummary,
  type InspectionSummary,
  inspectionSummaries,
  timelineOf,
} from './summary.ts';
import { inspectionVisited } from './visited.v1.ts';

interface OfEvent {
  readonly inspectionId: string;
  readonly assertedAt?: When | undefined;
  readonly corrects?: string | undefined;
}

/** What the facts of all events have. */
const heading = (event: RecordedEvent, time: When, { assertedAt, corrects }: OfEvent) => ({
  ...{ id: factId(event), recordedAt: event.recordedAt, time, assertedAt },
  corrects: corrects === undefined ? undefined : correctedId(event, corrects),
});

interface OfInspection extends OfEvent {
  readonly unitId: Extract<InspectionFact, { kind: 'planned' }>['unit'];
  readonly kind: InspectionKind;
  readonly fieldId?: Extract<InspectionFact, { kind: 'planned' }>['field'];
  readonly mode?: InspectionMode | undefined;
  readonly announced?: boolean | undefined;
}

const statement = (event: RecordedEvent, time: When, data: OfInspection) => ({
  ...heading(event, time, data),
  ...{ unit: data.unitId, inspection: data.kind, field: data.fieldId },
  ...{ mode: data.mode, announced: data.announced },
});

type FactOf<Data> = (event: RecordedEvent, time: When, data: Data) => InspectionFact;

/** A fact of this book is read without the office. */
interface InspectionEvent<Data extends object = object> extends BookEvent<InspectionFact, Data> {
  factOf(recorded: RecordedEvent, event: { readonly time: When; readonly data: Data }): InspectionFact;
}

const event = <Data extends OfEvent>(kind: EventKind<Data>, factOf: FactOf<Data>): InspectionEvent<Data> => ({
  kind,
  subjectOf: ({ inspectionId: name }) => ({ name, aliases: NO_ALIASES }),
  factOf: (recorded, { time, data }) => factOf(recorded, time, data),
});

const EVENTS: readonly InspectionEvent[] = [
  event(inspectionPlanned, (recorded, time, data) => ({
    kind: 'planned',
    ...statement(recorded, time, data),
    ...{ from: data.plannedFrom, until: data.plannedUntil, instrument: data.instrument },
    isCancelled: data.cancelled ? true : undefined,
  })),
  event(inspectionVisited, (recorded, time, data) => ({
    kind: 'visited',
    ...statement(recorded, time, data),
    at: data.visitedAt,
  })),
  event(inspectionConcluded, (recorded, time, data) => ({
    kind: 'concluded',
    ...statement(recorded, time, data),
    ...{ at: data.concludedAt, number: data.conclusionNumber },
  })),
  event(inspectionFinding, (recorded, time, data) => ({
    kind: 'finding',
    ...heading(recorded, time, data),
    ...{ finding: data.findingId, unit: data.unitId, dueAt: data.dueAt },
    ...{ clause: data.clause, description: data.description },
  })),
  event(inspectionFindingClosed, (recorded, time, data) => ({
    kind: 'finding-closed',
    ...heading(recorded, time, data),
    ...{ finding: data.findingId, at: data.closedAt, evidence: data.evidence },
  })),
];

/** What an event of the stream of an inspection states; undefined for one of another type. */
export function inspectionFact(recorded: RecordedEvent): InspectionFact | undefined {
  const found = EVENTS.find(({ kind }) => kind.type === recorded.type);
  return found?.factOf(recorded, fromStored(found.kind, recorded.data));
}

/**
 * The book of inspections (kiểm tra): one standing for the inspection, and one for each of its findings. Who is inspected is a dimension,
 * so an inspection is of one unit.
 */
export const inspectionBook: Book<InspectionFact, InspectionSummary | InspectionFindingSummary> = {
  name: 'inspection',
  number: 3,
  collection: 'inspections',
  events: EVENTS,
  accounts: inspectionChart,
  dimensions: inspectionDimensions,
  codec: { encode: (fact) => fact, decode: (stored) => stored as InspectionFact },
  evaluate(known, zone) {
    const { inspection, lines } = timelineOf(known, zone);
    const all = [inspection, ...lines];
    return {
      legs: all.flatMap(({ legs }) => legs),
      standings: all.map(({ dimensions, side, day, findings }) => ({ dimensions, side, day, findings })),
    };
  },
  itemOf(subject, { apart }, zone) {
    const { inspection, lines } = inspectionSummaries(subject, zone);
    if (apart === null) return inspection;
    const line = lines.find(({ findingId }) => findingId === apart);
    if (!line) throw new Error(`The ledger lists a finding ${apart} that its inspection does not have`);
    return line;
  },
  unitsIn: (fact) => ('unit' in fact && fact.unit !== undefined ? [fact.unit] : []),
  withUnits: (fact, unitOf) =>
    'unit' in fact && fact.unit !== undefined ? { ...fact, unit: unitOf(fact.unit) } : fact,
  agencySeparator: '-',
};
