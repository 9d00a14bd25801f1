import type { Finding } from '../../bookkeeping/leg.ts';
import type { KnownFact, Subject } from '../../bookkeeping/subject.ts';
import type { When } from '../../calendar/when.ts';
import type { Zone } from '../../calendar/zone.ts';
import type { DocumentId, UnitId } from '../../contracts/ids.ts';
import type { Moment } from '../../kernel/clock.ts';
import type { DocumentFact } from './fact.ts';
import { sendersIn } from './open-timeline.ts';
import type { ExchangeChannel, Scope } from './registered.v1.ts';
import { documentTimeline, type PairTimeline } from './timeline.ts';

/** The present state of a (document × recipient) pair. */
export interface ExchangeSummary {
  readonly documentId: DocumentId;
  readonly recipient: UnitId;
  readonly account: string;
  readonly scope: Scope | null;
  readonly fromUnit: UnitId | null;
  readonly channel: ExchangeChannel | null;
  readonly issuedAt: When | null;
  readonly graceUntil: Moment | null;
  readonly findings: readonly Finding[];
}

/** The present state of a document, for each of its recipients. */
export interface DocumentSummary {
  readonly id: DocumentId;
  readonly aliases: readonly DocumentId[];
  readonly pairs: readonly ExchangeSummary[];
}

export const pairsOf = (known: readonly KnownFact<DocumentFact>[], zone: Zone): readonly PairTimeline[] =>
  documentTimeline(
    known.map(({ fact }) => fact),
    zone,
    sendersIn(known),
  ).pairs;

/** A document evaluated from its facts. */
export function documentSummary(subject: Subject<DocumentFact>, zone: Zone): DocumentSummary {
  const id = primaryName(subject.known) as DocumentId;
  const names = subject.names.map(({ name }) => name as DocumentId);
  return {
    id,
    aliases: names.filter((name) => name !== id).sort(),
    pairs: exchangeSummaries(subject, zone),
  };
}

/** Every recipient of a document, evaluated from its facts. */
export function exchangeSummaries({ known }: Subject<DocumentFact>, zone: Zone): ExchangeSummary[] {
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

/** The id in the register, else on the axis; of several the smallest, so that the order of arrival is irrelevant. */
function primaryName(known: readonly KnownFact<DocumentFact>[]): string {
  const registered = known.filter(({ fact }) => fact.kind === 'register');
  const names = (registered.length > 0 ? registered : known).map(({ name }) => name);
  return names.sort()[0] ?? '';
}
