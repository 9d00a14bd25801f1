import { Worker } from 'node:worker_threads';
import type {
  Balance,
  BalanceQuery,
  Knowledge,
  ListQuery,
  Movement,
  Paged,
} from '../../bookkeeping/balance.ts';
import type { Book, BookFact, BookItem } from '../../bookkeeping/book.ts';
import type { ComparedQuery, ListedPlace, MovedQuery } from '../../bookkeeping/moved.ts';
import type { RulingQuery } from '../../bookkeeping/ruling-query.ts';
import type { Subject } from '../../bookkeeping/subject.ts';
import { type Position, START } from '../../contracts/stored-event.ts';
import { StoreError } from '../../kernel/store-error.ts';
import { Agencies } from '../../office/agencies.ts';
import {
  type Checkpoint,
  LedgerBusy,
  LedgerNotReady,
  type LedgerReader,
  type LedgerSnapshot,
  type ReadOptions,
} from '../port.ts';
import { QueuedReader, type QueueLimits, type StartedReader } from '../queued-reader.ts';
import type { QuestionKind, Questions, ReadTask, Reply, Sent } from './reader-messages.ts';

/** MiB. An answer has some thousand rows; a question whose answer does not fit fails alone. */
const THREAD_LIMITS = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 16 };
/** Questions that are answered at once: on two processors a slow one leaves room for another. */
const THREADS = 2;

/**
 * Reads the ledger in threads of their own, so that a question that takes long holds up no other work: SQLite is synchronous.
 * A thread starts with its first question. @param limits of the questions that wait
 */
export const openThreadedReader = (task: ReadTask, limits?: QueueLimits): LedgerReader =>
  new QueuedReader(
    Array.from({ length: THREADS }, () => new ThreadReader(task)),
    limits,
  );

interface Asked {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** One thread, for one snapshot at a time. After its death the next snapshot starts a new one. */
class ThreadReader implements StartedReader {
  readonly #task: ReadTask;
  #thread: { readonly worker: Worker; readonly asked: Asked[]; readonly up: Promise<void> } | undefined;

  constructor(task: ReadTask) {
    this.#task = task;
  }

  readonly started = (): Promise<void> => {
    this.#thread ??= this.#start();
    return this.#thread.up;
  };

  async snapshot<Value>(
    read: (ledger: LedgerSnapshot) => Promise<Value>,
    { signal }: ReadOptions = {},
  ): Promise<Value> {
    const ask: Ask = (kind, question) => {
      signal?.throwIfAborted();
      return this.#ask(kind, question);
    };
    const checkpoint = await ask('begin', {});
    try {
      return await read(new ThreadSnapshot(checkpoint, ask));
    } finally {
      // A thread that has died has no snapshot to end.
      if (this.#thread) await this.#ask('end', {});
    }
  }

  checkpoint(): Promise<Checkpoint> {
    return this.snapshot(async (ledger) => ledger.checkpoint);
  }

  async close(): Promise<void> {
    await this.#thread?.worker.terminate();
  }

  #ask<Kind extends QuestionKind>(
    kind: Kind,
    question: Questions[Kind]['asked'],
  ): Promise<Questions[Kind]['answer']> {
    this.#thread ??= this.#start();
    const { worker, asked } = this.#thread;
    return new Promise((resolve, reject) => {
      worker.postMessage({ ...question, kind });
      // The thread answers each kind as `Questions` states.
      asked.push({ resolve: resolve as Asked['resolve'], reject });
    });
  }

