import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { eventId, feedName, type StreamName, streamName } from '../../contracts/ids.ts';
import type { EventMetadata, EventToRecord, Position, RecordedEvent } from '../../contracts/stored-event.ts';
import type { EventStore, Page, RecordOutcome, SubscribeOptions } from '../port.ts';

let made = 0;

export const RECORDED_AT = Date.UTC(2026, 10, 23, 2, 0);
const NEVER = new AbortController().signal;

/** JSON and not, and JSON that is another text when it has been read and written. */
export const AWKWARD_TEXTS: readonly string[] = [
  '{"b":1,"a":[true,null]}',
  '{"b":1,"7":2}',
  '{"n":1.50}',
  '{"a":1,"a":2}',
  '[1]',
  '7',
  '{ "a": 1 }',
];

/** A stream no other test knows: suites run against servers that outlive them. */
export const freshStream = (): StreamName => streamName(`test-${randomUUID()}`);

/** Makes a test out of a body that wants the store of its suite. */
export type WithStore = (test: (store: EventStore) => Promise<void>) => () => Promise<void>;

interface EventParts {
  readonly type?: string;
  readonly data?: string;
  readonly metadata?: Partial<EventMetadata>;
}

export function newEvent(stream = freshStream(), { type, data, metadata }: EventParts = {}): EventToRecord {
  const sourceId = `${randomUUID()}-${++made}`;
  return {
    id: eventId('urn:test', sourceId),
    type: type ?? 'test.happened.v1',
    stream,
    data: data ?? JSON.stringify({ made }),
    metadata: { source: 'urn:test', sourceId, feed: feedName('test'), rank: 1, ...metadata },
  };
}

export const eventsOf = (stream: StreamName, count: number): EventToRecord[] =>
  Array.from({ length: count }, () => newEvent(stream));

export const idsOf = (events: readonly ({ readonly id: string } | undefined)[]): (string | undefined)[] =>
  events.map((event) => event?.id);

/** Where each stands that the store has. */
export const placesOf = (outcomes: readonly RecordOutcome[]): Position[] =>
  outcomes.flatMap((outcome) => ('position' in outcome ? [outcome.position] : []));

/** Reads pages until `enough` says so of the last one, or the subscription ends. */
export async function collectPages(
  store: EventStore,
  options: Omit<SubscribeOptions, 'signal'> & { readonly signal?: AbortSignal },
  enough: (page: Page) => boolean,
): Promise<readonly Page[]> {
  const done = new AbortController();
  const pages: Page[] = [];
  const signal = AbortSignal.any([done.signal, options.signal ?? NEVER]);
  for await (const page of store.subscribe({ ...options, signal })) {
    pages.push(page);
    if (enough(page)) done.abort();
  }
  return pages;
}

/** The events of the pages until `enough` says so of all of them, or the subscription ends. */
export async function collect(
  store: EventStore,
  options: Omit<SubscribeOptions, 'signal'> & { readonly signal?: AbortSignal },
  enough: (events: readonly RecordedEvent[]) => boolean,
): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  await collectPages(store, options, (page) => {
    events.push(...page.events);
    return enough(events);
  });
  return events;
}

/** One writer among many: small batches and single appends to two streams of its own, with pauses by lot. */
export async function writeAtRandom(
  store: EventStore,
  seed: number,
  count: number,
): Promise<EventToRecord[]> {
  const streams = [freshStream(), freshStream()];
  const written: EventToRecord[] = [];
  let lot = seed + 1;
  while (written.length < count) {
    lot = (Math.imul(lot, 1_664_525) + 1_013_904_223) >>> 0;
    const stream = streams[lot % 2] ?? freshStream();
    const size = Math.min(1 + ((lot >>> 8) % 4), count - written.length);
    const events = eventsOf(stream, size);
    if (lot & 0x1_0000) await store.record(events, RECORDED_AT);
    else await store.append(stream, 'any', events, RECORDED_AT);
    written.push(...events);
    await pause((lot >>> 20) % 4);
  }
  return written;
}
