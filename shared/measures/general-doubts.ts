import type { LedgerLag } from '../ledger/lag.ts';
import type { GeneralDoubt } from './trust.ts';

/** What stands behind the doubts that apply to every figure. */
export interface DoubtSources {
  readonly lag: Pick<LedgerLag, 'isBehind'>;
  /** Why the present time is not sure; undefined while it is. */
  readonly clockProblem: () => string | undefined;
  /** What the last check of the stored data found; undefined when it found nothing. Without a check there is no such doubt. */
  readonly integrityFault?: () => string | undefined;
}

/** The doubts that apply to every figure at the moment of the call. */
export const generalDoubts =
  ({ lag, clockProblem, integrityFault }: DoubtSources) =>
  (): readonly GeneralDoubt[] => [
    ...(integrityFault?.() === undefined ? [] : (['unverified'] as const)),
    ...(clockProblem() === undefined ? [] : (['clock'] as const)),
    ...(lag.isBehind() ? (['behind'] as const) : []),
  ];
