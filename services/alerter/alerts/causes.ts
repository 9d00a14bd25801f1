import type { Position } from '../../../shared/contracts/stored-event.ts';
import { causesIn } from '../../../shared/event-store/causes.ts';
import type { EventStore } from '../../../shared/event-store/port.ts';

/** An evaluation comes at most a second after the one before: more events than this lie between two of them only under full load. */
const MOST_EVENTS = 5_000;

/**
 * The `traceparent`s of the feeds' events between two evaluations, the newest first; up to the first 5,000 events.
 * @throws StoreError
 */
export async function causesBetween(
  store: Pick<EventStore, 'readAll'>,
  after: Position,
  upTo: Position,
): Promise<readonly (string | undefined)[]> {
  if (upTo <= after) return [];
  const { events } = await store.readAll(after, MOST_EVENTS);
  return [...causesIn(events.filter(({ position }) => position <= upTo))];
}
