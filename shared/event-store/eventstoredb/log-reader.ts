import {
  BACKWARDS,
  END,
  ErrorType,
  FORWARDS,
  START as LOG_START,
  type StreamingRead,
} from '@eventstore/db-client';
import { z } from 'zod';
import { type StreamName, streamName } from '../../contracts/ids.ts';
import type { Removal } from '../../contracts/lost-events.ts';
import { type Position, type RecordedEvent, START } from '../../contracts/stored-event.ts';
import type { Moment } from '../../kernel/clock.ts';
import { type PageBound, PageFill } from '../page-bound.ts';
import type { Page } from '../port.ts';
import type { Calls } from './calls.ts';
import type { Connection } from './connection.ts';
import { decode, isSystem, positionOf, type Received } from './event-codec.ts';
import { commandErrorOf, DeadlineError } from './failures.ts';
import type { Limits } from './limits.ts';
import type { Slots } from './turns.ts';

/** Events asked for at a time. */
const STREAM_PAGE = 1_000;
const LARGEST_PAGE = 5_000;
/** A page of one may have to be looked for among events of others. */
const SMALLEST_PAGE = 32;
const FIRST_BACKWARDS = 8;

/** The metadata of a stream that make it begin late. */
const cutting = z.looseObject({
  $tb: z.number().optional(),
  $maxCount: z.number().optional(),
  $maxAge: z.number().optional(),
});

/** The log's place of a position of ours. */
export const placeOf = (position: Position) =>
  position === START ? LOG_START : { commit: BigInt(position), prepare: BigInt(position) };

type Place = typeof LOG_START | typeof END | { readonly commit: bigint; readonly prepare: bigint };
type Direction = typeof FORWARDS | typeof BACKWARDS;
type Read = StreamingRead<{ event?: Received }>;

/** Reads streams and the log, from the leader: what was written before is in what is read. */
export class LogReader {
  readonly #connection: Connection;
  readonly #limits: Limits;
  readonly #slots: Slots;
  readonly #calls: Calls;
  /** The newest event seen at the end of the log, and the newest then that is not the server's own. */
  #end: { readonly newest: Position; readonly head: Position } = { newest: START, head: START };

  constructor(connection: Connection, limits: Limits, slots: Slots, calls: Calls) {
    this.#connection = connection;
    this.#limits = limits;
    this.#slots = slots;
    this.#calls = calls;
  }

