export interface BackoffLimits {
  /** Milliseconds before the second try, and before the first try after a {@link Backoff.reset}; at least 1. */
  readonly firstMs: number;
  /** The longest delay. */
  readonly longestMs: number;
  /** In [0, 1). */
  readonly random?: () => number;
}

/**
 * Up to this share of a delay is subtracted at random, so that clients that failed together do not retry together.
 * See "equal jitter" in https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/.
 */
const JITTER = 0.5;

/** The delays between tries: each twice the one before, up to a limit. Pure: it does not wait and reads no clock. */
export class Backoff {
  readonly #limits: BackoffLimits;
  #nextMs: number;

  constructor(limits: BackoffLimits) {
    this.#limits = limits;
    this.#nextMs = limits.firstMs;
  }

  /** Milliseconds until the next try: between half of the full delay and all of it. */
  next(): number {
    const { longestMs, random = Math.random } = this.#limits;
    const fullMs = Math.min(this.#nextMs, longestMs);
    this.#nextMs = fullMs * 2;
    return Math.ceil(fullMs * (1 - JITTER * random()));
  }

  /** Starts again with the first delay, after a success. */
  reset(): void {
    this.#nextMs = this.#limits.firstMs;
  }
}
