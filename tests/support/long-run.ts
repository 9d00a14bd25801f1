import { randomInt } from 'node:crypto';
import type { TestContext } from 'node:test';
import { type Random, seeded } from '../../services/standalone/demo/random.ts';

/** Minutes of a long run, as `npm run fuzz` and `npm run chaos` set them. */
export const MINUTES = 'NHIP_TEST_MINUTES';

/** A run that draws what it does: so many tries in the ordinary tests, as many as the minutes allow in a long run. */
export interface LongRun {
  readonly seed: number;
  readonly random: Random;
  /** Whether it has minutes, and not a number of tries. */
  readonly isLong: boolean;
  /** Whether there is another try to make. */
  goesOn(): boolean;
  readonly tries: number;
}

/** Prints its seed, which NHIP_TEST_SEED plays again; under CI each run is the same. */
export function startLongRun(t: TestContext, ordinaryTries: number, seed = drawnSeed(t)): LongRun {
  const minutes = Number(process.env[MINUTES] ?? 0);
  const ends = performance.now() + minutes * 60_000;
  let tries = 0;
  return {
    seed,
    random: seeded(seed),
    isLong: minutes > 0,
    goesOn: () => {
      const more = minutes > 0 ? performance.now() < ends : tries < ordinaryTries;
      if (more) tries += 1;
      return more;
    },
    get tries() {
      return tries;
    },
  };
}

function drawnSeed(t: TestContext): number {
  const drawn = process.env.CI === 'true' ? 124 : randomInt(2 ** 31);
  const seed = Number(process.env.NHIP_TEST_SEED ?? drawn);
  t.diagnostic(`NHIP_TEST_SEED=${seed}`);
  return seed;
}
