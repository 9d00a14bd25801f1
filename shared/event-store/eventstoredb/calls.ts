import { setTimeout as pause } from 'node:timers/promises';
import { ErrorType, type WrongExpectedVersionError } from '@eventstore/db-client';
import { Backoff } from '../../kernel/backoff.ts';
import { StoreError } from '../../kernel/store-error.ts';
import type { Log } from '../../platform/log.ts';
import { commandErrorOf, mayPass, storeErrorOf } from './failures.ts';
import type { Health } from './health.ts';
import type { Limits } from './limits.ts';

const DELAYS = { firstMs: 20, longestMs: 2_000 };

/** The refusal of an append because the stream does not stand where it was read to stand: another writer was there. */
export function overtakenBy(error: unknown): WrongExpectedVersionError | undefined {
  const command = commandErrorOf(error);
  return command?.type === ErrorType.WRONG_EXPECTED_VERSION ? command : undefined;
}

/** Tries calls again while that can help, and notes whether the server answers. */
export class Calls {
  readonly #limits: Limits;
  readonly #log: Log;
  readonly #health: Health;

  constructor(limits: Limits, log: Log, health: Health) {
    this.#limits = limits;
    this.#log = log;
    this.#health = health;
  }

  /** Until when a call that comes now is tried, on the monotonic clock. */
  patience(): number {
    return performance.now() + this.#limits.retryForMs;
  }

  /**
   * @param attempt must be safe to do again whatever became of it the last time
   * @param giveUpAt from {@link patience}, where the call has waited for others before
   * @throws StoreError
   */
  async retried<Result>(
    what: string,
    attempt: () => Promise<Result>,
    giveUpAt = this.patience(),
  ): Promise<Result> {
    if (performance.now() > giveUpAt)
      throw new StoreError('unavailable', `${what}: those before it have waited in vain for the event store`);
    const backoff = new Backoff(DELAYS);
    for (;;) {
      const waitMs = backoff.next();
      try {
        const result = await attempt();
        this.#health.worked();
        return result;
      } catch (error) {
        const overtaken = overtakenBy(error) !== undefined;
        if (!overtaken && !mayPass(error)) throw storeErrorOf(what, error);
        if (!overtaken) this.#health.failed(error);
        if (performance.now() + waitMs > giveUpAt) throw storeErrorOf(what, error);
        this.#log.debug({ err: error, what, waitMs }, 'event store: call failed, retrying');
      }
      await pause(waitMs);
    }
  }
}
