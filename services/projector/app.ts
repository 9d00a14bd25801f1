import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { Registry } from 'prom-client';
import type { Position } from '../../shared/contracts/stored-event.ts';
import { Backoff } from '../../shared/kernel/backoff.ts';
import type { Checkpoint } from '../../shared/ledger/port.ts';
import { type RebuildOutcome, RebuildRunningError } from '../../shared/ledger/rebuild.ts';
import { removeLedger } from '../../shared/ledger/sqlite/bulk-writer.ts';
import { ledgerBeside, removeLeftovers, removeOutdated } from '../../shared/ledger/sqlite/switch-ledger.ts';
import type { Log } from '../../shared/platform/log.ts';
import type { TracingOptions } from '../../shared/platform/tracing.ts';
import { wait } from '../../shared/platform/wait.ts';
import type {
  FollowTask,
  FromFollower,
  FromRebuilder,
  ProjectorSettings,
  RebuildTask,
  ToFollower,
} from './messages.ts';
import { showPostings } from './metrics.ts';
import { logPoison, logRetried, type PostedPage } from './projection.ts';

export interface ProjectorOptions extends ProjectorSettings {
  /** Called after each commit, with the checkpoint that readers now see. */
  readonly onCommit: (checkpoint: Checkpoint) => void;
  /** Holds the metrics of the projector; one process has one projector. */
  readonly registry: Registry;
  readonly log: Log;
  /** Of the thread that follows; a rebuild repeats history and is not traced. */
  readonly tracing: TracingOptions;
  /** MiB of the thread that follows; as measured, when omitted. */
  readonly followerMemoryMb?: number;
}

export type ProjectorState =
  | { readonly kind: 'following' }
  | { readonly kind: 'restarting'; readonly reason: string }
  | { readonly kind: 'stopped' };

export interface RebuildRequest {
  readonly signal?: AbortSignal;
  readonly onProgress?: (position: Position, head: Position) => void;
}

/** Keeps the ledger up with the event store, in a thread of its own. */
export interface Projector {
  readonly checkpoint: Checkpoint;
  readonly state: ProjectorState;
  /**
   * Builds a new ledger beside the live one and puts it in force; readers switch at their next read. If it is cancelled or
   * fails, the live one stays. @throws RebuildRunningError
   */
  rebuild(request?: RebuildRequest): Promise<RebuildOutcome>;
  stop(): Promise<void>;
}

/**
 * MiB. Live are a page and the cached subjects, about 100 MiB. Below a limit of about 2,000 V8 collects earlier: 100 MiB less, for a
 * third more time an event.
 */
const FOLLOWER_LIMITS = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 48 };
/** A rebuild is short and only has to be fast: a large young generation saves a tenth of its time. */
const REBUILDER_LIMITS = { maxOldGenerationSizeMb: 2_048, maxYoungGenerationSizeMb: 192 };
const DELAYS = { firstMs: 100, longestMs: 10_000 };

/** Starts the projector; resolves once the ledger exists and is readable. @throws the error of the first start */
export async function startProjector(options: ProjectorOptions): Promise<Projector> {
  removeLeftovers(options.ledgerPath);
  if (removeOutdated(options.ledgerPath, options))
    options.log.info('projector: ledger has another version, rebuilding it');
  const projector = new ThreadedProjector(options);
  await projector.start();
  return projector;
}

class ThreadedProjector implements Projector {
  readonly #options: ProjectorOptions;
  readonly #log: Log;
  readonly #show: (page: PostedPage) => void;
  #state: ProjectorState = { kind: 'stopped' };
  #checkpoint: Checkpoint | undefined;
  #follower: Worker | undefined;
  /** Settled when the current thread has ended. */
  #ended: Promise<void> = Promise.resolve();
  readonly #backoff = new Backoff(DELAYS);
  #adopted: PromiseWithResolvers<Checkpoint> | undefined;
  #rebuilding = false;
  readonly #stop = new AbortController();

  constructor(options: ProjectorOptions) {
    this.#options = options;
    this.#log = options.log.child({ component: 'projector' });
    this.#show = showPostings(options.registry);
  }

