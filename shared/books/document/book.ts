import type { Evaluation, KnownFact, Subject } from '../../bookkeeping/subject.ts';
import type { When } from '../../calendar/when.ts';
import type { Zone } from '../../calendar/zone.ts';
import { agencyIn } from '../../contracts/agency-in-id.ts';
import type { DocumentId } from '../../contracts/ids.ts';
import type { RecordedEvent } from '../../event-store/port.ts';
import type { Moment } from '../../kernel/clock.ts';
import { correctedId, factId } from '../../ledger/fold-events.ts';
import type { DocumentSummary, ExchangeSummary } from '../../ledger/port.ts';
import type { DocumentExchangeV1 } from './exchange.v1.ts';
import type { DocumentFact, ExchangeFact, RegisteredRecipient, RegisterFact } from './fact.ts';
import type { DocumentRegisteredV1 } from './registered.v1.ts';
import { documentTimeline, type PairTimeline } from './timeline.ts';

export type DocumentSubject = Subject<DocumentFact>;
type KnownDocumentFact = KnownFact<DocumentFact>;

/** What the ledger keeps of one `document.registered.v1` event. @param graceUntil by the calendar known with the event */
export function registerFact(
  event: RecordedEvent,
  time: When,
  data: DocumentRegisteredV1,
  graceUntil: Moment,
): RegisterFact {
  return {
    kind: 'register',
    id: factId(event),
    recordedAt: event.recordedAt,
    time,
    ...(data.assertedAt === undefined ? {} : { assertedAt: data.assertedAt }),
    ...(data.corrects === undefined ? {} : { corrects: correctedId(event, data.corrects) }),
    scope: data.scope,
    fromUnit: data.fromUnitId,
    issuedAt: data.issuedAt,
    graceUntil,
    recipients: data.recipients.map(recipientOf),
  };
}

function recipientOf({
  unitId,
  channel,
  exemption,
}: DocumentRegisteredV1['recipients'][number]): RegisteredRecipient {
  if (!exemption) return { unit: unitId, channel };
  const { reason, citation } = exemption;
  return { unit: unitId, channel, exemption: citation === undefined ? { reason } : { reason, citation } };
}

/** What the ledger keeps of one `document.exchange.v1` event. */
export function exchangeFact(event: RecordedEvent, time: When, data: DocumentExchangeV1): ExchangeFact {
  return {
    kind: 'exchange',
    id: factId(event),
    recordedAt: event.recordedAt,
    time,
    recipient: data.recipientUnitId,
    step: data.step,
    at: data.at,
    ...(data.marks?.includes('time-inferred') ? { timeInferred: true as const } : {}),
  };
}

const pairsOf = (known: readonly KnownDocumentFact[], zone: Zone): readonly PairTimeline[] =>
  documentTimeline(
    known.map(({ fact }) => fact),
    zone,
    new Set(known.flatMap(({ name }) => agencyIn(name) ?? [])),
  ).pairs;

export function evaluateDocument(known: readonly KnownDocumentFact[], zone: Zone): Evaluation {
  const pairs = pairsOf(known, zone);
  return {
    legs: pairs.flatMap(({ legs }) => legs),
    standings: pairs.map(({ dimensions, standing, legs, findings }) => ({
      dimensions,
      side: standing,
      day: legs.at(-1)?.day ?? null,
      findings,
    })),
  };
}

/** A document as its facts have it. */
export function documentSummary(subject: DocumentSubject, zone: Zone): DocumentSummary {
  const id = primaryName(subject.known) as DocumentId;
  const names = subject.names.map(({ name }) => name as DocumentId);
  return {
    id,
    aliases: names.filter((name) => name !== id).sort(),
    pairs: exchangeSummaries(subject, zone),
  };
}

/** Every recipient of a document as its facts have it. */
export function exchangeSummaries({ known }: DocumentSubject, zone: Zone): ExchangeSummary[] {
  const documentId = primaryName(known) as DocumentId;
  return pairsOf(known, zone).map((pair) => ({
    documentId,
    recipient: pair.recipient,
    account: pair.standing.account,
    scope: pair.scope,
    fromUnit: pair.fromUnit,
    channel: pair.channel,
    issuedAt: pair.issuedAt,
    graceUntil: pair.graceUntil,
    findings: pair.findings,
  }));
}

/** The register's own id of it, else the axis's; of several the smallest, so that no order of arrival shows. */
function primaryName(known: readonly KnownDocumentFact[]): string {
  const registered = known.filter(({ fact }) => fact.kind === 'register');
  const names = (registered.length > 0 ? registered : known).map(({ name }) => name);
  return names.sort()[0] ?? '';
}
