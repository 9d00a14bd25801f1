import { exchangeFact, registerFact } from '../../shared/books/document/book.ts';
import type { DocumentFact } from '../../shared/books/document/fact.ts';
import { documentTimeline } from '../../shared/books/document/timeline.ts';
import { dossierFact } from '../../shared/books/dossier/book.ts';
import { dossierTimeline } from '../../shared/books/dossier/timeline.ts';
import { firstMomentOf, whenText } from '../../shared/calendar/when.ts';
import { formatDay, type Zone } from '../../shared/calendar/zone.ts';
import { type DomainEvent, fromStored, isEventType } from '../../shared/contracts/event.ts';
import { streamName } from '../../shared/contracts/ids.ts';
import type { EventStore, RecordedEvent } from '../../shared/event-store/port.ts';
import { factId } from '../../shared/ledger/fold-events.ts';
import type { DocumentSummary, DossierSummary, Knowledge } from '../../shared/ledger/port.ts';
import type { Agencies } from '../../shared/office/agencies.ts';
import { instant, positionText } from './views.ts';

export type EventReader = Pick<EventStore, 'readStream' | 'readAll' | 'subscribe' | 'head'>;

interface Told {
  readonly recorded: RecordedEvent;
  readonly event: DomainEvent;
}

async function tell(events: EventReader, stream: string, { knownAt }: Knowledge): Promise<Told[]> {
  const recorded = await events.readStream(streamName(stream));
  const known = recorded.filter(({ recordedAt }) => knownAt === undefined || recordedAt <= knownAt);
  return known.flatMap((one) =>
    isEventType(one.type) ? [{ recorded: one, event: fromStored(one.type, one.data) }] : [],
  );
}

/** Every event of a dossier, under whichever of its ids, in the order in which its timeline took them, and what they moved. */
export async function dossierHistory(
  events: EventReader,
  { id, aliases }: DossierSummary,
  zone: Zone,
  known: Knowledge,
) {
  const told = new Map<string, Told>();
  const facts = [];
  for (const name of [id, ...aliases]) {
    for (const one of await tell(events, `dossier-${name}`, known)) {
      if (one.event.type !== 'dossier.status.v1') continue;
      told.set(factId(one.recorded), one);
      facts.push(dossierFact(one.recorded, one.event.time, one.event.data));
    }
  }
  const { classified, legs } = dossierTimeline(facts, zone);
  const timeline = classified.flatMap(({ fact, use }) => {
    const one = told.get(fact.id);
    if (one?.event.type !== 'dossier.status.v1') return [];
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
  const told: Told[] = [];
  for (const name of [id, ...aliases]) told.push(...(await tell(events, `document-${name}`, known)));
  const { classified } = documentTimeline(
    told.flatMap(documentFactOf).map((fact) => agencies.documentFact(fact)),
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

function documentFactOf({ recorded, event }: Told): DocumentFact[] {
  switch (event.type) {
    case 'document.registered.v1':
      // How an event is used does not depend on the grace.
      return [registerFact(recorded, event.time, event.data, 0)];
    case 'document.exchange.v1':
      return [exchangeFact(recorded, event.time, event.data)];
    default:
      return [];
  }
}

function heading({ recorded, event }: Told) {
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
