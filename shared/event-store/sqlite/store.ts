import { Worker } from 'node:worker_threads';
import type { StreamName } from '../../contracts/ids.ts';
import type { EventToAppend, EventToRecord, Position, RecordedEvent } from '../../contracts/stored-event.ts';
import type { Moment } from '../../kernel/clock.ts';
import { StoreError } from '../../kernel/store-error.ts';
import type { ChainHead } from '../chain.ts';
import type { ChainingProgress } from '../chaining-log.ts';
import type {
  AppendOutcome,
  EventStore,
  ExpectedRevision,
  Page,
  RecordResult,
  SubscribeOptions,
} from '../port.ts';
import { type EventReader, SqliteReader } from './reader.ts';
import { packed, type WriteRequest } from './requests.ts';
import type { WriteReply } from './writer.ts';
import type { FromWriter, ToWriter, WriterData } from './writer-worker.ts';

export interface OpenStoreOptions {
  /** Called when the writer's thread has died: from then on nothing can be recorded. */
  readonly onDown?: (error: StoreError) => void;
  /** Called now and then while a store from before the chain is chained, which delays its first opening. */
  readonly onChaining?: ChainingProgress;
  /** The head of the store that a new one becomes a copy of: in the first record of its chain. */
  readonly copyOf?: ChainHead;
}

/**
 * Opens the event store in a file, creating it when there is none: the one writer in a worker thread, reads on the thread of
 * the caller. Only one process may have a file open for writing (see the lock on DATA_DIR).
 * @throws StoreError
 */
export async function openEventStore(path: string, options: OpenStoreOptions = {}): Promise<EventStore> {
  const writer = await WriterThread.start(path, options);
  return new SqliteEventStore(writer, new SqliteReader(path));
}

/** Opens an existing store file for reading from this thread, live events included. @throws StoreError */
export function openEventReader(path: string): EventReader {
  return new SqliteReader(path);
}

class SqliteEventStore implements EventStore {
  readonly #writer: WriterThread;
  readonly #reader: SqliteReader;

  constructor(writer: WriterThread, reader: SqliteReader) {
    this.#writer = writer;
    this.#reader = reader;
  }

  async record(events: readonly EventToRecord[], recordedAt: Moment): Promise<RecordResult> {
    const reply = await this.#writer.request({ kind: 'record', events, recordedAt });
    if (reply.kind !== 'recorded') throw failureOf(reply);
    return reply.result;
  }

  async append(
    stream: StreamName,
    expected: ExpectedRevision,
    events: readonly EventToAppend[],
    recordedAt: Moment,
  ): Promise<AppendOutcome> {
    if (events.length === 0) throw new RangeError('an append needs at least one event');
    const reply = await this.#writer.request({ kind: 'append', stream, expected, events, recordedAt });
    if (reply.kind !== 'append-decided') throw failureOf(reply);
    return reply.outcome;
  }

  readStream(stream: StreamName, from?: number, limit?: number): Promise<readonly RecordedEvent[]> {
    return this.#reader.readStream(stream, from, limit);
  }

  readAll(after: Position, limit: number, bytes?: number): Promise<Page> {
    return this.#reader.readAll(after, limit, bytes);
  }

  head(): Promise<Position> {
    return this.#reader.head();
  }

  lastRecordedAt(): Promise<Moment | null> {
    return this.#reader.lastRecordedAt();
  }

  subscribe(options: SubscribeOptions): AsyncIterable<Page> {
    return this.#reader.subscribe(options);
  }

  /** Takes no more, finishes what waits, then closes. */
  async close(): Promise<void> {
    // The last connection to close must be the one that writes: it empties the write-ahead log and removes it, so that a
    // backup put in the place of the file later is not overlaid with the log of the old one.
    await this.#reader.close();
    await this.#writer.close();
  }
}

const isReply = (message: FromWriter): message is WriteReply =>
  message.kind === 'recorded' || message.kind === 'append-decided' || message.kind === 'failed';

function failureOf(reply: WriteReply): StoreError {
  return reply.kind === 'failed'
    ? new StoreError(reply.code, reply.message)
    : new StoreError('unavailable', `the writer answered another request: ${reply.kind}`);
}

/** MiB. Some 50 are live, and what waits to be written; without a limit V8 lets garbage of several times that lie. */
const THREAD_LIMITS = { maxOldGenerationSizeMb: 384, maxYoungGenerationSizeMb: 48 };

/** Of contents that wait to be written: beyond it a call is refused at once, and nothing of it is stored. */
const WAITING_BYTES = 64 * 1_024 * 1_024;

interface Waiting {
  readonly bytes: number;
  readonly resolve: (reply: WriteReply) => void;
  readonly reject: (error: StoreError) => void;
}

/** The worker thread that writes, and the callers that wait for its replies. */
class WriterThread {
  readonly #worker: Worker;
  /** In the order of the requests, which is the order of the replies. */
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  readonly #exited: Promise<void>;
  readonly #onDown: (error: StoreError) => void;
  #down: StoreError | undefined;

  private constructor(worker: Worker, onDown: (error: StoreError) => void) {
    this.#worker = worker;
    this.#onDown = onDown;
    worker.on('message', (message: FromWriter) => {
      if (!isReply(message)) return;
      const first = this.#waiting.shift();
      this.#waitingBytes -= first?.bytes ?? 0;
      first?.resolve(message);
    });
    worker.on('error', (error) => this.#fail(new StoreError('unavailable', error.message, { cause: error })));
    this.#exited = new Promise((resolve) => {
      worker.on('exit', () => {
        this.#fail(new StoreError('unavailable', 'the writer thread has ended'));
        resolve();
      });
    });
  }

  static start(
    path: string,
    { onDown = () => {}, onChaining = () => {}, copyOf }: OpenStoreOptions,
  ): Promise<WriterThread> {
    const worker = new Worker(new URL('./writer-worker.ts', import.meta.url), {
      workerData: { path, copyOf } satisfies WriterData,
      resourceLimits: THREAD_LIMITS,
    });
    return new Promise((resolve, reject) => {
      worker.once('error', reject);
      worker.on('message', function opening(message: FromWriter) {
        if (message.kind === 'chaining') return onChaining(message.position, message.head);
        worker.off('error', reject);
        worker.off('message', opening);
        if (message.kind === 'failed') reject(new StoreError(message.code, message.message));
        else resolve(new WriterThread(worker, onDown));
      });
    });
  }

  request(request: WriteRequest): Promise<WriteReply> {
    if (this.#down) return Promise.reject(this.#down);
    const sent = packed(request);
    const bytes = sent.contentBytes;
    if (this.#waitingBytes > 0 && this.#waitingBytes + bytes > WAITING_BYTES) {
      const MiB = Math.round(this.#waitingBytes / 1_048_576);
      const why = `the event store has ${MiB} MiB to write before it can take more`;
      return Promise.reject(new StoreError('unavailable', why));
    }
    this.#waitingBytes += bytes;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ bytes, resolve, reject });
      this.#send(sent, [sent.bytes.buffer]);
    });
  }

  async close(): Promise<void> {
    if (!this.#down) {
      this.#down = new StoreError('closed', 'the event store is closed');
      this.#send({ kind: 'close' });
    }
    await this.#exited;
  }

  #send(message: ToWriter, transferred: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transferred);
  }

  #fail(error: StoreError): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
    if (this.#down) return;
    this.#down = error;
    this.#onDown(error);
  }
}
