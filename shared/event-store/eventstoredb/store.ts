import type { StreamName } from '../../contracts/ids.ts';
import type { Removal, RemovalSource } from '../../contracts/lost-events.ts';
import {
  type EventToAppend,
  type EventToRecord,
  type Position,
  type RecordedEvent,
  START,
} from '../../contracts/stored-event.ts';
import type { Moment } from '../../kernel/clock.ts';
import { StoreError } from '../../kernel/store-error.ts';
import type { Log } from '../../platform/log.ts';
import { DEFAULT_PAGE } from '../page-bound.ts';
import type {
  AppendOutcome,
  CutStream,
  EventStore,
  ExpectedRevision,
  Page,
  RecordOutcome,
  RecordResult,
  SubscribeOptions,
} from '../port.ts';
import { Calls } from './calls.ts';
import { type Connection, connect } from './connection.ts';
import { parseConnectionString } from './connection-string.ts';
import { Health } from './health.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { LogReader } from './log-reader.ts';
import { StreamWriter } from './stream-writer.ts';
import { type SubscriberParts, subscribe } from './subscriber.ts';
import { Slots } from './turns.ts';

export interface EventStoreDbOptions {
  /** `esdb://user:password@host:2113?tls=true`, or KurrentDB's schemes. The user must be allowed to read `$all`. */
  readonly connectionString: string;
  readonly log: Log;
  readonly limits?: Partial<Limits>;
}

/** An event store that is a server, and so can be away. */
export interface RemoteEventStore extends EventStore, RemovalSource {
  /** For people, while the server does not answer; undefined when it does. Asking costs nothing. */
  problem(): string | undefined;
}

/**
 * Opens EventStoreDB or KurrentDB. The server need not be reachable yet: `problem()` reports it, and calls wait for it a while.
 * @throws ConnectionStringError
 */
export async function openEventStoreDb(options: EventStoreDbOptions): Promise<RemoteEventStore> {
  const settings = parseConnectionString(options.connectionString);
  const store = new EventStoreDb(connect(settings), options);
  // Many first calls at once have been seen to hang: one goes ahead.
  await store.warmUp();
  return store;
}

class EventStoreDb implements RemoteEventStore {
  readonly #connection: Connection;
  readonly #reader: LogReader;
  readonly #writer: StreamWriter;
  readonly #health: Health;
  readonly #parts: SubscriberParts;
  readonly #closing = new AbortController();
  /** Calls that have not ended. */
  readonly #underWay = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  constructor(
    connection: Connection,
    { log, limits: changes }: Omit<EventStoreDbOptions, 'connectionString'>,
  ) {
    const limits = { ...DEFAULT_LIMITS, ...changes };
    const slots = new Slots(limits.inFlight);
    this.#connection = connection;
    this.#health = new Health(log, () => this.#reader.probe(), this.#closing.signal);
    const calls = new Calls(limits, log, this.#health);
    this.#reader = new LogReader(connection, limits, slots, calls);
    this.#writer = new StreamWriter(connection, limits, slots, calls, this.#reader, log);
    this.#parts = { connection, reader: this.#reader, health: this.#health, limits, log };
  }

  /** One call; whether it went well is left to `problem()`. */
  async warmUp(): Promise<void> {
    await this.#reader.probe().catch((error: unknown) => this.#health.failed(error));
  }

  problem(): string | undefined {
    return this.#health.problem();
  }

  record(events: readonly EventToRecord[], recordedAt: Moment): Promise<RecordResult> {
    return this.#whileOpen(async () => {
      const outcomes: RecordOutcome[] = [];
      const cut: CutStream[] = [];
      const streams = [...byStream(events)];
      const done = await Promise.allSettled(
        streams.map(async ([stream, indices]) => {
          const ofStream = indices.flatMap((index) => events[index] ?? []);
          const result = await this.#writer.record(stream, ofStream, recordedAt);
          for (const [at, index] of indices.entries()) {
            const outcome = result.outcomes[at];
            if (outcome) outcomes[index] = outcome;
          }
          if (result.begins > 0) cut.push({ stream, begins: result.begins });
        }),
      );
      const failed = done.find((one) => one.status === 'rejected');
      if (failed) throw failed.reason;
      const position = outcomes.reduce<Position>(
        (greatest, one) => ('position' in one && one.position > greatest ? one.position : greatest),
        START,
      );
      return { outcomes, position, ...(cut.length > 0 && { cut }) };
    });
  }

  async append(
    stream: StreamName,
    expected: ExpectedRevision,
    events: readonly EventToAppend[],
    recordedAt: Moment,
  ): Promise<AppendOutcome> {
    if (events.length === 0) throw new RangeError('an append needs at least one event');
    return this.#whileOpen(() => this.#writer.append(stream, expected, events, recordedAt));
  }

  readStream(
    stream: StreamName,
    from = 0,
    limit = Number.MAX_SAFE_INTEGER,
  ): Promise<readonly RecordedEvent[]> {
    return this.#whileOpen(() => this.#reader.readStream(stream, from, { ...DEFAULT_PAGE, events: limit }));
  }

  readAll(after: Position, limit: number, bytes = DEFAULT_PAGE.bytes): Promise<Page> {
    return this.#whileOpen(() => this.#reader.readAll(after, { events: limit, bytes }));
  }

  removalOf(stream: StreamName): Promise<Removal> {
    return this.#whileOpen(() => this.#reader.removalOf(stream));
  }

  head(): Promise<Position> {
    return this.#whileOpen(() => this.#reader.head());
  }

  lastRecordedAt(): Promise<Moment | null> {
    return this.#whileOpen(() => this.#reader.lastRecordedAt());
  }

  subscribe(options: SubscribeOptions): AsyncIterable<Page> {
    return subscribe(this.#parts, options, AbortSignal.any([options.signal, this.#closing.signal]));
  }

  close(): Promise<void> {
    this.#closed ??= this.#finish();
    return this.#closed;
  }

  async #finish(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#underWay);
    await this.#connection.close();
  }

  async #whileOpen<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#closing.signal.aborted) throw new StoreError('closed', 'the event store is closed');
    const promise = work();
    this.#underWay.add(promise);
    try {
      return await promise;
    } finally {
      this.#underWay.delete(promise);
    }
  }
}

/** The indices of the events of each stream, in order. */
function byStream(events: readonly EventToRecord[]): ReadonlyMap<StreamName, readonly number[]> {
  const streams = new Map<StreamName, number[]>();
  for (const [index, { stream }] of events.entries()) {
    const indices = streams.get(stream);
    if (indices) indices.push(index);
    else streams.set(stream, [index]);
  }
  return streams;
}
