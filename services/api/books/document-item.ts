import { z } from 'zod';
import type { Knowledge } from '../../../shared/bookkeeping/balance.ts';
import { documentBook, exchangeFact, registerFact } from '../../../shared/books/document/book.ts';
import { documentExchange } from '../../../shared/books/document/exchange.v1.ts';
import type { DocumentFact } from '../../../shared/books/document/fact.ts';
import { documentRegistered } from '../../../shared/books/document/registered.v1.ts';
import type { DocumentSummary, ExchangeSummary } from '../../../shared/books/document/summary.ts';
import { documentTimeline, notableAt } from '../../../shared/books/document/timeline.ts';
import type { Zone } from '../../../shared/calendar/zone.ts';
import { fromStored } from '../../../shared/contracts/event-kind.ts';
import type { RecordedEvent } from '../../../shared/contracts/stored-event.ts';
import { momentTextOrNull } from '../../../shared/kernel/clock.ts';
import type { ReadOptions } from '../../../shared/ledger/port.ts';
import type { Agencies } from '../../../shared/office/agencies.ts';
import { findingSchema, historyFields, timestamp, when } from '../schema-parts.ts';
import { findingView, whenOrNull } from '../views.ts';
import { type EventReader, History } from './history.ts';
import type { Seen } from './item-view.ts';
import { usedEvents, usedEventsSchema } from './used-events.ts';

export const exchangeSchema = z.object({
  documentId: z.string(),
  recipient: z.string(),
  account: z.string(),
  scope: z.string().nullable(),
  fromUnit: z.string().nullable(),
  channel: z.string().nullable(),
  issuedAt: when.nullable(),
  graceUntil: timestamp.nullable(),
  findings: z.array(findingSchema),
});

export const documentDetailSchema = z.object({
  id: z.string(),
  aliases: z.array(z.string()),
  pairs: z.array(exchangeSchema),
  events: usedEventsSchema('applied, superseded, replaced, unregistered'),
  ...historyFields,
});

/** A (document × recipient) pair as it is seen at a moment. */
export function exchangeItem(pair: ExchangeSummary, { now }: Pick<Seen, 'now'>) {
  const { issuedAt, graceUntil, ...rest } = pair;
  return {
    ...rest,
    issuedAt: whenOrNull(issuedAt),
    graceUntil: momentTextOrNull(graceUntil),
    findings: notableAt(now, pair).map(findingView),
  };
}

/** A page of the events of a document, under whichever of its ids, in the order of their time, and how each was used. */
export async function documentHistory(
  events: EventReader,
  { id, aliases }: Pick<DocumentSummary, 'id' | 'aliases'>,
  { zone, agencies }: { readonly zone: Zone; readonly agencies: Agencies },
  known: Knowledge,
  cursor: string | undefined,
  reading: ReadOptions,
) {
  const history = new History(
    events,
    [id, ...aliases].map((name) => `document-${name}`),
    known,
    reading,
  );
  const usesOf = (facts: readonly DocumentFact[]) =>
    documentTimeline(
      facts.map((fact) => agencies.inFact(documentBook, fact)),
      zone,
    ).classified;
  return usedEvents(history, { zone, factOf, usesOf, cursor });
}

/** Undefined for an event of another type. How an event is used does not depend on the grace. */
function factOf(recorded: RecordedEvent): DocumentFact | undefined {
  if (recorded.type === documentRegistered.type) {
    const { time, data } = fromStored(documentRegistered, recorded.data);
    return registerFact(recorded, time, data, 0);
  }
  if (recorded.type !== documentExchange.type) return undefined;
  const { time, data } = fromStored(documentExchange, recorded.data);
  return exchangeFact(recorded, time, data);
}
