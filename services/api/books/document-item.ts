import { z } from 'zod';
import type { Knowledge } from '../../../shared/bookkeeping/balance.ts';
import { factId } from '../../../shared/bookkeeping/fact-id.ts';
import { documentBook, exchangeFact, registerFact } from '../../../shared/books/document/book.ts';
import { documentExchange } from '../../../shared/books/document/exchange.v1.ts';
import type { DocumentFact } from '../../../shared/books/document/fact.ts';
import { documentRegistered } from '../../../shared/books/document/registered.v1.ts';
import type { DocumentSummary, ExchangeSummary } from '../../../shared/books/document/summary.ts';
import { documentTimeline, notableAt } from '../../../shared/books/document/timeline.ts';
import { firstMomentOf } from '../../../shared/calendar/when.ts';
import type { Zone } from '../../../shared/calendar/zone.ts';
import type { RecordedEvent } from '../../../shared/contracts/stored-event.ts';
import type { Agencies } from '../../../shared/office/agencies.ts';
import { findingSchema, timestamp, when } from '../schema-parts.ts';
import { findingView, instantOrNull, whenOrNull } from '../views.ts';
import type { Seen } from './book-view.ts';
import { type EventReader, eventsIn, heading, ofKind, type ReadEvent } from './history.ts';

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
  events: z.array(
    z.object({
      event: z.string(),
      type: z.string(),
      time: when,
      recordedAt: timestamp,
      use: z.string().meta({ description: 'How it was taken: applied, superseded, replaced, unregistered.' }),
      feed: z.string(),
      source: z.string(),
      sourceId: z.string(),
      origin: z.string().nullable(),
      data: z.record(z.string(), z.unknown()),
      position: z.string(),
    }),
  ),
  position: z.string(),
  asOf: timestamp,
});

/** A (document × recipient) pair as it is seen at a moment. */
export function exchangeItem(pair: ExchangeSummary, { now }: Pick<Seen, 'now'>) {
  const { issuedAt, graceUntil, ...rest } = pair;
  return {
    ...rest,
    issuedAt: whenOrNull(issuedAt),
    graceUntil: instantOrNull(graceUntil),
    findings: notableAt(now, pair).map(findingView),
  };
}

/** Every event of a document, under whichever of its ids, in the order of its time, and how each was used. */
export async function documentHistory(
  events: EventReader,
  { id, aliases }: Pick<DocumentSummary, 'id' | 'aliases'>,
  { zone, agencies }: { readonly zone: Zone; readonly agencies: Agencies },
  known: Knowledge,
) {
  const read: ReadEvent<object>[] = [];
  const facts: DocumentFact[] = [];
  for (const name of [id, ...aliases]) {
    const recorded = await eventsIn(events, `document-${name}`, known);
    const registered = ofKind(recorded, documentRegistered);
    const exchanged = ofKind(recorded, documentExchange);
    read.push(...registered, ...exchanged);
    facts.push(
      // How an event is used does not depend on the grace.
      ...registered.map(({ recorded, event }) => registerFact(recorded, event.time, event.data, 0)),
      ...exchanged.map(({ recorded, event }) => exchangeFact(recorded, event.time, event.data)),
    );
  }
  const { classified } = documentTimeline(
    facts.map((fact) => agencies.inFact(documentBook, fact)),
    zone,
  );
  const uses = new Map(classified.map(({ fact, use }) => [fact.id, use]));
  return read
    .sort(
      (left, right) =>
        firstMomentOf(left.event.time, zone) - firstMomentOf(right.event.time, zone) ||
        left.recorded.position - right.recorded.position,
    )
    .flatMap((one) => {
      const use = uses.get(factId(one.recorded));
      return use ? [{ ...heading(one), type: one.event.type, use, data: writtenData(one.recorded) }] : [];
    });
}

/** As it stands in the store: moments as RFC 3339. */
function writtenData({ data: text }: RecordedEvent): Record<string, unknown> {
  const { time: _, ...data } = JSON.parse(text);
  return data;
}
