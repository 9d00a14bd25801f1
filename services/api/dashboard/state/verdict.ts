import { failuresIn } from '../../../../shared/measures/rate.ts';
import type { Objective } from '../client/api.ts';
import { isWord } from '../text/i18n.ts';

/** How a status may be shown. `assured` is the only green one; a met target that anything casts doubt on is `doubtful`. */
export type Verdict =
  | 'assured'
  | 'doubtful'
  | 'on-path'
  | 'at-risk'
  | 'breached'
  | 'not-computable'
  /** What it counts has never been sent: it is not measured at all. */
  | 'no-source';

/** Whether a figure is not computable for want of a source. The page then states what would make it measured. */
export const isSourceless = (reason: string): boolean => isWord('needs', reason);

/** @param isCurrent whether the page still hears from the server: an old good figure is no good figure */
export function verdictOf(
  {
    status,
    reason,
    assured,
  }: { readonly status: string | null; readonly reason: string | null; readonly assured: boolean },
  isCurrent: boolean,
): Verdict {
  switch (status) {
    case 'met':
      return assured && isCurrent ? 'assured' : 'doubtful';
    case 'on-path':
    case 'at-risk':
    case 'breached':
      return status;
    default:
      return reason !== null && isSourceless(reason) ? 'no-source' : 'not-computable';
  }
}

/** None where the count is not told: of a small group of people. */
export const failuresOf = (
  { numerator, denominator }: Pick<Objective, 'numerator' | 'denominator'>,
  comparator: Objective['comparator'] = '>=',
): number => (numerator === null ? 0 : failuresIn({ numerator, denominator }, comparator ?? '>='));

/** The failures that the target allows at this volume, and how many there are; null when nothing can be computed. */
export function allowance({
  lateBudget,
  comparator,
  ...share
}: Pick<Objective, 'lateBudget' | 'comparator' | 'numerator' | 'denominator'>) {
  if (lateBudget === null) return null;
  const failures = failuresOf(share, comparator);
  return { failures, left: lateBudget, allowed: lateBudget + failures };
}

interface Heard {
  readonly freshness: readonly unknown[];
  readonly denominator: number;
  readonly open: { readonly total: number } | null;
  readonly parts: readonly { readonly count: number }[];
}

/** Whether the figures are of a moment before the first event: what lacks a feed has that for its reason even then. */
export const nothingKnown = (objectives: readonly Pick<Objective, 'reason' | 'value'>[]): boolean =>
  objectives.every(({ value }) => value === null) &&
  objectives.some(({ reason }) => reason === 'not-yet-known');

/** Whether nothing has ever arrived: a fresh install. A period whose figure waits or is late is something to see. */
export const nothingYet = (objectives: readonly Heard[]): boolean =>
  objectives.every(
    ({ freshness, denominator, open, parts }) =>
      freshness.length === 0 &&
      denominator === 0 &&
      (open?.total ?? 0) === 0 &&
      parts.every(({ count }) => count === 0),
  );
