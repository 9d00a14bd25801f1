/**
 * A checker of Stryker that draws a sample: a mutant is tried when the hash of the seed and of itself falls into the share.
 * The same seed draws the same mutants for as long as their code stands.
 */
import { hash } from 'node:crypto';
import { relative } from 'node:path';

/** How the run gives its draw to the process of the checker. */
export const SHARE = 'MUTATION_SHARE';
export const SEED = 'MUTATION_SEED';

interface Mutant {
  readonly id: string;
  readonly fileName: string;
  readonly location: object;
  readonly replacement: string;
}

/** @param share in per cent */
function isDrawn({ fileName, location, replacement }: Mutant, share: number, seed: string): boolean {
  const text = JSON.stringify([seed, relative(process.cwd(), fileName), location, replacement]);
  return Number.parseInt(hash('sha1', text, 'hex').slice(0, 8), 16) / 2 ** 32 < share / 100;
}

const checker = {
  init: async () => {},
  check: async (mutants: readonly Mutant[]) => {
    const share = Number(process.env[SHARE]);
    const seed = process.env[SEED] ?? '';
    return Object.fromEntries(
      mutants.map((mutant) => [
        mutant.id,
        isDrawn(mutant, share, seed)
          ? { status: 'passed' }
          : { status: 'compileError', reason: 'outside of the sample' },
      ]),
    );
  },
};

export const strykerPlugins = [{ kind: 'Checker', name: 'sample', value: checker }];
