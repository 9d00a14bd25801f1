import { setImmediate as nextTurn } from 'node:timers/promises';
import type { StreamName } from '../contracts/ids.ts';
import type { RecordedEvent } from '../contracts/stored-event.ts';
import type { EventStore } from './port.ts';

/**
 * Every event of a stream with revision ≥ `from`, in order, of which the bytes of one page are in memory at a time; the signal ends
 * the reading before its next page. @throws StoreError @throws the reason of the signal
 */
export async function* eventsOfStream(
  store: Pick<EventStore, 'readStream'>,
  stream: StreamName,
  from = 0,
  signal?: AbortSignal,
): AsyncGenerator<RecordedEvent> {
  for (let next = from; ; ) {
    const page = await store.readStream(stream, next);
    yield* page;
    const last = page.at(-1);
    if (!last) return;
    next = last.revision + 1;
    // An embedded store reads at once: others on the thread get their turn.
    await nextTurn();
    signal?.throwIfAborted();
  }
}
