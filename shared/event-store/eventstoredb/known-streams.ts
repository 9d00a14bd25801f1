import type { EventId, StreamName } from '../../contracts/ids.ts';
import type { Position } from '../../contracts/stored-event.ts';

export interface KnownEvent {
  readonly digest: string;
  readonly revision: number;
  /** A position at which reading shows it. */
  readonly position: Position;
}

/** A stream as far as it was known when it was last used. */
export interface KnownStream {
  /** Revision of its last event, whosever it is; −1 when it has none. */
  head: number;
  /** Revision of the first event that the server still has; above 0 the stream has lost events. */
  begins: number;
  readonly events: Map<EventId, KnownEvent>;
}

/** The streams used last, as many as hold so many events. Others may write too: what is remembered can be behind. */
export class KnownStreams {
  readonly #limit: number;
  /** The one used last is the last. */
  readonly #streams = new Map<StreamName, KnownStream>();
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(stream: StreamName): KnownStream | undefined {
    const known = this.#streams.get(stream);
    if (!known) return undefined;
    this.#streams.delete(stream);
    this.#streams.set(stream, known);
    return known;
  }

  keep(stream: StreamName, known: KnownStream): void {
    this.drop(stream);
    this.#streams.set(stream, known);
    this.#size += sizeOf(known);
    this.#makeRoom();
  }

  /** Notes what has been appended to a stream. It may have been forgotten meanwhile, which is as good. */
  advance(
    known: KnownStream,
    head: number,
    events: Iterable<readonly [EventId, KnownEvent]>,
    stream: StreamName,
  ): void {
    const counted = this.#streams.get(stream) === known;
    const before = sizeOf(known);
    known.head = head;
    for (const [id, event] of events) known.events.set(id, event);
    if (counted) this.#size += sizeOf(known) - before;
    this.#makeRoom();
  }

  drop(stream: StreamName): void {
    const known = this.#streams.get(stream);
    if (!known) return;
    this.#streams.delete(stream);
    this.#size -= sizeOf(known);
  }

  #makeRoom(): void {
    for (const stream of this.#streams.keys()) {
      if (this.#size <= this.#limit || this.#streams.size === 1) return;
      this.drop(stream);
    }
  }
}

/** A stream without events needs room too. */
const sizeOf = ({ events }: KnownStream): number => events.size + 1;
