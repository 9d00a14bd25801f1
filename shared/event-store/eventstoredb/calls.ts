import { setTimeout as pause } from 'node:timers/promises';
import { ErrorType } from '@eventstore/db-client';
import type { Log } from '../../platform/log.ts';
import { commandErrorOf, mayPass, storeErrorOf } from './failures.ts';
import type { Health } from './health.ts';
import type { Limits } from './limits.ts';

const FIRST_WAIT_MS = 20;
const LONGEST_WAIT_MS = 2_000;

/** Somebody else has written to the stream since it was read. */
export const isOvertaken = (error: unknown): boolean =>
  commandErrorOf(error)?.type === ErrorType.WRONG_EXPECTED_VERSION;

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

  /** @param attempt must be safe to do again whatever became of it the last time @throws StoreError */
  async retried<Result>(what: string, attempt: () => Promise<Result>): Promise<Result> {
    const giveUpAt = performance.now() + this.#limits.retryForMs;
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
      try {
        const result = await attempt();
        this.#health.worked();
        return result;
      } catch (error) {
        const overtaken = isOvertaken(error);
        if (!overtaken && !mayPass(error)) throw storeErrorOf(what, error);
        if (!overtaken) this.#health.failed(error);
        if (performance.now() + waitMs > giveUpAt) throw storeErrorOf(what, error);
        this.#log.debug({ err: error, what, waitMs }, 'a call to the event store is tried again');
      }
      // Many calls fail at once and should not come back at once.
      await pause(waitMs * (0.5 + Math.random() / 2));
    }
  }
}
