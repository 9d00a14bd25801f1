import { type Position, START } from '../contracts/stored-event.ts';
import type { EventStore } from '../event-store/port.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Checkpoint } from './port.ts';

export interface LagOptions {
  readonly store: Pick<EventStore, 'readAll'>;
  /** The progress of the ledger as this process knows it; undefined while unknown. */
  readonly checkpoint: () => Checkpoint | undefined;
  readonly clock: Clock;
  /** Milliseconds of a clock that is never set; `performance.now` unless a test gives another. */
  readonly monotonic?: () => number;
}

/** The ledger may be so far behind without a doubt. */
const PATIENCE_MS = 5_000;
const LOOK_EVERY_MS = 1_000;

/** A head of the store, and when it was seen. */
interface Seen {
  readonly head: Position;
  readonly at: number;
}

/**
 * The distance of the ledger to the store, asked from the store once a second whatever the number of answers. The ledger is
 * behind while it has not reached the head that the store had at the start, nor a head that the store had 5 seconds ago; and
 * once the store has not answered for that long.
 */
export class LedgerLag {
  readonly #options: LagOptions;
  readonly #monotonic: () => number;
  /** The ledger should have reached this by now; undefined before the first answer of the store. */
  #due: Position | undefined;
  /** Heads of the last seconds, which are not due yet. */
  readonly #recent: Seen[] = [];
  /** Since when the store owes an answer. */
  #unansweredSince: number | undefined;
  #looking: Promise<number | undefined> | undefined;
  #ticking: NodeJS.Timeout | undefined;

  constructor(options: LagOptions) {
    this.#options = options;
    this.#monotonic = options.monotonic ?? (() => performance.now());
  }

  /** Looks every second from now on; resolves after the first look. */
  async start(): Promise<void> {
    this.#ticking = setInterval(() => void this.look(), LOOK_EVERY_MS);
    this.#ticking.unref();
    await this.look();
  }

  stop(): void {
    clearInterval(this.#ticking);
  }

  isBehind(): boolean {
    const reached = this.#options.checkpoint()?.position;
    if (reached === undefined || this.#due === undefined || reached < this.#due) return true;
    return this.#unansweredSince !== undefined && this.#monotonic() - this.#unansweredSince > PATIENCE_MS;
  }

  /**
   * Looks now; calls during a look share it.
   * @returns the age in seconds of the oldest event that the ledger does not reflect; undefined while that is not known
   */
  look(): Promise<number | undefined> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<number | undefined> {
    const { store, checkpoint, clock } = this.#options;
    const known = checkpoint();
    const now = this.#monotonic();
    this.#unansweredSince ??= now;
    try {
      const { events, head } = await store.readAll(known?.position ?? START, 1);
      this.#unansweredSince = undefined;
      this.#see({ head, at: now });
      const [oldest] = events;
      if (known === undefined) return undefined;
      return oldest === undefined ? 0 : Math.max(0, clock() - oldest.recordedAt) / 1_000;
    } catch {
      return undefined;
    }
  }

  #see(seen: Seen): void {
    this.#due ??= seen.head;
    this.#recent.push(seen);
    while (this.#recent[0] && seen.at - this.#recent[0].at > PATIENCE_MS)
      this.#due = this.#recent.shift()?.head ?? this.#due;
  }
}
