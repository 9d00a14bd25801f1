import { type Book, type BookEvent, NO_ALIASES } from '../../bookkeeping/book.ts';
import { correctedId, factId } from '../../bookkeeping/fact-id.ts';
import { reachOf, type When } from '../../calendar/when.ts';
import { HOUR } from '../../calendar/zone.ts';
import type { RecordedEvent } from '../../contracts/stored-event.ts';
import type { Moment } from '../../kernel/clock.ts';
import { documentChart, documentDimensions } from './accounts.ts';
import { type DocumentExchangeV1, documentExchange } from './exchange.v1.ts';
import type { DocumentFact, ExchangeFact, RegisteredRecipient, RegisterFact } from './fact.ts';
import { OpenDocument, standingOf } from './open-timeline.ts';
import { type DocumentRegisteredV1, documentRegistered } from './registered.v1.ts';
import { type ExchangeSummary, exchangeSummaries, pairsOf } from './summary.ts';

/** Working time during which a document may still be on its way. */
const GRACE = 2 * HOUR;

/** The fact of one `document.registered.v1` event. @param graceUntil by the calendar known with the event */
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

/** The fact of one `document.exchange.v1` event. */
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

const register: BookEvent<DocumentFact, DocumentRegisteredV1> = {
  kind: documentRegistered,
  subjectOf: ({ documentId: name, aliases = NO_ALIASES }) => ({ name, aliases }),
  factOf: (recorded, { time, data }, { zone, calendar }) =>
    // A document issued on a date without an hour may have been sent in the last minute of that day.
    registerFact(recorded, time, data, calendar.addWorkingTime(reachOf(data.issuedAt, zone), GRACE)),
};
const exchange: BookEvent<DocumentFact, DocumentExchangeV1> = {
  kind: documentExchange,
  subjectOf: ({ documentId: name }) => ({ name, aliases: NO_ALIASES }),
  factOf: (recorded, { time, data }) => exchangeFact(recorded, time, data),
};

/** The book of outgoing documents (văn bản đi), one standing for each recipient. */
export const documentBook: Book<DocumentFact, ExchangeSummary> = {
  name: 'document',
  number: 2,
  collection: 'documents',
  events: [register, exchange],
  accounts: documentChart,
  dimensions: documentDimensions,
  // Documents have few facts each, with lists in them: stored as plain JSON.
  codec: { encode: (fact) => fact, decode: (stored) => stored as DocumentFact },
  evaluate(known, zone) {
    const pairs = pairsOf(known, zone);
    return {
      legs: pairs.flatMap(({ legs }) => legs),
      standings: pairs.map(standingOf),
    };
  },
  extending: {
    weightOf: (fact) => (fact.kind === 'register' ? 1 + fact.recipients.length : 1),
    open: (known, zone) => new OpenDocument(known, zone),
  },
  itemOf(subject, { apart }, zone) {
    const pair = exchangeSummaries(subject, zone).find(({ recipient }) => recipient === apart);
    if (!pair) throw new Error(`The ledger lists an exchange with ${apart} that its document does not have`);
    return pair;
  },
  unitsIn: (fact) =>
    fact.kind === 'exchange' ? [fact.recipient] : [fact.fromUnit, ...fact.recipients.map(({ unit }) => unit)],
  withUnits(fact, unitOf) {
    if (fact.kind === 'exchange') return { ...fact, recipient: unitOf(fact.recipient) };
    return {
      ...fact,
      fromUnit: unitOf(fact.fromUnit),
      recipients: fact.recipients.map((each) => ({ ...each, unit: unitOf(each.unit) })),
    };
  },
  agencySeparator: ',',
};
