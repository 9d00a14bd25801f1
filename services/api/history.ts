import type { Knowledge } from '../../shared/bookkeeping/balance.ts';
import { factId } from '../../shared/bookkeeping/fact-id.ts';
import { documentBook, exchangeFact, registerFact } from '../../shared/books/document/book.ts';
import { documentExchange } from '../../shared/books/document/exchange.v1.ts';
import type { DocumentFact } from '../../shared/books/document/fact.ts';
import { documentRegistered } from '../../shared/books/document/registered.v1.ts';
import type { DocumentSummary } from '../../shared/books/document/summary.ts';
import { documentTimeline } from '../../shared/books/document/timeline.ts';
import { dossierFact } from '../../shared/books/dossier/book.ts';
import { type DossierStatusV1, dossierStatus } from '../../shared/books/dossier/status.v1.ts';
import type { DossierSummary } from '../../shared/books/dossier/summary.ts';
import { dossierTimeline } from '../../shared/books/dossier/timeline.ts';
import { firstMomentOf, whenText } from '../../shared/calendar/when.ts';
import { formatDay, type Zone } from '../../shared/calendar/zone.ts';
import { type DomainEvent, type EventKind, fromStored } from '../../shared/contracts/event-kind.ts';
import { streamName } from '../../shared/contracts/ids.ts';
import type { RecordedEvent } from '../../shared/contracts/stored-event.ts';
import type { EventStore } from '../../shared/event-store/port.ts';
import type { Agencies } from '../../shared/office/agencies.ts';
import { instant, positionText } from './views.ts';

export type EventReader = Pick<EventStore, 'readStream' | 'readAll' | 'subscribe' | 'head'>;

interface Told<Data extends object> {
  readonly recorded: RecordedEvent;
  readonly event: DomainEvent<Data>;
}

async function eventsIn(
  events: EventReader,
  stream: string,
  { knownAt }: Knowledge,
): Promise<readonly RecordedEvent[]> {
  const recorded = await events.readStream(streamName(stream));
  return recorded.filter(({ recordedAt }) => knownAt === undefined || recordedAt <= knownAt);
}

const ofKind = <Data extends object>(
  recorded: readonly RecordedEvent[],
  kind: EventKind<Data>,
): Told<Data>[] =>
  recorded
    .filter(({ type }) => type === kind.type)
    .map((one) => ({ recorded: one, event: fromStored(kind, one.data) }));

/** Every event of a dossier, under whichever of its ids, in the order in which its timeline took them, and what they moved. */
export async function dossierHistory(
  events: EventReader,
  { id, aliases }: DossierSummary,
  zone: Zone,
  known: Knowledge,
) {
  const told = new Map<string, Told<DossierStatusV1>>();
  const facts = [];
  for (const name of [id, ...aliases]) {
    for (const one of ofKind(await eventsIn(events, `dossier-${name}`, known), dossierStatus)) {
      told.set(factId(one.recorded), one);
      facts.push(dossierFact(one.recorded, one.event.time, one.event.data));
    }
  }
  const { classified, legs } = dossierTimeline(facts, zone);
  const timeline = classified.flatMap(({ fact, use }) => {
    const one = told.get(fact.id);
    if (!one) return [];
    return [{ ...heading(one), status: one.event.data.status, use, reason: one.event.data.reason ?? null }];
  });
  return {
    timeline,
    legs: legs.map(({ day, from, to }) => ({ day: formatDay(day), from: from.account, to: to.account })),
  };
}

/** Every event of a document, under whichever of its ids, in the order of its time, and how each was used. */
export async function documentHistory(
  events: EventReader,
  { id, aliases }: Pick<DocumentSummary, 'id' | 'aliases'>,
  { zone, agencies }: { readonly zone: Zone; readonly agencies: Agencies },
  known: Knowledge,
) {
  const told: Told<object>[] = [];
  const facts: DocumentFact[] = [];
  for (const name of [id, ...aliases]) {
    const recorded = await eventsIn(events, `document-${name}`, known);
    const registered = ofKind(recorded, documentRegistered);
    const exchanged = ofKind(recorded, documentExchange);
    told.push(...registered, ...exchanged);
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
  return told
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

function heading({ recorded, event }: Told<object>) {
  const { feed, source, sourceId, origin } = recorded.metadata;
  return {
    event: recorded.id,
    time: whenText(event.time),
    recordedAt: instant(recorded.recordedAt),
    feed,
    source,
    sourceId,
    origin: origin ?? null,
    position: positionText(recorded),
  };
}
