import { setImmediate as nextTurn } from 'node:timers/promises';
import { eventTypeFilter } from '@eventstore/db-client';
import { type Position, START } from '../../contracts/stored-event.ts';
import { Backoff } from '../../kernel/backoff.ts';
import type { Log } from '../../platform/log.ts';
import { wait } from '../../platform/wait.ts';
import { DEFAULT_PAGE, type PageBound } from '../page-bound.ts';
import type { Page, SubscribeOptions } from '../port.ts';
import { Arrivals, BUFFERED_EVENTS } from './arrivals.ts';
import type { Connection } from './connection.ts';
import { Draft } from './draft.ts';
import type { Health } from './health.ts';
import type { Limits } from './limits.ts';
import { type LogReader, placeOf } from './log-reader.ts';

/** Milliseconds for which a page is filled with arriving events. */
const FILL_MS = 250;
/** Events that the server looks at between two checkpoints. */
const CHECKPOINT_EVERY = 500;
/** A subscription that shows nothing of more events than this is dead: two checkpoints would have come. */
const SILENT_EVENTS = 4 * CHECKPOINT_EVERY;
/** The head in a page may be this many milliseconds old while catching up. */
const HEAD_AGE_MS = 1_000;
/** Milliseconds that an event just stored may be on its way. */
const ON_ITS_WAY_MS = 1_000;
const DELAYS = { firstMs: 50, longestMs: 5_000 };

export interface SubscriberParts {
  readonly connection: Connection;
  readonly reader: LogReader;
  readonly health: Health;
  readonly limits: Limits;
  readonly log: Log;
}

/** The position up to which a subscriber has its events, over all its sessions: always the place of an event. */
interface Progress {
  position: Position;
}

/**
 * Pages of events after a position, without end: a subscription that is dropped, or falls silent, is begun again behind the last
 * page that was given. The client does neither.
 */
export async function* subscribe(
  parts: SubscriberParts,
  { after, types, pageSize = DEFAULT_PAGE.events, pageBytes = DEFAULT_PAGE.bytes }: SubscribeOptions,
  ended: AbortSignal,
): AsyncGenerator<Page> {
  const progress: Progress = { position: after };
  const bound = { events: pageSize, bytes: pageBytes };
  const backoff = new Backoff(DELAYS);
  while (!ended.aborted) {
    const session = new Session(parts, progress, types && new Set(types), bound, ended);
    let failure: unknown;
    try {
      for await (const page of session.pages()) {
        backoff.reset();
        yield page;
        if (ended.aborted) return;
      }
    } catch (error) {
      failure = error;
    }
    if (ended.aborted) return;
    const waitMs = backoff.next();
    if (failure !== undefined) {
      parts.log.warn(
        { err: failure, position: progress.position, waitMs },
        'event store: subscription ended, next one after the wait',
      );
      parts.health.failed(failure);
    }
    await wait(waitMs, ended);
  }
}

/** One subscription at the server, from its beginning to its end. */
class Session {
  readonly #parts: SubscriberParts;
  readonly #progress: Progress;
  readonly #types: ReadonlySet<string> | undefined;
  readonly #bound: PageBound;
  readonly #ended: AbortSignal;
  #head: Position = START;
  #headAt = 0;
  /** It has had everything that was stored when it began. */
  #live = false;

  constructor(
    parts: SubscriberParts,
    progress: Progress,
    types: ReadonlySet<string> | undefined,
    bound: PageBound,
    ended: AbortSignal,
  ) {
    this.#parts = parts;
    this.#progress = progress;
    this.#types = types;
    this.#bound = bound;
    this.#ended = ended;
  }

