import type { RecordedEvent } from '../contracts/stored-event.ts';
import { eventsOfStream } from '../event-store/events-of-stream.ts';
import type { EventStore } from '../event-store/port.ts';
import { AUDIT } from './audit-log.ts';

/** Reads the stream `audit` from its end. */
export class AuditReader {
  readonly #events: Pick<EventStore, 'readStream'>;
  #end = 0;

  constructor(events: Pick<EventStore, 'readStream'>) {
    this.#events = events;
  }

  /** Up to `limit` acts before a revision, newest first. @throws StoreError @throws the reason of the signal */
  async before(
    revision: number | undefined,
    limit: number,
    signal?: AbortSignal,
  ): Promise<readonly RecordedEvent[]> {
    const end = Math.min(revision ?? Number.MAX_SAFE_INTEGER, await this.#endNow(signal));
    const from = Math.max(0, end - limit);
    if (end === 0) return [];
    return [...(await this.#events.readStream(AUDIT, from, end - from))].reverse();
  }

  async #endNow(signal?: AbortSignal): Promise<number> {
    for await (const { revision } of eventsOfStream(this.#events, AUDIT, this.#end, signal))
      this.#end = revision + 1;
    return this.#end;
  }
}
