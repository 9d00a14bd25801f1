import type { StreamName } from '../contracts/ids.ts';
import type { RecordedEvent } from '../contracts/stored-event.ts';
import type { Moment } from '../kernel/clock.ts';
import type { ownEvent } from './own-events.ts';
import type { EventStore } from './port.ts';

/**
 * Appends an event to a stream of which so many were read. @returns the event as it is on record, so that the stream need not be read
 * again; undefined where another came meanwhile @throws StoreError
 */
export async function appendNext(
  store: Pick<EventStore, 'append'>,
  stream: StreamName,
  {
    read,
    event,
    recordedAt,
  }: {
    readonly read: number;
    readonly event: ReturnType<typeof ownEvent>;
    readonly recordedAt: Moment;
  },
): Promise<RecordedEvent | undefined> {
  const outcome = await store.append(stream, read === 0 ? 'no-stream' : read - 1, [event], recordedAt);
  if (outcome.kind !== 'appended') return undefined;
  const { revision, position } = outcome;
  return { ...event, stream, revision, position, recordedAt };
}
