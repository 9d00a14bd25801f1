import type { Evaluation, KnownFact, Subject } from '../../bookkeeping/subject.ts';
import type { When } from '../../calendar/when.ts';
import type { Zone } from '../../calendar/zone.ts';
import type { DossierId } from '../../contracts/ids.ts';
import type { RecordedEvent } from '../../event-store/port.ts';
import { correctedId, factId } from '../../ledger/fold-events.ts';
import type { DossierSummary } from '../../ledger/port.ts';
import type { DossierFact } from './fact.ts';
import type { DossierStatusV1 } from './status.v1.ts';
import { type DossierTimeline, dossierTimeline } from './timeline.ts';

export type DossierSubject = Subject<DossierFact>;
type KnownDossierFact = KnownFact<DossierFact>;

/** What the ledger keeps of one `dossier.status.v1` event. */
export function dossierFact(event: RecordedEvent, time: When, data: DossierStatusV1): DossierFact {
  const { metadata } = event;
  return {
    id: factId(event),
    recordedAt: event.recordedAt,
    rank: metadata.rank,
    time,
    status: data.status,
    assertedAt: data.assertedAt,
    sequence: data.sequence,
    corrects: data.corrects === undefined ? undefined : correctedId(event, data.corrects),
    defaulted: data.marks?.includes('defaulted') ? true : undefined,
    timeInferred: data.marks?.includes('time-inferred') ? true : undefined,
    receivedAt: data.receivedAt,
    dueAt: data.dueAt,
    dueBasis: data.dueBasis,
    limitUnit: data.limitUnit,
    finishedAt: data.finishedAt,
    outcome: data.outcome,
    unit: data.unitId,
    field: data.fieldId,
    procedure: data.procedureId,
    channel: data.channel,
  };
}

const timelineOf = (known: readonly KnownDossierFact[], zone: Zone): DossierTimeline =>
  dossierTimeline(
    known.map(({ fact }) => fact),
    zone,
  );

export function evaluateDossier(known: readonly KnownDossierFact[], zone: Zone): Evaluation {
  const { legs, findings, standing, dimensions } = timelineOf(known, zone);
  const day = legs.at(-1)?.day ?? null;
  return { legs, standings: [{ dimensions, side: standing, day, findings }] };
}

/** A dossier as its facts have it. */
export function dossierSummary({ known, names }: DossierSubject, zone: Zone): DossierSummary {
  const timeline = timelineOf(known, zone);
  const { dimensions, standing } = timeline;
  const id = primaryName(known);
  return {
    id: id as DossierId,
    aliases: names
      .map(({ name }) => name as DossierId)
      .filter((name) => name !== id)
      .sort(),
    account: standing.account,
    unit: dimensions.unit,
    field: dimensions.field,
    procedure: dimensions.procedure,
    channel: dimensions.channel,
    receivedAt: timeline.receivedAt,
    dueAt: timeline.dueAt,
    originalDueAt: timeline.originalDueAt,
    overdueFrom: timeline.overdueFrom,
    endedAt: timeline.endedAt,
    original: standing.original,
    reversions: timeline.reversions,
    findings: timeline.findings,
  };
}

/** Of the ids under which the best-ranked feed spoke the smallest, so that no order of arrival shows. */
function primaryName(known: readonly KnownDossierFact[]): string {
  const best = Math.min(...known.map(({ fact }) => fact.rank));
  const names = known.filter(({ fact }) => fact.rank === best).map(({ name }) => name);
  return names.sort()[0] ?? '';
}
