import type { EventId, StreamName } from '../contracts/ids.ts';
import type { EventToAppend, EventToRecord, Position, RecordedEvent } from '../contracts/stored-event.ts';
import type { Moment } from '../kernel/clock.ts';
import type { ChainHead, PlacedLink } from './chain.ts';
import type { DEFAULT_PAGE } from './page-bound.ts';

/** What must be true of a stream for an append to happen. A number is the revision of its last event. */
export type ExpectedRevision = number | 'no-stream' | 'stream-exists' | 'any';

/** The position of an outcome is one at which reading shows the event: for events written together it may be that of the last. */
export type AppendOutcome =
  | { readonly kind: 'appended'; readonly revision: number; readonly position: Position }
  | { readonly kind: 'conflict'; readonly actual: number | 'no-stream' }
  /** These very ids are already in that stream, with this content: an earlier try whose answer was lost. */
  | { readonly kind: 'duplicate'; readonly position: Position }
  | { readonly kind: 'id-reused'; readonly id: EventId };

/** Positions as in {@link AppendOutcome}. */
export type RecordOutcome =
  | { readonly kind: 'recorded'; readonly position: Position }
  | { readonly kind: 'duplicate'; readonly position: Position }
  /** The id is known with other content. Nothing was stored. */
  | { readonly kind: 'id-reused'; readonly position: Position }
  /** Its stream has its limit of events already. Nothing was stored, and a retry does not help. */
  | { readonly kind: 'stream-full'; readonly events: number; readonly limit: number }
  /** It has more bytes than this store accepts at once. Nothing was stored, and a retry does not help. */
  | { readonly kind: 'too-large'; readonly bytes: number; readonly limit: number }
  /** This store refuses it for good, for the reason given. Nothing was stored, and a retry does not help. */
  | { readonly kind: 'refused'; readonly reason: string };

/** A stream that has lost its first events: the server was set to keep fewer, or they were deleted by hand. */
export interface CutStream {
  readonly stream: StreamName;
  /** Revision of the first event that is left, or would be. */
  readonly begins: number;
}

export interface RecordResult {
  /** One for each event given, in the same order. */
  readonly outcomes: readonly RecordOutcome[];
  /** Those of the events' streams that are cut, if any is: an event that was cut off is not known again. */
  readonly cut?: readonly CutStream[];
  /** The greatest position among them: reading at it shows all that was recorded or known. */
  readonly position: Position;
}

/** Links that follow the one at `after`. */
export interface NewLinks {
  readonly after: Position;
  readonly links: readonly PlacedLink[];
}

export interface Page {
  readonly events: readonly RecordedEvent[];
  /** Everything up to here has been given; a filter may make it greater than the last event's position. */
  readonly position: Position;
  /** What the store comes to at the position; absent on a store that keeps no chain itself, and with a filter. */
  readonly chain?: ChainHead;
  /** To be stored with what is made of the page, where the store keeps no chain itself. */
  readonly newLinks?: NewLinks;
  /** The head of the store when the page was read. */
  readonly head: Position;
}

export interface SubscribeOptions {
  readonly after: Position;
  readonly signal: AbortSignal;
  /** Only events of these types; all when omitted. */
  readonly types?: readonly string[];
  /** Of each page; {@link DEFAULT_PAGE} for what is omitted. */
  readonly pageSize?: number;
  readonly pageBytes?: number;
}

/**
 * The event store: the only truth. Every adapter passes `testing/contract-suite.ts`. Appending is durable when the promise resolves.
 * A rejected promise means the outcome is unknown or nothing was stored; trying again is always safe.
 */
export interface EventStore {
  /**
   * Records events of any streams, each exactly once: appends the new ones at their streams' heads in the order
   * given, and reports of each whether it was new, known, an id reused for other content, or refused. In the global order the events of
   * one call stand in the order given within each stream, not across streams; those of a later call stand behind them.
   * @throws StoreError
   */
  record(events: readonly EventToRecord[], recordedAt: Moment): Promise<RecordResult>;
  /** Appends to one stream, all or nothing, if its revision is as expected. @throws StoreError */
  append(
    stream: StreamName,
    expected: ExpectedRevision,
    events: readonly EventToAppend[],
    recordedAt: Moment,
  ): Promise<AppendOutcome>;
  /**
   * The events of a stream with revision ≥ `from`, in order, at most `limit`, ending with the one that reaches the bytes of
   * {@link DEFAULT_PAGE}: there may be more unless there are none, as of an unknown stream.
   */
  readStream(stream: StreamName, from?: number, limit?: number): Promise<readonly RecordedEvent[]>;
  /** Events after a position, in order, at most `limit`, ending with the one that reaches `bytes`: those of {@link DEFAULT_PAGE} when omitted. */
  readAll(after: Position, limit: number, bytes?: number): Promise<Page>;
  head(): Promise<Position>;
  /** When the event at the head was recorded; null in an empty store. @throws StoreError */
  lastRecordedAt(): Promise<Moment | null>;
  /** Every event after a position, in order, exactly once, then live until the signal aborts. Never polls an idle store. */
  subscribe(options: SubscribeOptions): AsyncIterable<Page>;
  close(): Promise<void>;
}
