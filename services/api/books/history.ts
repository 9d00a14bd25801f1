import { z } from 'zod';
import type { Knowledge } from '../../../shared/bookkeeping/balance.ts';
import { factId } from '../../../shared/bookkeeping/fact-id.ts';
import type { When } from '../../../shared/calendar/when.ts';
import { whenText } from '../../../shared/calendar/when.ts';
import { type EventId, type StreamName, streamName } from '../../../shared/contracts/ids.ts';
import type { RecordedEvent } from '../../../shared/contracts/stored-event.ts';
import { eventsOfStream } from '../../../shared/event-store/events-of-stream.ts';
import type { EventStore } from '../../../shared/event-store/port.ts';
import { momentText } from '../../../shared/kernel/clock.ts';
import type { ReadOptions } from '../../../shared/ledger/port.ts';
import { refuseQuery } from '../figure-request.ts';
import { timestamp, when } from '../schema-parts.ts';
import { positionText } from '../views.ts';

export type EventReader = Pick<EventStore, 'readStream' | 'readAll' | 'subscribe' | 'head'>;

/** The events of one subject in one answer: at most so many, ending with the one whose content reaches the bytes. */
const HISTORY_EVENTS = 1_000;
const HISTORY_BYTES = 1_024 * 1_024;

/** An event of a subject, without its content. */
export interface Outline {
  /** By which facts refer to it. */
  readonly id: EventId;
  /** Bytes of its content. */
  readonly bytes: number;
}

/** The streams of a subject, read up to what is known. */
export class History {
  /** The first events: those of a page, which nearly always are all. */
  readonly #kept = new Map<EventId, RecordedEvent>();
  readonly #events: Pick<EventReader, 'readStream'>;
  readonly #streams: readonly StreamName[];
  readonly #knownAt: Knowledge['knownAt'];
  readonly #signal: AbortSignal | undefined;

  /** @param streams under each of the subject's ids */
  constructor(
    events: Pick<EventReader, 'readStream'>,
    streams: readonly string[],
    { knownAt }: Knowledge,
    { signal }: ReadOptions,
  ) {
    this.#events = events;
    this.#streams = streams.map(streamName);
    this.#knownAt = knownAt;
    this.#signal = signal;
  }

  /** Every event that is known, those of a page of them in memory at a time. */
  async *known(): AsyncGenerator<RecordedEvent> {
    let bytes = 0;
    for await (const event of this.#read()) {
      if (this.#kept.size < HISTORY_EVENTS && bytes < HISTORY_BYTES) {
        this.#kept.set(factId(event), event);
        bytes += Buffer.byteLength(event.data);
      }
      yield event;
    }
  }

  async *#read(): AsyncGenerator<RecordedEvent> {
    for (const stream of this.#streams)
      for await (const event of eventsOfStream(this.#events, stream, 0, this.#signal))
        if (this.#knownAt === undefined || event.recordedAt <= this.#knownAt) yield event;
  }

  /**
   * The events of a page of what {@link known} gave. Those of a long history are read again: what decides their order and use
   * holds no contents.
   */
  async #contentsOf(page: readonly Outline[]): Promise<ReadonlyMap<EventId, RecordedEvent>> {
    if (page.every(({ id }) => this.#kept.has(id))) return this.#kept;
    this.#kept.clear();
    const wanted = new Set(page.map(({ id }) => id));
    const found = new Map<EventId, RecordedEvent>();
    for await (const event of this.#read()) {
      const id = factId(event);
      if (wanted.has(id)) found.set(id, event);
    }
    return found;
  }

  /**
   * The page of what {@link known} gave that begins after an event. @param cursor `next` of the page before
   * @param view of an event; undefined: it is left out @throws ProblemError when the cursor is none of this history
   */
  async page<One extends Outline, View>(
    all: readonly One[],
    cursor: string | undefined,
    view: (recorded: RecordedEvent, one: One) => View | undefined,
  ): Promise<{ readonly events: View[]; readonly next?: string }> {
    const { page, next } = pageOf(all, cursor);
    const contents = await this.#contentsOf(page);
    const events = page.flatMap((one) => {
      const recorded = contents.get(one.id);
      return (recorded && view(recorded, one)) ?? [];
    });
    return { events, ...(next !== undefined && { next }) };
  }
}

export const outlineOf = (event: RecordedEvent): Outline => ({
  id: factId(event),
  bytes: Buffer.byteLength(event.data),
});

function pageOf<One extends Outline>(
  all: readonly One[],
  cursor: string | undefined,
): { readonly page: readonly One[]; readonly next?: string } {
  const begin = cursor === undefined ? 0 : all.findIndex(({ id }) => id === cursor) + 1;
  if (cursor !== undefined && begin === 0)
    return refuseQuery('cursor', 'a cursor that the history of this id gave as `next`');
  let [end, bytes] = [begin, 0];
  for (; end < all.length && end - begin < HISTORY_EVENTS && bytes < HISTORY_BYTES; end += 1)
    bytes += all[end]?.bytes ?? 0;
  const last = all[end - 1];
  return { page: all.slice(begin, end), ...(end < all.length && last && { next: last.id }) };
}

/** What is shown of every event. */
export const headingFields = {
  event: z.string(),
  time: when,
  recordedAt: timestamp,
  feed: z.string(),
  source: z.string(),
  sourceId: z.string(),
  origin: z.string().nullable(),
  position: z.string(),
};

/** The same of one event. */
export function heading(recorded: RecordedEvent, time: When) {
  const { feed, source, sourceId, origin } = recorded.metadata;
  return {
    event: recorded.id,
    time: whenText(time),
    recordedAt: momentText(recorded.recordedAt),
    feed,
    source,
    sourceId,
    origin: origin ?? null,
    position: positionText(recorded),
  };
}