  get checkpoint(): Checkpoint {
    if (!this.#checkpoint) throw new Error('The projector has not started');
    return this.#checkpoint;
  }

  get state(): ProjectorState {
    return this.#state;
  }

  /** Resolves with the thread's first message, rejects when the thread ends before that. */
  start(): Promise<void> {
    const { tracing, followerMemoryMb: memory } = this.#options;
    const workerData: FollowTask = { settings: settingsOf(this.#options), tracing };
    const follower = new Worker(new URL('./follower-worker.ts', import.meta.url), {
      workerData,
      resourceLimits: { ...FOLLOWER_LIMITS, ...(memory !== undefined && { maxOldGenerationSizeMb: memory }) },
    });
    this.#follower = follower;
    const exit = Promise.withResolvers<void>();
    this.#ended = exit.promise;
    return new Promise((resolve, reject) => {
      let failure: Error | undefined;
      follower.on('message', (message: FromFollower) => {
        this.#state = { kind: 'following' };
        resolve();
        this.#heard(message);
      });
      follower.on('error', (error) => {
        failure = error;
      });
      follower.on('exit', () => {
        exit.resolve();
        const error = failure ?? new Error('The thread ended unexpectedly');
        this.#adopted?.reject(error);
        reject(error);
        if (this.#state.kind === 'following' && !this.#stop.signal.aborted) void this.#restart(error);
      });
    });
  }

  async rebuild({ signal, onProgress }: RebuildRequest = {}): Promise<RebuildOutcome> {
    if (this.#rebuilding) throw new RebuildRunningError();
    this.#rebuilding = true;
    try {
      const target = ledgerBeside(this.#options.ledgerPath, randomUUID());
      const signals = signal ? [signal, this.#stop.signal] : [this.#stop.signal];
      const stop = AbortSignal.any(signals);
      const outcome = await this.#runRebuilder(target, stop, onProgress);
      if (outcome.kind !== 'rebuilt') return outcome;
      if (stop.aborted) {
        removeLedger(target);
        return { kind: 'cancelled' };
      }
      this.#adopted = Promise.withResolvers();
      this.#send({ kind: 'adopt', target });
      const checkpoint = await this.#adopted.promise;
      this.#log.info({ position: checkpoint.position }, 'projector: rebuilt ledger in force');
      return { kind: 'rebuilt', checkpoint };
    } finally {
      this.#adopted = undefined;
      this.#rebuilding = false;
    }
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#send({ kind: 'stop' });
    await this.#ended;
    this.#state = { kind: 'stopped' };
  }

  #send(message: ToFollower): void {
    this.#follower?.postMessage(message);
  }

  #heard(message: FromFollower): void {
    const checkpoint = message.kind === 'posted' ? message.page.checkpoint : message.checkpoint;
    // Only progress resets the back-off: a thread that fails at the same event each time also sends its first message.
    if (checkpoint.position > (this.#checkpoint?.position ?? 0)) this.#backoff.reset();
    this.#checkpoint = checkpoint;
    this.#options.onCommit(checkpoint);
    if (message.kind === 'adopted') this.#adopted?.resolve(checkpoint);
    if (message.kind === 'retried') logRetried(message, this.#log);
    if (message.kind !== 'posted') return;
    logPoison(message.page, this.#log);
    this.#show(message.page);
  }

  async #restart(reason: Error): Promise<void> {
    this.#state = { kind: 'restarting', reason: reason.message };
    // The next thread begins with less: see PageNote.
    const waitMs = isOutOfMemory(reason) ? DELAYS.firstMs : this.#backoff.next();
    this.#log.error(
      { err: reason, waitMs },
      'projector: thread failed, restarting at its checkpoint after the wait',
    );
    await wait(waitMs, this.#stop.signal);
    if (this.#stop.signal.aborted) return;
    await this.start().catch((error) => this.#restart(error));
  }

  #runRebuilder(
    target: string,
    signal: AbortSignal,
    onProgress: RebuildRequest['onProgress'],
  ): Promise<RebuildOutcome> {
    const workerData: RebuildTask = { settings: settingsOf(this.#options), target };
    const rebuilder = new Worker(new URL('./rebuilder-worker.ts', import.meta.url), {
      workerData,
      resourceLimits: REBUILDER_LIMITS,
    });
    const cancel = () => rebuilder.postMessage({ kind: 'stop' });
    signal.addEventListener('abort', cancel);
    if (signal.aborted) cancel();
    return new Promise<RebuildOutcome>((resolve, reject) => {
      rebuilder.on('message', (message: FromRebuilder) => {
        if (message.kind === 'ended') resolve(message.outcome);
        else onProgress?.(message.position, message.head);
      });
      rebuilder.on('error', reject);
      rebuilder.on('exit', () => reject(new Error('The rebuild ended without an outcome')));
    }).finally(() => signal.removeEventListener('abort', cancel));
  }
}

/** Them alone: a thread can be given nothing that holds functions. */
function settingsOf(options: ProjectorOptions): ProjectorSettings {
  const { eventsPath, ledgerPath, zone, holidays, hours, extensionRule, books } = options;
  return { eventsPath, ledgerPath, zone, holidays, hours, extensionRule, books };
}

const isOutOfMemory = (error: Error): boolean => 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
