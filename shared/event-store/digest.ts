import { hash } from 'node:crypto';
import type { Position, RecordedEvent } from '../contracts/stored-event.ts';
import { START } from '../contracts/stored-event.ts';
import type { EventStore } from './port.ts';

/** What two stores must have in common to hold the same. */
export interface StoreDigest {
  readonly events: number;
  readonly streams: number;
  /** Sum of the SHA-256 of every event, modulo 2^256, as 64 hex digits: the same in whatever order they were added. */
  readonly sum: string;
}

const PAGE = 5_000;
const MODULUS_BITS = 256;

/**
 * The SHA-256 of all that an event is, except for its place in the global order, which belongs to a store and not to the event.
 * As a number, so that sums and differences of whole sets can be formed.
 */
export function eventHash({
  stream,
  revision,
  id,
  type,
  data,
  metadata,
  recordedAt,
}: Omit<RecordedEvent, 'position'>): bigint {
  const { source, sourceId, feed, rank, origin = null, traceparent = null, by } = metadata;
  // JSON keeps the parts apart, whatever they contain.
  const text = JSON.stringify([
    stream,
    revision,
    id,
    type,
    data,
    source,
    sourceId,
    feed,
    rank,
    origin,
    traceparent,
    recordedAt,
    // Not null: the hash of an event from before there were names stays what it was.
    ...(by === undefined ? [] : [by]),
  ]);
  return BigInt(`0x${hash('sha256', text)}`);
}

/** Sums hashes as residues modulo 2^256. */
export const addHash = (sum: bigint, hashed: bigint): bigint => BigInt.asUintN(MODULUS_BITS, sum + hashed);

/** Every event up to a position, in order, a page at a time. @throws StoreError */
export async function* pagesUpTo(
  store: Pick<EventStore, 'readAll'>,
  last: Position,
): AsyncGenerator<readonly RecordedEvent[]> {
  let after = START;
  while (after < last) {
    const page = await store.readAll(after, PAGE);
    const events = page.events.filter(({ position }) => position <= last);
    if (events.length === 0) return;
    after = page.position;
    yield events;
  }
}

/** Reads a store up to a position. @throws StoreError */
export async function digestOf(
  store: Pick<EventStore, 'readAll'>,
  last: Position,
  onEvents: (events: number) => void = () => {},
): Promise<StoreDigest> {
  let [events, streams, sum] = [0, 0, 0n];
  for await (const page of pagesUpTo(store, last)) {
    for (const event of page) {
      // Each stream has exactly one first event.
      if (event.revision === 0) streams++;
      sum = addHash(sum, eventHash(event));
    }
    events += page.length;
    onEvents(events);
  }
  return { events, streams, sum: sum.toString(16).padStart(MODULUS_BITS / 4, '0') };
}

export const sameDigest = (a: StoreDigest, b: StoreDigest): boolean =>
  a.events === b.events && a.streams === b.streams && a.sum === b.sum;
