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
import { logPoison, type PostedPage } from './projection.ts';

export interface ProjectorOptions extends ProjectorSettings {
  /** Called after each commit, with what readers now see. */
  readonly onCommit: (checkpoint: Checkpoint) => void;
  /** Takes the metrics of the projector; those of one process are of one projector. */
  readonly registry: Registry;
  readonly log: Log;
  /** Of the thread that follows; a rebuild tells history again and is not traced. */
  readonly tracing: TracingOptions;
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
   * Builds the ledger anew beside the live one and puts it in force; readers go over at their next read. Cancelled or failed,
   * the live one stays. @throws RebuildRunningError
   */
  rebuild(request?: RebuildRequest): Promise<RebuildOutcome>;
  stop(): Promise<void>;
}

/**
 * MiB. What is live is a page and the subjects in memory, some 100. Below about 2,000 V8 collects before garbage of several times
 * that has gathered: 100 MiB less, for a third more time an event.
 */
const FOLLOWER_LIMITS = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 48 };
/** A rebuild is soon over, and has nothing to do but to be fast: a large young generation saves it a tenth of its time. */
const REBUILDER_LIMITS = { maxOldGenerationSizeMb: 2_048, maxYoungGenerationSizeMb: 192 };
const DELAYS = { firstMs: 100, longestMs: 10_000 };

/** Starts the projector; resolves once the ledger exists and can be read. @throws what made the first start fail */
export async function startProjector(options: ProjectorOptions): Promise<Projector> {
  removeLeftovers(options.ledgerPath);
  if (removeOutdated(options.ledgerPath))
    options.log.info('the ledger is of another version and is built anew');
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
  /** Settled when the thread of the moment has ended. */
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

  /** Resolves with the thread's first word, rejects when it dies before that. */
  start(): Promise<void> {
    const { eventsPath, ledgerPath, zone, holidays, hours, books, tracing } = this.#options;
    const workerData: FollowTask = {
      settings: { eventsPath, ledgerPath, zone, holidays, hours, books },
      tracing,
    };
    const follower = new Worker(new URL('./follower-worker.ts', import.meta.url), {
      workerData,
      resourceLimits: FOLLOWER_LIMITS,
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
        const error = failure ?? new Error('The thread ended unasked');
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
      this.#log.info({ position: checkpoint.position }, 'rebuilt ledger in force');
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
    // Only progress ends the back-off: a thread that dies at the same event each time also says its first word.
    if (checkpoint.position > (this.#checkpoint?.position ?? 0)) this.#backoff.reset();
    this.#checkpoint = checkpoint;
    this.#options.onCommit(checkpoint);
    if (message.kind === 'adopted') this.#adopted?.resolve(checkpoint);
    if (message.kind !== 'posted') return;
    logPoison(message.page, this.#log);
    this.#show(message.page);
  }

  async #restart(reason: Error): Promise<void> {
    this.#state = { kind: 'restarting', reason: reason.message };
    const waitMs = this.#backoff.next();
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
    const { eventsPath, ledgerPath, zone, holidays, hours, books } = this.#options;
    const workerData: RebuildTask = {
      settings: { eventsPath, ledgerPath, zone, holidays, hours, books },
      target,
    };
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
