import { type AppendResult, ErrorType, NO_STREAM } from '@eventstore/db-client';
import type { EventId, StreamName } from '../../contracts/ids.ts';
import type { EventToAppend, EventToRecord, Position } from '../../contracts/stored-event.ts';
import type { Moment } from '../../kernel/clock.ts';
import { StoreError } from '../../kernel/store-error.ts';
import type { Log } from '../../platform/log.ts';
import { isAsExpected } from '../expected-revision.ts';
import type { AppendOutcome, ExpectedRevision, RecordOutcome } from '../port.ts';
import { type Calls, overtakenBy } from './calls.ts';
import type { Connection } from './connection.ts';
import { earlierTry } from './earlier-try.ts';
import { digestOf, type Encoded, encode, positionOf, textOf } from './event-codec.ts';
import { commandErrorOf, refusalIn, within } from './failures.ts';
import { type KnownEvent, type KnownStream, KnownStreams } from './known-streams.ts';
import type { Limits } from './limits.ts';
import type { LogReader } from './log-reader.ts';
import { Recording } from './recording.ts';
import { type Slots, Turns } from './turns.ts';

/** Calls that give up leave theirs behind. */
const MOST_NAMED = 1_000;

export interface StreamResult {
  /** One for each event given, in the same order. */
  readonly outcomes: readonly RecordOutcome[];
  /** As of {@link KnownStream}. */
  readonly begins: number;
}

/** An append over its tries. */
interface Trial {
  readonly stream: StreamName;
  readonly expected: ExpectedRevision;
  readonly events: readonly Encoded[];
  /** It was sent and its outcome is unknown: found in the stream later, it is our own, and new. */
  unanswered: boolean;
}

/**
 * Writes streams, one call at a time each.
 *
 * Every append states the revision that it expects, since only then does the server know an append again for certain. So the
 * writer must know a stream before it writes to it: its last revision, and which events it holds. When that turns out to be old,
 * or the outcome of an append is unknown, it reads the stream again and checks which of the events are there.
 */
export class StreamWriter {
  readonly #connection: Connection;
  readonly #limits: Limits;
  readonly #slots: Slots;
  readonly #calls: Calls;
  readonly #reader: LogReader;
  readonly #known: KnownStreams;
  readonly #log: Log;
  readonly #turns = new Turns<StreamName>();
  /** Last revisions that the server named when it refused an append; each is used by the reading that follows. */
  readonly #named = new Map<StreamName, number>();
  /** Lower than the limit once the server has said so. */
  #appendBytes: number;

  constructor(
    connection: Connection,
    limits: Limits,
    slots: Slots,
    calls: Calls,
    reader: LogReader,
    log: Log,
  ) {
    this.#connection = connection;
    this.#limits = limits;
    this.#slots = slots;
    this.#calls = calls;
    this.#reader = reader;
    this.#known = new KnownStreams(limits.rememberedEvents);
    this.#appendBytes = limits.appendBytes;
    this.#log = log;
  }

  /** Events of one stream, each exactly once. @throws StoreError, and then some may be stored */
  async record(
    stream: StreamName,
    events: readonly EventToRecord[],
    recordedAt: Moment,
  ): Promise<StreamResult> {
    const encoded = events.map((event) => encode(event, recordedAt));
    const recording = new Recording(encoded, this.#limits.appendBytes);
    let begins = 0;
    const attempt = async () => {
      const { known } = await this.#load(stream);
      begins = known.begins;
      for (;;) {
        const chunk = recording.next(known, this.#appendBytes);
        if (chunk.length === 0) return;
        try {
          await this.#send(stream, known, chunk, () => recording.lost(chunk));
          begins = known.begins;
          recording.stored(known, chunk);
        } catch (error) {
          this.#goOnAfter(error, chunk, recording);
        }
      }
    };
    const untilRefused = () =>
      attempt().catch((error: unknown) => {
        const refusal = refusalIn(error);
        if (refusal?.of !== 'stream') throw error;
        recording.refuseRest(refusal.reason);
      });
    await this.#inTurn(stream, `recording into ${stream}`, untilRefused);
    return { outcomes: recording.outcomes(), begins };
  }

  /** @throws StoreError */
  async append(
    stream: StreamName,
    expected: ExpectedRevision,
    events: readonly EventToAppend[],
    recordedAt: Moment,
  ): Promise<AppendOutcome> {
    const encoded = events.map((event) => encode(event, recordedAt));
    const bytes = encoded.reduce((sum, event) => sum + event.bytes, 0);
    this.#refuseAbove(bytes, `an append of ${events.length} events to ${stream}`);
    const trial: Trial = { stream, expected, events: encoded, unanswered: false };
    return this.#inTurn(stream, `appending to ${stream}`, async () => {
      for (;;) {
        const { known, fresh } = await this.#load(stream);
        const outcome = await this.#tryAppend(trial, known);
        if (fresh || outcome.kind !== 'conflict') return outcome;
        // What is remembered may be old, and another's writing may have made the expectation true.
        this.#known.drop(stream);
      }
    });
  }

