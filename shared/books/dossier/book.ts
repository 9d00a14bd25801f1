import { type Book, type BookEvent, NO_ALIASES, type Place } from '../../bookkeeping/book.ts';
import type { ExtensionRule } from '../../bookkeeping/extension-rule.ts';
import { correctedId, factId } from '../../bookkeeping/fact-id.ts';
import type { KnownFact, Subject } from '../../bookkeeping/subject.ts';
import type { When } from '../../calendar/when.ts';
import type { Zone } from '../../calendar/zone.ts';
import { fromStored } from '../../contracts/event-kind.ts';
import type { RecordedEvent } from '../../contracts/stored-event.ts';
import { dossierChart, dossierDimensions } from './accounts.ts';
import { type DossierApologyV1, dossierApology } from './apology.v1.ts';
import { dossierFacts } from './codec.ts';
import { onTimeDefinitions } from './definitions/registry.ts';
import type { DossierFact } from './fact.ts';
import { OpenDossier } from './open-timeline.ts';
import { type DossierStatusV1, dossierStatus } from './status.v1.ts';
import { type DossierSummary, dossierSummary, standingAt } from './summary.ts';
import { dossierLife, standingOf } from './timeline.ts';

/** The fact of one `dossier.status.v1` event. */
function statusFact(
  event: RecordedEvent,
  time: When,
  data: DossierStatusV1,
  rule: ExtensionRule,
): DossierFact {
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
    returnedAt: data.returnedAt,
    outcome: data.outcome,
    unit: data.unitId,
    field: data.fieldId,
    procedure: data.procedureId,
    channel: data.channel,
    anyExtension: data.dueBasis === 'extension' ? anyBy(rule) : undefined,
    letter: undefined,
  };
}

const anyBy = (rule: ExtensionRule): true | undefined => (rule === 'any' ? true : undefined);

/** The fact of one letter of apology: of its date, and an extension where it names a new due date. */
function letterFact(
  event: RecordedEvent,
  time: When,
  data: DossierApologyV1,
  rule: ExtensionRule,
): DossierFact {
  const { metadata } = event;
  const isExtension = data.newDueAt !== undefined;
  return {
    id: factId(event),
    recordedAt: event.recordedAt,
    rank: metadata.rank,
    time: data.date,
    status: 'apology',
    assertedAt: data.assertedAt ?? time,
    sequence: undefined,
    corrects: data.corrects === undefined ? undefined : correctedId(event, data.corrects),
    defaulted: undefined,
    timeInferred: undefined,
    receivedAt: undefined,
    dueAt: data.newDueAt,
    dueBasis: isExtension ? 'extension' : undefined,
    limitUnit: undefined,
    finishedAt: undefined,
    returnedAt: undefined,
    outcome: undefined,
    unit: undefined,
    field: undefined,
    procedure: undefined,
    channel: undefined,
    anyExtension: isExtension ? anyBy(rule) : undefined,
    letter: data.letterNumber,
  };
}

const status: BookEvent<DossierFact, DossierStatusV1> = {
  kind: dossierStatus,
  subjectOf: ({ dossierId: name, aliases = NO_ALIASES }) => ({ name, aliases }),
  factOf: (recorded, { time, data }, { extensionRule }) => statusFact(recorded, time, data, extensionRule),
};

const apology: BookEvent<DossierFact, DossierApologyV1> = {
  kind: dossierApology,
  subjectOf: ({ dossierId: name }) => ({ name, aliases: NO_ALIASES }),
  factOf: (recorded, { time, data }, { extensionRule }) => letterFact(recorded, time, data, extensionRule),
};

/** The fact of a stored event of a dossier, and its content; undefined for an event of another type. */
export function dossierEvent(recorded: RecordedEvent, rule: ExtensionRule) {
  if (recorded.type === dossierStatus.type) {
    const { time, data } = fromStored(dossierStatus, recorded.data);
    return { time, status: data.status, data, fact: statusFact(recorded, time, data, rule) };
  }
  if (recorded.type !== dossierApology.type) return undefined;
  const { time, data } = fromStored(dossierApology, recorded.data);
  return { time, status: 'apology', data, fact: letterFact(recorded, time, data, rule) } as const;
}

/** The book of dossiers (hồ sơ thủ tục hành chính). */
export const dossierBook: Book<DossierFact, DossierSummary> = {
  name: 'dossier',
  number: 1,
  collection: 'dossiers',
  events: [status, apology],
  accounts: dossierChart,
  dimensions: dossierDimensions,
  codec: dossierFacts,
  evaluate(known, zone) {
    const life = dossierLife(factsOf(known), zone);
    return { legs: life.journal.legs, standings: [standingOf(life, life.findings, zone)] };
  },
  extending: { weightOf: () => 1, open: (known, zone) => new OpenDossier(known, zone) },
  itemOf: (subject: Subject<DossierFact>, place: Place, zone: Zone) =>
    standingAt(dossierSummary(subject, zone), place),
  unitsIn: ({ unit }) => (unit === undefined ? [] : [unit]),
  withUnits: (fact, unitOf) => (fact.unit === undefined ? fact : { ...fact, unit: unitOf(fact.unit) }),
  withRank: (fact, rank) => (rank === fact.rank ? fact : { ...fact, rank }),
  agencySeparator: '-',
  definitions: onTimeDefinitions,
};

const factsOf = (known: readonly KnownFact<DossierFact>[]): readonly DossierFact[] =>
  known.map(({ fact }) => fact);
