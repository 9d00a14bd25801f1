import type { DomainEvent } from '../contracts/event.ts';
import { fromStored, isEventType } from '../contracts/event.ts';
import { type EventId, eventId } from '../contracts/ids.ts';
import type { RecordedEvent } from '../event-store/port.ts';
import type { Moment } from '../kernel/clock.ts';
import { composed } from '../kernel/written-text.ts';
import type { Agencies } from '../office/agencies.ts';

/** An event of a type the ledger folds, parsed, and the moment since when it is known. */
export interface ParsedEvent {
  readonly recorded: RecordedEvent;
  readonly event: DomainEvent;
  /** The greatest recordedAt up to its position. */
  readonly knownAt: Moment;
}

/** An event that could not be folded. It is set aside, the others go on. */
export interface PoisonEvent {
  readonly recorded: Pick<RecordedEvent, 'position' | 'id' | 'stream' | 'type'>;
  readonly error: unknown;
}

export interface ParsedBatch {
  readonly events: readonly ParsedEvent[];
  readonly poison: readonly PoisonEvent[];
  /** The greatest recordedAt up to the end of the batch. */
  readonly knownAt: Moment;
}

/** @param knownAt of the position before the batch. */
export function parseBatch(recorded: readonly RecordedEvent[], knownAt: Moment): ParsedBatch {
  const events: ParsedEvent[] = [];
  const poison: PoisonEvent[] = [];
  let latest = knownAt;
  for (const each of recorded) {
    latest = Math.max(latest, each.recordedAt);
    // Alerts, objectives and the like live in the same store; the ledger only passes them.
    if (!isEventType(each.type)) continue;
    try {
      events.push({ recorded: each, event: fromStored(each.type, each.data), knownAt: latest });
    } catch (error) {
      poison.push({ recorded: each, error });
    }
  }
  return { events, poison, knownAt: latest };
}

/**
 * The events in runs: rows of the table of agency identifiers that became known at one moment, or anything else. After a row
 * what it concerns is revised, so it is folded apart.
 */
export function* runsOf(
  events: readonly ParsedEvent[],
): Generator<{ readonly isTable: boolean; readonly events: readonly ParsedEvent[] }> {
  const isRow = (one: ParsedEvent | undefined) => one?.event.type === 'agency-id.mapped.v1';
  let start = 0;
  for (let end = 1; end <= events.length; end += 1) {
    const [first, next] = [events[start], events[end]];
    const goesOn = next && isRow(first) === isRow(next) && (!isRow(first) || first?.knownAt === next.knownAt);
    if (goesOn) continue;
    yield { isTable: isRow(first), events: events.slice(start, end) };
    start = end;
  }
}

/** Ids of the subjects a batch speaks of or links: what must be loaded to fold it. */
export function namesIn(
  events: readonly ParsedEvent[],
  agencies: Agencies,
): {
  readonly dossiers: ReadonlySet<string>;
  readonly documents: ReadonlySet<string>;
} {
  const dossiers = new Set<string>();
  const documents = new Set<string>();
  for (const { event } of events) {
    switch (event.type) {
      case 'dossier.status.v1':
        dossiers.add(event.data.dossierId);
        for (const alias of event.data.aliases ?? []) dossiers.add(alias);
        break;
      case 'document.registered.v1':
        documents.add(event.data.documentId);
        for (const alias of event.data.aliases ?? []) documents.add(alias);
        break;
      case 'document.exchange.v1':
        documents.add(event.data.documentId);
        break;
      case 'unit.declared.v1':
      case 'calendar.day-declared.v1':
      case 'agency-id.mapped.v1':
        break;
    }
  }
  if (agencies.isEmpty) return { dossiers, documents };
  return {
    dossiers: new Set(agencies.namesOf([...dossiers])),
    documents: new Set(agencies.namesOf([...documents])),
  };
}

/**
 * The id by which facts speak of an event: that of its composed source and id. So one that was stored decomposed is corrected by
 * an event that names it composed, as all events do now.
 */
export function factId({ id, metadata }: Pick<RecordedEvent, 'id' | 'metadata'>): EventId {
  const source = composed(metadata.source);
  const sourceId = composed(metadata.sourceId);
  return source === metadata.source && sourceId === metadata.sourceId ? id : eventId(source, sourceId);
}

/** The {@link factId} of the event that this one replaces. */
export const correctedId = ({ metadata }: Pick<RecordedEvent, 'metadata'>, corrects: string): EventId =>
  eventId(composed(metadata.source), composed(corrects));