  #start() {
    const worker = new Worker(new URL('./reader-worker.ts', import.meta.url), {
      workerData: this.#task,
      resourceLimits: THREAD_LIMITS,
    });
    const asked: Asked[] = [];
    const up = Promise.withResolvers<void>();
    // A thread may end while no question waits for its start.
    up.promise.catch(() => {});
    let reason = new StoreError('unavailable', 'The thread that reads the ledger has ended');
    worker.on('message', (reply: Reply) => {
      if (reply.kind === 'up') {
        up.resolve();
        return;
      }
      const { resolve, reject } = asked.shift() ?? {};
      if (reply.kind === 'answer') resolve?.(reply.value);
      else reject?.(failureOf(reply));
    });
    worker.on('error', (error) => {
      reason = new StoreError('unavailable', error.message, { cause: error });
    });
    worker.on('exit', () => {
      if (this.#thread?.worker === worker) this.#thread = undefined;
      up.reject(reason);
      for (const { reject } of asked.splice(0)) reject(reason);
    });
    return { worker, asked, up: up.promise };
  }
}

function failureOf({ message, code }: Extract<Reply, { kind: 'failed' }>): Error {
  if (code === undefined) return new Error(message);
  return code === 'ledger-busy' ? new LedgerBusy(message) : new LedgerNotReady(code, message);
}

type Ask = <Kind extends QuestionKind>(
  kind: Kind,
  question: Questions[Kind]['asked'],
) => Promise<Questions[Kind]['answer']>;

/** A snapshot that a thread holds. */
class ThreadSnapshot implements LedgerSnapshot {
  readonly checkpoint: Checkpoint;
  readonly #ask: Ask;

  constructor(checkpoint: Checkpoint, ask: Ask) {
    this.checkpoint = checkpoint;
    this.#ask = ask;
  }

  balances(query: BalanceQuery): Promise<readonly Balance[]> {
    return this.#ask('balances', { query: sent(query) });
  }

  changes(query: BalanceQuery, afterEntry: number): Promise<readonly Balance[]> {
    return this.#ask('changes', { query: sent(query), afterEntry });
  }

  moved(query: MovedQuery) {
    return this.#ask('moved', { query: sent(query) });
  }

  compared(query: ComparedQuery) {
    return this.#ask('compared', { query: sent(query) });
  }

  rulings(query: RulingQuery) {
    return this.#ask('rulings', { query: sent(query) });
  }

  /** The thread makes the items by the same book. */
  items<Fact extends BookFact, Item extends BookItem>(
    { number: book }: Book<Fact, Item>,
    places: readonly ListedPlace[],
    known: Knowledge,
  ): Promise<readonly Item[]> {
    return this.#ask('items', { book, places, known }) as Promise<readonly Item[]>;
  }

  movements({ number: book }: Book): Promise<readonly Movement[]> {
    return this.#ask('movements', { book });
  }

  misplaced({ number: book }: Book, limit: number) {
    return this.#ask('misplaced', { book, limit });
  }

  wrongSums({ number: book }: Book, limit: number) {
    return this.#ask('wrongSums', { book, limit });
  }

  wrongSubjects({ number: book }: Book, after: number, limit: number) {
    return this.#ask('wrongSubjects', { book, after, limit });
  }

  storedFacts({ number: book }: Book, after: number, limit: number) {
    return this.#ask('storedFacts', { book, after, limit });
  }

  wrongDimensions(limit: number) {
    return this.#ask('wrongDimensions', { limit });
  }

  knownSince({ number: book }: Book) {
    return this.#ask('knownSince', { book });
  }

  /** The thread makes the items by the same book. */
  list<Fact extends BookFact, Item extends BookItem>(
    { number: book }: Book<Fact, Item>,
    query: ListQuery,
  ): Promise<Paged<Item>> {
    return this.#ask('list', { book, query }) as Promise<Paged<Item>>;
  }

  /** The thread decodes the facts by the same book. */
  subject<Fact extends BookFact>(
    { number: book }: Book<Fact>,
    id: string,
    known: Knowledge = {},
  ): Promise<Subject<Fact> | undefined> {
    return this.#ask('subject', { book, id, known }) as Promise<Subject<Fact> | undefined>;
  }

  declared(cut: Questions['declared']['asked']['cut'] = {}) {
    return this.#ask('declared', { cut });
  }

  async agencies({ knownAt }: Knowledge = {}): Promise<Agencies> {
    if (this.checkpoint.office === 0) return Agencies.NONE;
    return new Agencies(await this.declared(knownAt === undefined ? {} : { knownAt }));
  }

  seenAgencies() {
    return this.#ask('seenAgencies', {});
  }

  sources(since: Position = START) {
    return this.#ask('sources', { since });
  }

  setAside() {
    return this.#ask('setAside', {});
  }

  lost() {
    return this.#ask('lost', {});
  }

  setAsideEvents(after: Position, limit: number) {
    return this.#ask('setAsideEvents', { after, limit });
  }
}

const sent = <Query extends { readonly book: Book }>({ book, ...query }: Query): Sent<Query> => ({
  ...query,
  book: book.number,
});
