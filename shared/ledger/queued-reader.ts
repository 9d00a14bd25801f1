import {
  type Checkpoint,
  LedgerBusy,
  type LedgerReader,
  type LedgerSnapshot,
  type ReadOptions,
} from './port.ts';

export interface QueueLimits {
  /** Up to this number of questions wait while all readers are at work. */
  readonly waiting: number;
  /** Time for a reader to be free, milliseconds, from the question on. */
  readonly waitMs: number;
  /** Time for the answer, milliseconds, once the reader is up. */
  readonly readMs: number;
}

/** A reader that may have to start first, on a busy machine for seconds: that is no fault of the question. */
export interface StartedReader extends LedgerReader {
  /** Resolves once it is up; absent of one that always is. @throws StoreError */
  readonly started?: () => Promise<void>;
}

/** Two readers empty a full queue in time if a question costs up to 150 ms. */
const WAITING = 64;
const WAIT_MS = 5_000;
const READ_MS = 5_000;
/** The start of a reader, which is bounded by nothing else. */
const START_MS = 30_000;
export const QUEUE_LIMITS: QueueLimits = { waiting: WAITING, waitMs: WAIT_MS, readMs: READ_MS };

/** A question that waits for a reader. */
interface Waiting {
  readonly begin: (reader: StartedReader) => void;
}

/**
 * Questions that can be slow, for the readers that it is given: each has one question at a time, the others wait in the order
 * in which they came. A question that finds the queue full, that waits too long, or that is read for too long, is refused. A reader that is
 * still at work for it then is free when its present query ends.
 */
export class QueuedReader implements LedgerReader {
  readonly #readers: readonly StartedReader[];
  readonly #idle: StartedReader[];
  readonly #limits: QueueLimits;
  readonly #waiting = new Set<Waiting>();

  constructor(readers: readonly StartedReader[], limits = QUEUE_LIMITS) {
    this.#readers = readers;
    this.#idle = [...readers];
    this.#limits = limits;
  }

  /** @throws LedgerBusy */
  async snapshot<Value>(
    read: (ledger: LedgerSnapshot) => Promise<Value>,
    { signal }: ReadOptions = {},
  ): Promise<Value> {
    signal?.throwIfAborted();
    const { waiting, waitMs, readMs } = this.#limits;
    if (this.#idle.length === 0 && this.#waiting.size >= waiting)
      throw new LedgerBusy(`Already ${waiting} questions wait for the ledger.`);
    const end = new AbortController();
    const given = Promise.withResolvers<Value>();
    let timer: NodeJS.Timeout | undefined;
    /** From now on; what bounded it before does no longer. */
    const bound = (ms: number, missed: string) => {
      clearTimeout(timer);
      timer = setTimeout(() => giveUp(new LedgerBusy(`${missed} within ${ms / 1_000} seconds.`)), ms);
    };
    const answer = async (reader: StartedReader): Promise<Value> => {
      if (reader.started) {
        bound(START_MS, 'The ledger could not be read');
        await reader.started();
        end.signal.throwIfAborted();
      }
      bound(readMs, 'The ledger had no answer');
      return reader.snapshot(read, { signal: end.signal });
    };
    const question: Waiting = {
      begin: (reader) => {
        answer(reader)
          .then(given.resolve, given.reject)
          .finally(() => this.#free(reader));
      },
    };
    const giveUp = (reason: unknown) => {
      this.#waiting.delete(question);
      end.abort(reason);
      given.reject(reason);
    };
    const leave = () => giveUp(signal?.reason);
    signal?.addEventListener('abort', leave);
    bound(waitMs, 'The ledger had no turn for the question');
    const reader = this.#idle.pop();
    if (reader) question.begin(reader);
    else this.#waiting.add(question);
    return given.promise.finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', leave);
    });
  }

  checkpoint(): Promise<Checkpoint> {
    return this.snapshot(async (ledger) => ledger.checkpoint);
  }

  async close(): Promise<void> {
    for (const reader of this.#readers) await reader.close();
  }

  #free(reader: LedgerReader): void {
    const [next] = this.#waiting;
    if (!next) {
      this.#idle.push(reader);
      return;
    }
    this.#waiting.delete(next);
    next.begin(reader);
  }
}