  /** Until the subscription fails, which it throws, or the end. */
  async *pages(): AsyncGenerator<Page> {
    const stored = await this.#readHead();
    const arrivals = this.#open();
    try {
      while (!this.#ended.aborted) {
        const page = await this.#nextPage(arrivals, stored);
        if (page) {
          this.#parts.health.worked();
          yield page;
        } else if (arrivals.failure) {
          throw arrivals.failure;
        } else if (
          !(await arrivals.wait(this.#parts.limits.silenceMs, this.#ended)) &&
          !this.#ended.aborted
        ) {
          const moved = await this.#afterSilence(arrivals);
          if (moved) yield moved;
        }
      }
    } finally {
      arrivals.close();
    }
  }

  #open(): Arrivals {
    const { connection } = this.#parts;
    return new Arrivals((checkpointReached) =>
      connection.subscribeToAll(
        {
          fromPosition: placeOf(this.#progress.position),
          requiresLeader: true,
          filter: eventTypeFilter({
            regex: filterFor(this.#types),
            maxSearchWindow: CHECKPOINT_EVERY,
            checkpointReached,
          }),
        },
        { highWaterMark: BUFFERED_EVENTS },
      ),
    );
  }

  /** What has arrived, as far as it fills a page. Progress is noted only with the page, so that a failure leaves out nothing. */
  async #nextPage(arrivals: Arrivals, stored: Position): Promise<Page | undefined> {
    const { events, position: given } = await this.#gather(arrivals, stored);
    const position = arrivals.drained ? await this.#passed(arrivals, stored, given) : given;
    const behind = !this.#live || !arrivals.drained;
    if (behind && events.length > 0 && performance.now() - this.#headAt > HEAD_AGE_MS) await this.#readHead();
    this.#head = later(this.#head, position);
    const moved = position > this.#progress.position;
    this.#progress.position = position;
    return moved ? { events, position, head: this.#head } : undefined;
  }

  /**
   * The position up to which everything has been given, by the server's marks for events that the filter left out. A checkpoint is no place
   * of an event, and of what begins there not every server has looked at: it only proves that what stands before it was passed.
   */
  async #passed(arrivals: Arrivals, stored: Position, given: Position): Promise<Position> {
    const checkpoint = arrivals.consumeCheckpoint() ?? START;
    const caughtUp = arrivals.consumeCaughtUp();
    if (caughtUp) this.#live = true;
    // Without types only the server's own events are left out, and no reader waits for those.
    if (!this.#types) return given;
    let position = caughtUp ? later(given, stored) : given;
    if (checkpoint <= this.#head) return position;
    position = later(position, this.#head);
    await this.#readHead();
    return checkpoint > this.#head ? later(position, this.#head) : position;
  }

  /** What has arrived, and what is sure to come at once. */
  async #gather(arrivals: Arrivals, stored: Position): Promise<Draft> {
    const draft = new Draft(this.#progress.position, this.#types, this.#bound);
    const until = performance.now() + FILL_MS;
    do {
      for (let next = arrivals.next(); next !== null; next = arrivals.next()) {
        if (next) draft.add(next);
        if (draft.full) return draft;
      }
      // Before the end of what was stored at the beginning more is sure to come. Else what is on its way within the process comes
      // in the next turn, and a single event does not wait longer than that.
      const sure = draft.events.length > 0 && draft.position < stored;
      if (sure) await arrivals.wait(until - performance.now(), this.#ended);
      else await nextTurn();
    } while (!arrivals.drained && performance.now() < until);
    return draft;
  }

  /**
   * The subscription has shown nothing for long. It may be dead, or there was nothing to show.
   * @returns a page when all that was stored since is of no concern to the subscriber
   * @throws when it is dead
   */
  async #afterSilence(arrivals: Arrivals): Promise<Page | undefined> {
    const { silenceMs } = this.#parts.limits;
    if (!arrivals.confirmed) throw new Error(`a subscription was not confirmed within ${silenceMs} ms`);
    const head = await this.#readHead();
    const { position } = this.#progress;
    if (head <= position || (await arrivals.wait(Math.min(ON_ITS_WAY_MS, silenceMs), this.#ended)))
      return undefined;
    if (this.#ended.aborted) return undefined;
    const silent = new Error(`a subscription showed nothing for ${silenceMs} ms while the store went on`);
    const types = this.#types;
    // Without types something had to be shown; with them, before so many events have passed.
    if (!types) throw silent;
    const page = await this.#parts.reader.readAll(position, {
      events: SILENT_EVENTS,
      bytes: DEFAULT_PAGE.bytes,
    });
    const many = page.events.length >= SILENT_EVENTS && page.position < head;
    if (many || page.events.some(({ type }) => types.has(type))) throw silent;
    this.#progress.position = page.position;
    return { events: [], position: page.position, head: page.head };
  }

  async #readHead(): Promise<Position> {
    this.#head = await this.#parts.reader.head();
    this.#headAt = performance.now();
    return this.#head;
  }
}

const later = (a: Position, b: Position): Position => (a > b ? a : b);

/** Of .NET's regular expressions. The server's own events are left out whatever is asked for. */
function filterFor(types: ReadonlySet<string> | undefined): string {
  if (!types) return '^[^$]';
  if (types.size === 0) return '^(?!)';
  return `^(?:${[...types].map((type) => type.replaceAll(/[.*+?^${}()|[\]\\#\s-]/g, '\\$&')).join('|')})$`;
}
