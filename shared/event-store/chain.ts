import { randomUUID } from 'node:crypto';
import type { Position, RecordedEvent } from '../contracts/stored-event.ts';
import type { Branded } from '../kernel/brand.ts';
import type { Moment } from '../kernel/clock.ts';
import { EventBytes, FieldBytes } from './event-bytes.ts';

/** A random UUID: two stores never share one, also when one began as a copy of the other. */
export type StoreId = Branded<string, 'StoreId'>;
/** SHA-256 as 64 hex digits. */
export type Link = Branded<string, 'Link'>;

/** What the whole past of a store comes to: no event up to the position can change without another link. */
export interface ChainHead {
  readonly store: StoreId;
  readonly position: Position;
  readonly link: Link;
}

/** A link as it was stored with its event. */
export interface PlacedLink {
  readonly position: Position;
  readonly link: Link;
  /** Where its event stands; absent where the store keeps the chain itself, and removes no event. */
  readonly of?: Pick<RecordedEvent, 'stream' | 'revision' | 'type'>;
}

/** The first record of a chain. All of it is in the first link. */
export interface ChainBeginning {
  readonly store: StoreId;
  readonly begunAt: Moment;
  /** Events up to here were in the store before the chain: it proves that they have not changed since `begunAt`. */
  readonly covered: Position;
  /** The head of the store that this one began as a copy of. */
  readonly copyOf?: ChainHead;
}

export const newStoreId = (): StoreId => randomUUID() as StoreId;

/** The chain as it is stored, wherever that is. */
export interface StoredChain {
  /** Undefined while a store has no chain. */
  beginning(): Promise<ChainBeginning | undefined>;
  head(): Promise<ChainHead | undefined>;
  /** The link of an event, or under 0 that of the first record; undefined for a position without one. */
  linkAt(position: Position): Promise<Link | undefined>;
  /** Some links after a position, in order; none after the last. */
  after(position: Position): Promise<readonly PlacedLink[]>;
}

/** Fits most events. */
const SCRATCH_BYTES = 64 * 1_024;
const bytes = new FieldBytes(SCRATCH_BYTES);

/** The link that stands before the first event: the SHA-256 of the fields of the first record. */
export function firstLink({ store, begunAt, covered, copyOf }: ChainBeginning): Link {
  bytes.clear();
  bytes.addBare('nhip chain 1\n');
  bytes.addText('S', store);
  bytes.addInteger('a', begunAt);
  bytes.addInteger('p', covered);
  if (copyOf) {
    bytes.addText('C', copyOf.store);
    bytes.addInteger('P', copyOf.position);
    bytes.addText('L', copyOf.link);
  }
  return bytes.sha256() as Link;
}

/**
 * The link of an event: the SHA-256 of the link before it, as 64 hex digits, and of everything that the event holds, as
 * {@link FieldBytes.addEvent} writes it. So no two events give the same bytes.
 */
export function linkOf(previous: Link, event: RecordedEvent): Link {
  bytes.clear();
  bytes.addEvent(event, event.stream, event.recordedAt);
  return nextLink(previous, new EventBytes(bytes.written), event.position, event.revision);
}

/** The same of an event of which the bytes are there already. */
export const nextLink = (previous: Link, bytes: EventBytes, position: Position, revision: number): Link =>
  bytes.sha256(previous, position, revision) as Link;
