import type { Knowledge } from '../../../shared/bookkeeping/balance.ts';
import { whenText } from '../../../shared/calendar/when.ts';
import { type DomainEvent, type EventKind, fromStored } from '../../../shared/contracts/event-kind.ts';
import { streamName } from '../../../shared/contracts/ids.ts';
import type { RecordedEvent } from '../../../shared/contracts/stored-event.ts';
import type { EventStore } from '../../../shared/event-store/port.ts';
import { instant, positionText } from '../views.ts';

export type EventReader = Pick<EventStore, 'readStream' | 'readAll' | 'subscribe' | 'head'>;

/** An event as it is stored and as it is read. */
export interface ReadEvent<Data extends object> {
  readonly recorded: RecordedEvent;
  readonly event: DomainEvent<Data>;
}

/** The events of a stream that are known. */
export async function eventsIn(
  events: EventReader,
  stream: string,
  { knownAt }: Knowledge,
): Promise<readonly RecordedEvent[]> {
  const recorded = await events.readStream(streamName(stream));
  return recorded.filter(({ recordedAt }) => knownAt === undefined || recordedAt <= knownAt);
}

export const ofKind = <Data extends object>(
  recorded: readonly RecordedEvent[],
  kind: EventKind<Data>,
): ReadEvent<Data>[] =>
  recorded
    .filter(({ type }) => type === kind.type)
    .map((one) => ({ recorded: one, event: fromStored(kind, one.data) }));

/** What is shown of every event. */
export function heading({ recorded, event }: ReadEvent<object>) {
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
