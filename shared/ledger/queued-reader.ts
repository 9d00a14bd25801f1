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
  /** Time for an answer, milliseconds, from the question on. */
  readonly deadlineMs: number;
}

/** Two readers empty a full queue by the deadline if a question costs up to 150 ms. */
const WAITING = 64;
const DEADLINE_MS = 5_000;
export const QUEUE_LIMITS: QueueLimits = { waiting: WAITING, deadlineMs: DEADLINE_MS };

/** A question that waits for a reader. */
interface Waiting {
  readonly begin: (reader: LedgerReader) => void;
}

/**
 * Questions that can be slow, for the readers that it is given: each has one question at a time, the others wait in the order
 * in which they came. A question that finds the queue full, or has no answer at its deadline, is refused. A reader that is
 * still at work for it then is free when its present query ends.
 */
export class QueuedReader implements LedgerReader {
  readonly #readers: readonly LedgerReader[];
  readonly #idle: LedgerReader[];
  readonly #limits: QueueLimits;
  readonly #waiting = new Set<Waiting>();

  constructor(readers: readonly LedgerReader[], limits = QUEUE_LIMITS) {
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
    const { waiting, deadlineMs } = this.#limits;
    if (this.#idle.length === 0 && this.#waiting.size >= waiting)
      throw new LedgerBusy(`Already ${waiting} questions wait for the ledger.`);
    const end = new AbortController();
    const given = Promise.withResolvers<Value>();
    const question: Waiting = {
      begin: (reader) => {
        const answered = reader.snapshot(read, { signal: end.signal });
        answered.then(given.resolve, given.reject).finally(() => this.#free(reader));
      },
    };
    const giveUp = (reason: unknown) => {
      this.#waiting.delete(question);
      end.abort(reason);
      given.reject(reason);
    };
    const leave = () => giveUp(signal?.reason);
    signal?.addEventListener('abort', leave);
    const timer = setTimeout(() => giveUp(tooLate(deadlineMs)), deadlineMs);
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

const tooLate = (deadlineMs: number): LedgerBusy =>
  new LedgerBusy(`The ledger had no answer within ${deadlineMs / 1_000} seconds.`);
