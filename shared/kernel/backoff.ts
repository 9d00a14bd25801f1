export interface BackoffLimits {
  /** Milliseconds before the second try, and before the first try after a {@link Backoff.reset}; at least 1. */
  readonly firstMs: number;
  /** No delay is longer. */
  readonly longestMs: number;
  /** In [0, 1). */
  readonly random?: () => number;
}

/**
 * Up to this share of a delay is left out by chance, so that many that failed together do not come back together.
 * See "equal jitter" in https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/.
 */
const JITTER = 0.5;

/** The delays between tries: each twice the one before, up to a limit. It does not wait and knows no clock. */
export class Backoff {
  readonly #limits: BackoffLimits;
  #nextMs: number;

  constructor(limits: BackoffLimits) {
    this.#limits = limits;
    this.#nextMs = limits.firstMs;
  }

  /** Milliseconds until the next try: from half of the full delay up to all of it. */
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
