import { Backoff } from '../../kernel/backoff.ts';
import { errorText } from '../../kernel/error-text.ts';
import type { Log } from '../../platform/log.ts';
import { wait } from '../../platform/wait.ts';

const DELAYS = { firstMs: 500, longestMs: 5_000 };
/** Without a call for this long its state is unknown. */
const QUIET_MS = 5_000;

/**
 * Whether the server is reachable, by the calls that are made anyway. It is asked only while it is unreachable, so that a process
 * that stopped calling it notices its return, and while it is not called, so that an idle process notices an outage.
 */
export class Health {
  readonly #log: Log;
  readonly #ask: () => Promise<unknown>;
  readonly #closed: AbortSignal;
  /** Milliseconds of the monotonic clock. */
  #awaySince: number | undefined;
  #heardAt = Number.NEGATIVE_INFINITY;
  #reason = '';

  constructor(log: Log, ask: () => Promise<unknown>, closed: AbortSignal) {
    this.#log = log;
    this.#ask = ask;
    this.#closed = closed;
    const watching = setInterval(() => this.#askIfQuiet(), QUIET_MS).unref();
    closed.addEventListener('abort', () => clearInterval(watching), { once: true });
  }

  worked(): void {
    this.#heardAt = performance.now();
    if (this.#awaySince === undefined) return;
    const awayMs = Math.round(performance.now() - this.#awaySince);
    this.#awaySince = undefined;
    this.#log.info({ awayMs }, 'event store: reachable again');
  }

  failed(error: unknown): void {
    this.#reason = errorText(error);
    if (this.#awaySince !== undefined || this.#closed.aborted) return;
    this.#awaySince = performance.now();
    this.#log.warn({ reason: this.#reason }, 'event store: unreachable');
    void this.#askUntilBack();
  }

  problem(): string | undefined {
    if (this.#awaySince === undefined) return undefined;
    const seconds = Math.round((performance.now() - this.#awaySince) / 1_000);
    return `the event store has been unreachable for ${seconds} s: ${this.#reason}`;
  }

  async #askUntilBack(): Promise<void> {
    const backoff = new Backoff(DELAYS);
    while (this.#awaySince !== undefined) {
      await wait(backoff.next(), this.#closed, { ref: false });
      if (this.#closed.aborted) return;
      await this.#askOnce();
    }
  }

  #askIfQuiet(): void {
    if (this.#awaySince === undefined && performance.now() - this.#heardAt >= QUIET_MS) void this.#askOnce();
  }

  #askOnce(): Promise<void> {
    return this.#ask().then(
      () => this.worked(),
      (error: unknown) => this.failed(error),
    );
  }
}
