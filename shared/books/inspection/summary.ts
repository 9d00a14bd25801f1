import type { Finding } from '../../bookkeeping/leg.ts';
import type { KnownFact, Subject } from '../../bookkeeping/subject.ts';
import type { When } from '../../calendar/when.ts';
import type { Zone } from '../../calendar/zone.ts';
import type { FieldId, UnitId } from '../../contracts/ids.ts';
import type { InspectionFact } from './fact.ts';
import type { InspectionKind, InspectionMode } from './kinds.ts';
import { type FindingLine, type InspectionTimeline, inspectionTimeline } from './timeline.ts';

interface Summary {
  readonly inspectionId: string;
  readonly account: string;
  readonly unit: UnitId | null;
  readonly kind: InspectionKind | null;
  readonly field: FieldId | null;
  readonly findings: readonly Finding[];
}

/** The present state of an inspection (cuộc kiểm tra). */
export interface InspectionSummary extends Summary {
  readonly of: 'inspection';
  readonly mode: InspectionMode | null;
  readonly announced: boolean | null;
  /** Local dates. */
  readonly plannedFrom: string | null;
  readonly plannedUntil: string | null;
  readonly instrument: string | null;
  readonly visits: readonly When[];
  readonly concludedAt: When | null;
  readonly conclusionNumber: string | null;
  /** The due dates of its findings that are not closed, in the order of their names; null where none is set. */
  readonly openFindings: readonly (When | null)[];
  readonly allFindings: number;
}

/** The present state of one finding of an inspection (tồn tại, hạn chế). */
export interface InspectionFindingSummary extends Summary {
  readonly of: 'finding';
  readonly findingId: string;
  readonly clause: string | null;
  readonly description: string | null;
  readonly foundAt: When | null;
  readonly dueAt: When | null;
  readonly closedAt: When | null;
  readonly evidence: string | null;
}

export const timelineOf = (known: readonly KnownFact<InspectionFact>[], zone: Zone): InspectionTimeline =>
  inspectionTimeline(
    known.map(({ fact }) => fact),
    zone,
  );

/** An inspection and its findings, evaluated from its facts. */
export function inspectionSummaries(
  { names, known }: Subject<InspectionFact>,
  zone: Zone,
): {
  readonly inspection: InspectionSummary;
  readonly lines: readonly InspectionFindingSummary[];
} {
  const timeline = timelineOf(known, zone);
  const inspectionId = names[0]?.name ?? '';
  return {
    inspection: inspectionOf(inspectionId, timeline),
    lines: timeline.lines.map((line) => findingOf(inspectionId, line)),
  };
}

function inspectionOf(
  inspectionId: string,
  { inspection, plan, visits, conclusion, mode, announced, lines }: InspectionTimeline,
): InspectionSummary {
  const { unit, kind, field } = inspection.dimensions;
  return {
    of: 'inspection',
    ...{ inspectionId, account: inspection.side.account, unit, kind, field, findings: inspection.findings },
    mode: mode ?? null,
    announced: announced ?? null,
    plannedFrom: plan?.from ?? null,
    plannedUntil: plan?.until ?? null,
    instrument: plan?.instrument ?? null,
    visits: visits.map(({ at }) => at),
    concludedAt: conclusion?.at ?? null,
    conclusionNumber: conclusion?.number ?? null,
    openFindings: lines
      .filter(({ side }) => side.account === 'finding/open')
      .map(({ stated }) => stated?.dueAt ?? null),
    allFindings: lines.length,
  };
}

function findingOf(inspectionId: string, line: FindingLine): InspectionFindingSummary {
  const { finding, stated, closed, side, dimensions, findings } = line;
  const { unit, kind, field } = dimensions;
  return {
    of: 'finding',
    ...{ inspectionId, findingId: finding, account: side.account, unit, kind, field, findings },
    clause: stated?.clause ?? null,
    description: stated?.description ?? null,
    foundAt: stated?.time ?? null,
    dueAt: stated?.dueAt ?? null,
    closedAt: closed?.at ?? null,
    evidence: closed?.evidence ?? null,
  };
}
