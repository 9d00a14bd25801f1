import type { StreamName } from '../contracts/ids.ts';
import type { EventToAppend, Position, RecordedEvent } from '../contracts/stored-event.ts';
import type { Clock } from '../kernel/clock.ts';
import { eventsOfStream } from './events-of-stream.ts';
import type { EventStore } from './port.ts';

/** So many lost races in a row are a fault: other processes may state the same at the same time, but each once. */
const TRIES = 20;

/** A stream of this system's own events, which several processes write: what is appended follows from all that it holds. */
export class OwnStream {
  readonly #store: Pick<EventStore, 'append' | 'readStream'>;
  readonly #stream: StreamName;
  readonly #fold: (event: RecordedEvent) => void;
  /** The revision that was not read yet. */
  #next = 0;

  /** @param fold receives every event once, in order */
  constructor(
    store: Pick<EventStore, 'append' | 'readStream'>,
    stream: StreamName,
    fold: (event: RecordedEvent) => void,
  ) {
    this.#store = store;
    this.#stream = stream;
    this.#fold = fold;
  }

  /** Whether no event has been read. */
  get isEmpty(): boolean {
    return this.#next === 0;
  }

  /** Reads the events written since, by any process. @throws StoreError */
  async read(): Promise<void> {
    for await (const event of eventsOfStream(this.#store, this.#stream, this.#next)) {
      // Of two readings at a time the slower one comes with what is known.
      if (event.revision < this.#next) continue;
      this.#fold(event);
      this.#next = event.revision + 1;
    }
  }

  /**
   * Appends events as a whole. @param decide gives them, of what has been read; asked again when another process was faster
   * @returns the position of the last; undefined where there was nothing to append @throws StoreError
   */
  async append(
    decide: () => readonly EventToAppend[] | Promise<readonly EventToAppend[]>,
    clock: Clock,
  ): Promise<Position | undefined> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      await this.read();
      const expected = this.isEmpty ? 'no-stream' : this.#next - 1;
      const events = await decide();
      if (events.length === 0) return undefined;
      const outcome = await this.#store.append(this.#stream, expected, events, clock());
      if (outcome.kind === 'appended' || outcome.kind === 'duplicate') return outcome.position;
    }
    throw new Error(`other processes write the stream ${this.#stream} all the time`);
  }
}
