import { type Position, START } from '../../../shared/contracts/stored-event.ts';
import type { EventStore } from '../../../shared/event-store/port.ts';
import { errorText } from '../../../shared/kernel/error-text.ts';
import type { Log } from '../../../shared/platform/log.ts';
import type { AlertBook } from './alert-book.ts';
import { causesBetween } from './causes.ts';
import type { Observe } from './observations.ts';
import type { SilenceBook } from './silence-book.ts';

export interface EvaluationLoopOptions {
  readonly store: EventStore;
  readonly observe: Observe;
  readonly alerts: AlertBook;
  readonly silences: SilenceBook;
  readonly log: Log;
  /** Called after every evaluation, also after one that failed. */
  readonly afterwards: () => void;
}

/** At most ten evaluations a second, however many commits there are. */
const SPACING_MS = 100;
/** Time alone makes dossiers overdue, feeds silent and messages due. */
const TICK_MS = 1_000;
/**
 * With many objectives an evaluation takes long: then a fifth of the time, so that what runs beside it has the others. Up to a tick:
 * one that waited for a store that was away has taken no time from others, and must not rest for minutes.
 */
const LEAST_REST = 4;

/** Decides when the rules are asked: soon after a commit, every second, one evaluation at a time. */
export class EvaluationLoop {
  readonly #options: EvaluationLoopOptions;
  #queue: Promise<unknown> = Promise.resolve();
  /** The ledger must have reached this position before its figures describe the present. */
  #mark: Position = START;
  #ticking: NodeJS.Timeout | undefined;
  /** The position of the ledger at the last successful evaluation. */
  #evaluated: Position = START;
  /** The evaluation to come or under way, when a commit asked for one. */
  #soon: NodeJS.Timeout | undefined;
  /** Asked again since it began. */
  #again = false;
  #stopped = true;
  /** Before this no commit starts an evaluation. */
  #restsUntil = Number.NEGATIVE_INFINITY;
  #failure: string | undefined;

  constructor(options: EvaluationLoopOptions) {
    this.#options = options;
  }

  /** The failure of the last evaluation; undefined when it succeeded. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** @param restore runs before the first evaluation. @throws StoreError */
  async start(restore: () => Promise<void>): Promise<void> {
    // A ledger that is still behind the store at the start, on imported history or after a rebuild, is history, not news.
    this.#mark = await this.#options.store.head();
    this.#evaluated = this.#mark;
    await this.exclusive(restore);
    this.#stopped = false;
    this.#ticking = setInterval(() => this.trigger(), TICK_MS);
    this.trigger();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#ticking);
    clearTimeout(this.#soon);
    this.#soon = undefined;
    await this.#queue;
  }

  /** Something may have changed: evaluate at once, or as soon as the spacing allows. */
  trigger(): void {
    this.#again = true;
    if (this.#soon || this.#stopped) return;
    const wait = Math.max(0, this.#restsUntil - performance.now());
    this.#soon = setTimeout(async () => {
      this.#again = false;
      await this.run();
      this.#soon = undefined;
      if (this.#again) this.trigger();
    }, wait);
  }

  /** Evaluates once; never rejects. */
  async run(): Promise<void> {
    const began = performance.now();
    try {
      this.#failure = await this.exclusive(() => this.#evaluate());
    } catch (error) {
      this.#failure = errorText(error);
      this.#options.log.error({ err: error }, 'alerts: evaluation failed');
    }
    const ended = performance.now();
    const rest = Math.min(TICK_MS, LEAST_REST * (ended - began));
    this.#restsUntil = Math.max(began + SPACING_MS, ended + rest);
    this.#options.afterwards();
  }

  /** Runs after everything given before it: alerts change in one place at a time. */
  exclusive<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => {});
    return result;
  }

  /** @returns why nothing was decided: the ledger does not describe the present */
  async #evaluate(): Promise<string | undefined> {
    const { observe, alerts, silences, store } = this.#options;
    const { position, watches, complete, undecided } = await observe();
    if (undecided !== undefined) return undecided;
    if (position < this.#mark) return 'the ledger has not caught up with the store';
    this.#mark = position;
    // Another process may have stored a silence.
    await silences.load();
    const since = this.#evaluated;
    const asked = [...watches, ...alerts.withdrawn(watches, complete)];
    await alerts.evaluate(asked, silences.all(), () => causesBetween(store, since, position));
    this.#evaluated = position;
    return undefined;
  }
}
