import { randomUUID } from 'node:crypto';
import { fromStored, toStored } from '../contracts/event-kind.ts';
import type { FeedName } from '../contracts/ids.ts';
import type { Position, RecordedEvent } from '../contracts/stored-event.ts';
import { eventsOfStream } from '../event-store/events-of-stream.ts';
import { ownEvent } from '../event-store/own-events.ts';
import type { EventStore } from '../event-store/port.ts';
import type { Clock, Moment } from '../kernel/clock.ts';
import { FEED_DECLARED, FEEDS, type FeedDeclaredV1, feedDeclared } from '../office/feed-declared.v1.ts';

/** Statements are rare: so many lost races in a row are a fault. */
const TRIES = 5;

/** What is to be stated. @property id permanent, where the same statement may be made twice; by chance otherwise */
export interface FeedStatement {
  readonly data: FeedDeclaredV1;
  readonly id?: string;
}

/** The stream `feeds`: every statement about a feed, in order. */
export class FeedBook {
  readonly #store: Pick<EventStore, 'append' | 'readStream'>;
  readonly #clock: Clock;
  /** The revision that was not read yet. */
  #next = 0;
  #latest: Moment = 0;
  readonly #last = new Map<FeedName, FeedDeclaredV1>();
  readonly #lastOfFile = new Map<FeedName, FeedDeclaredV1>();

  constructor(store: Pick<EventStore, 'append' | 'readStream'>, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Whether nothing was ever stated. */
  get isEmpty(): boolean {
    return this.#next === 0;
  }

  /** The last statement of each feed, by name. */
  get last(): ReadonlyMap<FeedName, FeedDeclaredV1> {
    return this.#last;
  }

  /** The last statement of each feed that FEEDS_FILE made. */
  get lastOfFile(): ReadonlyMap<FeedName, FeedDeclaredV1> {
    return this.#lastOfFile;
  }

  /** Reads the statements made since, by any process. @throws StoreError */
  async #load(): Promise<void> {
    // Collected first, so that of two requests at a time none sees half of what the other reads.
    for (const event of await Array.fromAsync(eventsOfStream(this.#store, FEEDS, this.#next)))
      this.#hold(event);
  }

  /**
   * Appends statements as a whole. @param statements of what stands now; asked again when another process was faster
   * @returns the position of the last; undefined where there was nothing to state @throws StoreError
   */
  async state(
    statements: () => readonly FeedStatement[] | Promise<readonly FeedStatement[]>,
    by?: string,
  ): Promise<Position | undefined> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      await this.#load();
      const wanted = await statements();
      if (wanted.length === 0) return undefined;
      const now = this.#clock();
      // Of two statements about one feed the later in time holds, so no two have the same.
      const first = Math.max(now, this.#latest + 1);
      const events = wanted.map(({ data, id = randomUUID() }, index) => ({
        ...ownEvent(`feeds/${id}`, FEED_DECLARED, {}, by),
        data: toStored(feedDeclared, { time: first + index, data }),
      }));
      const outcome = await this.#store.append(
        FEEDS,
        this.isEmpty ? 'no-stream' : this.#next - 1,
        events,
        now,
      );
      if (outcome.kind === 'appended') return outcome.position;
    }
    throw new Error('the stream of feeds is being written by other processes all the time');
  }

  #hold({ revision, type, data: text }: RecordedEvent): void {
    this.#next = revision + 1;
    if (type !== FEED_DECLARED) return;
    const { time, data } = fromStored(feedDeclared, text);
    if (typeof time === 'number') this.#latest = Math.max(this.#latest, time);
    this.#last.set(data.name, data);
    if (data.fromFile) this.#lastOfFile.set(data.name, data);
  }
}
