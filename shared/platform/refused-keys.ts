import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyBaseLogger } from 'fastify';

const MINUTE_MS = 60_000;
/** So many wrong keys of an address are answered at once in a minute: a person mistypes, a connector is set up. */
const AT_ONCE = 10;
/** So long each further one waits. */
const WAIT_MS = 1_000;
/** So many answers wait at the same time; beyond them the answer is 429. */
const WAITING = 100;
/** So many addresses are told apart in a minute; the others count as one. */
const ADDRESSES = 1_000;
/** So many are named where a minute is summed up. */
const NAMED = 10;
/** So many refusals are logged by themselves in a minute. */
const LOGGED = 20;
const OTHERS = 'others';

/** The wrong keys of a minute. */
export interface RefusedMinute {
  readonly refused: number;
  /** The addresses with the most, and how many each sent. */
  readonly addresses: readonly { readonly address: string; readonly refused: number }[];
}

/**
 * Slows a client that tries keys, and logs its address. A valid key is never slowed: behind a proxy all senders have one address.
 * Everything is bounded: an attacker fills neither the log nor the memory.
 */
export class RefusedKeys {
  readonly #log: Pick<FastifyBaseLogger, 'warn'>;
  readonly #onMinute: (minute: RefusedMinute) => Promise<void>;
  readonly #waitMs: number;
  readonly #byAddress = new Map<string, number>();
  #minute: NodeJS.Timeout | undefined;
  #waiting = 0;
  #logged = 0;

  /** @param onMinute records the refusals of a minute; what it throws is logged */
  constructor(
    log: Pick<FastifyBaseLogger, 'warn'>,
    onMinute: (minute: RefusedMinute) => Promise<void>,
    waitMs = WAIT_MS,
  ) {
    this.#log = log;
    this.#onMinute = onMinute;
    this.#waitMs = waitMs;
  }

  /** Notes a wrong key, and resolves when it may be answered. @returns `at-limit` when too many wait already */
  async refuse(address: string, key: string): Promise<'answer' | 'at-limit'> {
    this.#minute ??= setTimeout(() => void this.#endMinute(), MINUTE_MS).unref();
    const from = this.#byAddress.has(address) || this.#byAddress.size < ADDRESSES ? address : OTHERS;
    const refused = (this.#byAddress.get(from) ?? 0) + 1;
    this.#byAddress.set(from, refused);
    if (refused === 1 && this.#logged < LOGGED) {
      this.#logged += 1;
      this.#log.warn({ address, ...keyId(key) }, 'keys: a wrong key was refused');
    }
    if (refused <= AT_ONCE) return 'answer';
    if (this.#waiting >= WAITING) return 'at-limit';
    this.#waiting += 1;
    await pause(this.#waitMs, undefined, { ref: false });
    this.#waiting -= 1;
    return 'answer';
  }

  close(): Promise<void> {
    return this.#endMinute();
  }

  async #endMinute(): Promise<void> {
    clearTimeout(this.#minute);
    this.#minute = undefined;
    this.#logged = 0;
    if (this.#byAddress.size === 0) return;
    const counts = [...this.#byAddress].map(([address, refused]) => ({ address, refused }));
    const minute: RefusedMinute = {
      refused: counts.reduce((sum, { refused }) => sum + refused, 0),
      addresses: counts.sort((a, b) => b.refused - a.refused).slice(0, NAMED),
    };
    this.#byAddress.clear();
    if (minute.refused > 1) this.#log.warn(minute, 'keys: wrong keys refused in a minute');
    try {
      await this.#onMinute(minute);
    } catch (error) {
      this.#log.warn({ err: error }, 'keys: the refusals of a minute were not recorded');
    }
  }
}

/** The id of a key that was revoked shows whose it was; it is no secret. */
function keyId(key: string): { readonly key?: string } {
  const id = /^nhip_([0-9a-f]{8})_/.exec(key)?.[1];
  return id === undefined ? {} : { key: id };
}
