import { randomUUID } from 'node:crypto';
import { fromStored, toStored } from '../contracts/event-kind.ts';
import type { FeedName } from '../contracts/ids.ts';
import type { Position, RecordedEvent } from '../contracts/stored-event.ts';
import { ownEvent } from '../event-store/own-events.ts';
import { OwnStream } from '../event-store/own-stream.ts';
import type { EventStore } from '../event-store/port.ts';
import type { Clock, Moment } from '../kernel/clock.ts';
import { StoreError } from '../kernel/store-error.ts';
import { FEED_DECLARED, FEEDS, type FeedDeclaredV1, feedDeclared } from '../office/feed-declared.v1.ts';

/** Bytes of the statements that are recorded at once: EventStoreDB accepts 1 MiB in one append. */
const STATED_BYTES = 960 * 1_024;

/** What is to be stated. @property id permanent, where the same statement may be made twice; by chance otherwise */
export interface FeedStatement {
  readonly data: FeedDeclaredV1;
  readonly id?: string;
}

/** The stream `feeds`: every statement about a feed, in order. */
export class FeedBook {
  readonly #stream: OwnStream;
  readonly #clock: Clock;
  #latest: Moment = 0;
  readonly #last = new Map<FeedName, FeedDeclaredV1>();
  readonly #lastOfFile = new Map<FeedName, FeedDeclaredV1>();

  constructor(store: Pick<EventStore, 'append' | 'readStream'>, clock: Clock) {
    this.#stream = new OwnStream(store, FEEDS, (event) => this.#hold(event));
    this.#clock = clock;
  }

  /** Whether nothing was ever stated. */
  get isEmpty(): boolean {
    return this.#stream.isEmpty;
  }

  /** The last statement of each feed, by name. */
  get last(): ReadonlyMap<FeedName, FeedDeclaredV1> {
    return this.#last;
  }

  /** The last statement of each feed that FEEDS_FILE made. */
  get lastOfFile(): ReadonlyMap<FeedName, FeedDeclaredV1> {
    return this.#lastOfFile;
  }

  /**
   * Appends statements as a whole. @param statements of what stands now; asked again when another process was faster
   * @returns the position of the last; undefined where there was nothing to state @throws StoreError
   */
  state(
    statements: () => readonly FeedStatement[] | Promise<readonly FeedStatement[]>,
    by?: string,
  ): Promise<Position | undefined> {
    return this.#stream.append(async () => {
      const wanted = await statements();
      // Of two statements about one feed the later in time holds, so no two have the same.
      const first = Math.max(this.#clock(), this.#latest + 1);
      const events = wanted.map(({ data, id = randomUUID() }, index) =>
        ownEvent(`feeds/${id}`, FEED_DECLARED, toStored(feedDeclared, { time: first + index, data }), by),
      );
      refuseAboveLimit(events);
      return events;
    }, this.#clock);
  }

  #hold({ type, data: text }: RecordedEvent): void {
    if (type !== FEED_DECLARED) return;
    const { time, data } = fromStored(feedDeclared, text);
    if (typeof time === 'number') this.#latest = Math.max(this.#latest, time);
    this.#last.set(data.name, data);
    if (data.fromFile) this.#lastOfFile.set(data.name, data);
  }
}

/** The parts of an import are not recorded one after another: between two of them figures would have feeds without a declaration. */
function refuseAboveLimit(events: readonly object[]): void {
  const bytes = Buffer.byteLength(JSON.stringify(events));
  if (bytes <= STATED_BYTES) return;
  throw new StoreError(
    'too-large',
    `${events.length} statements about feeds have ${bytes} bytes, and up to ${STATED_BYTES} are recorded at once: join sources in fewer feeds`,
  );
}