  /** The patience of a call begins when it comes: while the store is unreachable no queue grows behind a stream. */
  #inTurn<Result>(stream: StreamName, what: string, attempt: () => Promise<Result>): Promise<Result> {
    const giveUpAt = this.#calls.patience();
    return this.#turns.run(stream, () => this.#calls.retried(what, attempt, giveUpAt));
  }

  async #tryAppend(trial: Trial, known: KnownStream): Promise<AppendOutcome> {
    const { stream, expected, events } = trial;
    const earlier = earlierTry(known, events);
    if (earlier.kind === 'id-reused') return earlier;
    if (earlier.kind === 'whole') {
      const { revision, position } = earlier.last;
      return trial.unanswered ? { kind: 'appended', revision, position } : { kind: 'duplicate', position };
    }
    const actual = known.head < 0 ? 'no-stream' : known.head;
    if (!isAsExpected(expected, actual)) return { kind: 'conflict', actual };
    const position = await this.#send(stream, known, events, () => {
      trial.unanswered = true;
    });
    return { kind: 'appended', revision: known.head, position };
  }

  /** @returns `fresh` when it was read just now */
  async #load(stream: StreamName): Promise<{ readonly known: KnownStream; readonly fresh: boolean }> {
    const remembered = this.#known.get(stream);
    if (remembered) return { known: remembered, fresh: false };
    // A stream may show no events and still count on: only a refused append states its revision.
    const named = this.#named.get(stream) ?? -1;
    let [head, begins] = [named, named + 1];
    const events = new Map<EventId, KnownEvent>();
    await this.#reader.eachOf(stream, (event) => {
      head = Number(event.revision);
      if (events.size === 0) begins = head;
      events.set(event.id as EventId, {
        digest: digestOf(event.type, textOf(event)),
        revision: head,
        position: positionOf(event),
      });
    });
    this.#named.delete(stream);
    const known: KnownStream = { head, begins, events };
    this.#known.keep(stream, known);
    this.#reportCut(stream, known);
    return { known, fresh: true };
  }

  /** One append behind what is known of the stream, which is then known too. @param lost when its outcome is unknown */
  async #send(
    stream: StreamName,
    known: KnownStream,
    events: readonly Encoded[],
    lost: () => void,
  ): Promise<Position> {
    try {
      const result = await this.#slots.use(() => this.#appendOnce(stream, known.head, events));
      // The server counts on when a stream was deleted and begins again: its number holds, not ours.
      const head = Number(result.nextExpectedRevision);
      const position = await this.#positionOf(result, stream, head);
      const first = head - events.length + 1;
      if (known.head < 0 && first > 0) {
        known.begins = first;
        this.#reportCut(stream, known);
      }
      this.#known.advance(
        known,
        head,
        events.map(({ id, digest }, index) => [id, { digest, revision: first + index, position }]),
        stream,
      );
      return position;
    } catch (error) {
      if (limitIn(error) !== undefined || refusalIn(error)?.of === 'event') throw error;
      this.#known.drop(stream);
      const overtaken = overtakenBy(error);
      if (!overtaken) lost();
      else if (typeof overtaken.actualVersion === 'bigint') {
        if (this.#named.size >= MOST_NAMED) this.#named.clear();
        this.#named.set(stream, Number(overtaken.actualVersion));
      }
      throw error;
    }
  }

  #appendOnce(stream: StreamName, head: number, events: readonly Encoded[]): Promise<AppendResult> {
    const { deadlineMs } = this.#limits;
    const call = this.#connection.appendToStream(
      stream,
      events.map(({ data }) => data),
      { expectedRevision: head < 0 ? NO_STREAM : BigInt(head), deadline: deadlineMs, requiresLeader: true },
    );
    // The deadline of the call begins when there is a connection: looking for a cluster's nodes comes before it.
    return within(2 * deadlineMs, `appending to ${stream}`, call);
  }

  /** The server does not always return the position of an append that it has recognized. */
  async #positionOf(result: AppendResult, stream: StreamName, revision: number): Promise<Position> {
    const commit = Number(result.position?.commit);
    if (Number.isSafeInteger(commit)) return commit as Position;
    const event = await this.#reader.eventAt(stream, revision);
    if (event) return positionOf(event);
    throw new StoreError('unavailable', `the event store does not show event ${revision} of ${stream}`);
  }

  /** The server may accept less an append than configured here; then smaller ones may pass. @throws any other error */
  #goOnAfter(error: unknown, chunk: readonly Encoded[], recording: Recording): void {
    const refusal = refusalIn(error);
    if (refusal?.of === 'event') {
      recording.refused(chunk, refusal.reason);
      return;
    }
    const limit = limitIn(error);
    const [first, ...others] = chunk;
    if (limit === undefined || first === undefined) throw error;
    if (others.length === 0) {
      recording.tooLarge(first, limit);
      return;
    }
    const bytes = chunk.reduce((sum, event) => sum + event.bytes, 0);
    this.#appendBytes = Math.min(limit, Math.floor(bytes / 2));
  }

  #reportCut(stream: StreamName, { begins }: KnownStream): void {
    if (begins > 0) this.#log.warn({ stream, begins }, 'event store: a stream has lost its first events');
  }

  #refuseAbove(bytes: number, what: string): void {
    if (bytes <= this.#limits.appendBytes) return;
    throw new StoreError(
      'too-large',
      `${what} has ${bytes} bytes, and an append to the event store up to ${this.#limits.appendBytes}`,
    );
  }
}

/** The bytes of an append that the server accepts, when it has refused one for its size. */
function limitIn(error: unknown): number | undefined {
  const command = commandErrorOf(error);
  return command?.type === ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED ? command.maxAppendSize : undefined;
}
