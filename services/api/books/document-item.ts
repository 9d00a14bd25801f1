import { z } from 'zod';
import type { Knowledge } from '../../../shared/bookkeeping/balance.ts';
import { documentBook, exchangeFact, registerFact } from '../../../shared/books/document/book.ts';
import { documentExchange } from '../../../shared/books/document/exchange.v1.ts';
import type { DocumentFact } from '../../../shared/books/document/fact.ts';
import { documentRegistered } from '../../../shared/books/document/registered.v1.ts';
import type { DocumentSummary, ExchangeSummary } from '../../../shared/books/document/summary.ts';
import { documentTimeline, notableAt } from '../../../shared/books/document/timeline.ts';
import { firstMomentOf, type When } from '../../../shared/calendar/when.ts';
import type { Zone } from '../../../shared/calendar/zone.ts';
import { fromStored } from '../../../shared/contracts/event-kind.ts';
import type { Position, RecordedEvent } from '../../../shared/contracts/stored-event.ts';
import { type Moment, momentTextOrNull } from '../../../shared/kernel/clock.ts';
import type { ReadOptions } from '../../../shared/ledger/port.ts';
import type { Agencies } from '../../../shared/office/agencies.ts';
import { findingSchema, historyFields, timestamp, when } from '../schema-parts.ts';
import { findingView, whenOrNull } from '../views.ts';
import { type EventReader, History, heading, pageOf, type Told, toldOf } from './history.ts';
import type { Seen } from './item-view.ts';

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
  ...historyFields,
  asOf: timestamp,
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
  const told: (Told & { readonly at: Moment; readonly position: Position })[] = [];
  const facts: DocumentFact[] = [];
  for await (const recorded of history.known()) {
    const fact = factOf(recorded);
    if (!fact) continue;
    facts.push(fact.fact);
    told.push({ ...toldOf(recorded), at: firstMomentOf(fact.time, zone), position: recorded.position });
  }
  const { classified } = documentTimeline(
    facts.map((fact) => agencies.inFact(documentBook, fact)),
    zone,
  );
  const uses = new Map(classified.map(({ fact, use }) => [fact.id, use]));
  const inOrder = told
    .filter((one) => uses.has(one.id))
    .sort((left, right) => left.at - right.at || left.position - right.position);
  const { page, next } = pageOf(inOrder, cursor);
  const contents = await history.contentsOf(page);
  return {
    events: page.flatMap((one) => {
      const [recorded, use] = [contents.get(one.id), uses.get(one.id)];
      const fact = recorded && factOf(recorded);
      if (!fact || use === undefined) return [];
      return [{ ...heading(recorded, fact.time), type: recorded.type, use, data: writtenData(recorded) }];
    }),
    ...(next !== undefined && { next }),
  };
}

/** Undefined for an event of another type. How an event is used does not depend on the grace. */
function factOf(recorded: RecordedEvent): { readonly fact: DocumentFact; readonly time: When } | undefined {
  if (recorded.type === documentRegistered.type) {
    const { time, data } = fromStored(documentRegistered, recorded.data);
    return { fact: registerFact(recorded, time, data, 0), time };
  }
  if (recorded.type !== documentExchange.type) return undefined;
  const { time, data } = fromStored(documentExchange, recorded.data);
  return { fact: exchangeFact(recorded, time, data), time };
}

/** As it stands in the store: moments as RFC 3339. */
function writtenData({ data: text }: RecordedEvent): Record<string, unknown> {
  const { time: _, ...data } = JSON.parse(text);
  return data;
}
