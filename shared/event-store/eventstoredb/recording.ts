import type { EventId } from '../../contracts/ids.ts';
import type { RecordOutcome } from '../port.ts';
import type { Encoded } from './event-codec.ts';
import type { KnownEvent, KnownStream } from './known-streams.ts';

/** How far one call of `record` has come with the events of one stream. It outlives failed tries. */
export class Recording {
  readonly #events: readonly Encoded[];
  readonly #limitBytes: number;
  readonly #outcomes: (RecordOutcome | undefined)[];
  /** Events that go in one append: fewer while one among them is refused and not found yet. */
  #most = Number.POSITIVE_INFINITY;
  /** Sent, and unanswered: found in the stream later, they are our own, and new. */
  readonly #lost = new Set<EventId>();

  /** @param limitBytes of one append: an event above it fits nowhere, and must not stand in the way of the others */
  constructor(events: readonly Encoded[], limitBytes: number) {
    this.#events = events;
    this.#limitBytes = limitBytes;
    this.#outcomes = events.map(() => undefined);
  }

  /** Decides what the stream knows already. @returns the next events to append, at most so many bytes; none when all is done */
  next(known: KnownStream, maxBytes: number): readonly Encoded[] {
    const chunk: Encoded[] = [];
    const chosen = new Set<EventId>();
    let bytes = 0;
    for (const [index, event] of this.#events.entries()) {
      if (this.#outcomes[index] !== undefined || this.#isDecided(event, index, known)) continue;
      if (chosen.has(event.id)) continue;
      const isFull = known.head + 1 + chunk.length >= event.streamLimit;
      // The stream is known to be full once what is chosen is stored.
      if (chunk.length > 0 && (isFull || bytes + event.bytes > maxBytes)) return chunk;
      if (chunk.length >= this.#most) return chunk;
      bytes += event.bytes;
      chosen.add(event.id);
      chunk.push(event);
    }
    return chunk;
  }

  /** Decides an event that the stream knows, or that will never be in it. */
  #isDecided(event: Encoded, index: number, { events: known, head }: KnownStream): boolean {
    const before = knownAs(event, known);
    const [events, limit] = [head + 1, event.streamLimit];
    if (before) {
      this.#outcomes[index] = { kind: this.#kindOf(event, before.digest), position: before.position };
    } else if (event.bytes > this.#limitBytes) {
      this.tooLarge(event, this.#limitBytes);
    } else if (events >= limit) {
      this.#decide(event, { kind: 'stream-full', events, limit });
    } else {
      return false;
    }
    return true;
  }

  /** The chunk is in the stream. */
  stored({ events: known }: KnownStream, chunk: readonly Encoded[]): void {
    const waiting = new Set(chunk);
    for (const [index, event] of this.#events.entries()) {
      const position = known.get(event.id)?.position;
      if (position === undefined || !waiting.has(event)) continue;
      this.#outcomes[index] = { kind: 'recorded', position };
    }
  }

  tooLarge(event: Encoded, limit: number): void {
    this.#decide(event, { kind: 'too-large', bytes: event.bytes, limit });
  }

  /** The server refuses one of these: it is looked for among fewer, and is none of those that come after it. */
  refused(chunk: readonly Encoded[], reason: string): void {
    const [first, ...others] = chunk;
    if (first && others.length === 0) this.#decide(first, { kind: 'refused', reason });
    this.#most = others.length === 0 ? Number.POSITIVE_INFINITY : Math.ceil(chunk.length / 2);
  }

  /** The stream accepts no more events. */
  refuseRest(reason: string): void {
    for (const index of this.#events.keys()) this.#outcomes[index] ??= { kind: 'refused', reason };
  }

  /** However often it comes in the batch: each time with the same content. */
  #decide({ id, digest }: Encoded, outcome: RecordOutcome): void {
    for (const [index, event] of this.#events.entries()) {
      if (event.id === id && event.digest === digest) this.#outcomes[index] = outcome;
    }
  }

  lost(chunk: readonly Encoded[]): void {
    for (const { id } of chunk) this.#lost.add(id);
  }

  outcomes(): readonly RecordOutcome[] {
    return this.#outcomes.map((outcome) => {
      if (!outcome) throw new RangeError('asked before all was decided');
      return outcome;
    });
  }

  #kindOf({ id, digest, formerDigests }: Encoded, before: string): 'recorded' | 'duplicate' | 'id-reused' {
    if (digest !== before) return formerDigests.includes(before) ? 'duplicate' : 'id-reused';
    // The first of its kind was ours; the same event again in the batch is a repetition of it.
    return this.#lost.delete(id) ? 'recorded' : 'duplicate';
  }
}

const knownAs = ({ id, formerId }: Encoded, known: KnownStream['events']): KnownEvent | undefined =>
  (formerId === undefined ? undefined : known.get(formerId)) ?? known.get(id);