  /** Ours, with revision ≥ `from`. @throws StoreError */
  async readStream(stream: StreamName, from: number, bound: PageBound): Promise<readonly RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    const fill = new PageFill(bound);
    let next = from;
    /** As in {@link #eventsAfter}. */
    const take = (received: Received): boolean => {
      next = Number(received.revision) + 1;
      const event = decode(received);
      if (event) {
        events.push(event);
        fill.add(event);
      }
      return !fill.full;
    };
    while (!fill.full) {
      const wanted = Math.min(bound.events - events.length, STREAM_PAGE);
      const received = await this.#calls.retried(`reading ${stream}`, () =>
        this.#streamFlow(stream, next, wanted, take),
      );
      if (received < wanted) break;
    }
    return events;
  }

  /** Gives each event of a stream, anybody's, as it comes; holds none. One try. */
  async eachOf(stream: StreamName, take: (event: Received) => void): Promise<void> {
    let next = 0;
    for (let received = STREAM_PAGE; received === STREAM_PAGE; ) {
      received = await this.#streamFlow(stream, next, STREAM_PAGE, (event) => {
        next = Number(event.revision) + 1;
        take(event);
        return true;
      });
    }
  }

  /** The event at a revision, anybody's; one try. */
  async eventAt(stream: StreamName, revision: number): Promise<Received | undefined> {
    let found: Received | undefined;
    await this.#streamFlow(stream, revision, 1, (event) => {
      found = event;
      return true;
    });
    return found;
  }

  /** What the metadata of a stream order: those of a deleted one cut it at the greatest revision there can be. @throws StoreError */
  async removalOf(stream: StreamName): Promise<Removal> {
    let described: unknown;
    await this.#calls.retried(`reading the metadata of ${stream}`, () =>
      this.eachOf(streamName(`$$${stream}`), ({ data }) => {
        described = data;
      }),
    );
    const { $tb = 0, $maxCount, $maxAge } = cutting.parse(described ?? {});
    if ($tb > Number.MAX_SAFE_INTEGER) return 'deleted';
    return $tb > 0 || $maxCount !== undefined || $maxAge !== undefined ? 'retention' : 'unknown';
  }

  /** @returns how many events it has brought; 0 of an unknown stream */
  #streamFlow(
    stream: StreamName,
    from: number,
    limit: number,
    take: (event: Received) => boolean,
  ): Promise<number> {
    return this.#slots.use(async () => {
      const read = this.#connection.readStream(stream, {
        fromRevision: BigInt(from),
        maxCount: limit,
        direction: FORWARDS,
        requiresLeader: true,
      });
      try {
        return await this.#flow(`reading ${stream}`, read, take);
      } catch (error) {
        if (commandErrorOf(error)?.type === ErrorType.STREAM_NOT_FOUND) return 0;
        throw error;
      }
    });
  }

  /** The cheapest question there is; one try. */
  async probe(): Promise<void> {
    await this.#allPage(END, 1, BACKWARDS);
  }

  /** @throws StoreError */
  async readAll(after: Position, bound: PageBound): Promise<Page> {
    const [{ events, position }, head] = await Promise.all([this.#eventsAfter(after, bound), this.head()]);
    return { events, position, head: position > head ? position : head };
  }

  async #eventsAfter(after: Position, bound: PageBound) {
    const events: RecordedEvent[] = [];
    const fill = new PageFill(bound);
    let position = after;
    let scanned = after;
    /** Decoded as they come, so that those of a try that failed are kept, and those of others are not held. */
    const take = (received: Received): boolean => {
      const at = positionOf(received);
      if (at <= scanned) return true;
      scanned = at;
      if (isSystem(received)) return true;
      position = at;
      const event = decode(received);
      if (event) {
        events.push(event);
        fill.add(event);
      }
      return !fill.full;
    };
    while (!fill.full) {
      // The read begins with the event at the place itself, if there is one.
      const wanted = Math.min(Math.max(bound.events - events.length, SMALLEST_PAGE), LARGEST_PAGE) + 1;
      const received = await this.#calls.retried('reading $all', () =>
        this.#flow('reading $all', this.#readLog(placeOf(scanned), wanted, FORWARDS), take),
      );
      if (received < wanted) break;
    }
    return { events, position };
  }

  /**
   * The newest event that is not the server's own. Looks back from the end to where it has looked before: the statistics that
   * an idle server writes cost one small read.
   * @throws StoreError
   */
  head(): Promise<Position> {
    return this.#calls.retried('reading the end of $all', async () => {
      const known = this.#end;
      let newest: Position | undefined;
      for await (const received of this.#backwards()) {
        const at = positionOf(received);
        newest ??= at;
        if (at !== known.newest && isSystem(received)) continue;
        return this.#found(newest, at === known.newest ? known.head : at);
      }
      return this.#found(newest ?? START, START);
    });
  }

  /** When the newest event of ours was recorded; null where there is none. @throws StoreError */
  lastRecordedAt(): Promise<Moment | null> {
    return this.#calls.retried('reading the end of $all', async () => {
      for await (const received of this.#backwards()) {
        const event = isSystem(received) ? undefined : decode(received);
        if (event) return event.recordedAt;
      }
      return null;
    });
  }

  /** What stands in the log, the newest first, in pages that grow. */
  async *#backwards(): AsyncGenerator<Received> {
    let from: Place = END;
    for (let count = FIRST_BACKWARDS; ; count = Math.min(8 * count, LARGEST_PAGE)) {
      const page = await this.#allPage(from, count, BACKWARDS);
      yield* page;
      const last = page.at(-1);
      if (last?.position === undefined || page.length < count) return;
      from = last.position;
    }
  }

  #found(newest: Position, head: Position): Position {
    // Of two calls at a time the slower one may put back what it saw: older, but as true.
    this.#end = { newest, head };
    return head;
  }

  #allPage(from: Place, maxCount: number, direction: Direction): Promise<readonly Received[]> {
    return this.#collect('reading $all', this.#readLog(from, maxCount, direction));
  }

  #readLog(fromPosition: Place, maxCount: number, direction: Direction) {
    return this.#connection.readAll({ fromPosition, maxCount, direction, requiresLeader: true });
  }

  /** Everything that a read brings. */
  async #collect(what: string, read: Read): Promise<readonly Received[]> {
    const events: Received[] = [];
    await this.#flow(what, read, (event) => events.push(event) > 0);
    return events;
  }

  /**
   * Gives what a read brings until `take` wants no more; then the server is told to stop. The read is never destroyed but left to
   * flow away: the call behind it ends only once it has been read to its end, and the client would wait for that when it closes.
   * @returns how many events the read has brought
   */
  #flow(what: string, read: Read, take: (event: Received) => boolean): Promise<number> {
    const { deadlineMs } = this.#limits;
    return new Promise((resolve, reject) => {
      let events = 0;
      let wanted = true;
      const cancel = () => {
        // There may be no call yet, nor ever one, when no node was found.
        read.cancel().catch(() => {});
      };
      const timer = setTimeout(() => {
        reject(new DeadlineError(what, deadlineMs));
        cancel();
      }, deadlineMs);
      read
        .on('data', ({ event }) => {
          if (!wanted) return;
          timer.refresh();
          if (!event) return;
          events += 1;
          try {
            if (take(event)) return;
            resolve(events);
          } catch (error) {
            reject(error);
          }
          wanted = false;
          clearTimeout(timer);
          cancel();
        })
        .on('error', (error) => {
          clearTimeout(timer);
          reject(error);
        })
        .on('end', () => {
          clearTimeout(timer);
          resolve(events);
        });
    });
  }
}
