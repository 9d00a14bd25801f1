import { type Comparator, compareShares, type Fraction, meets } from './rate.ts';

/** How far the subjects of a cumulative measure have come in its window. The four counts are disjoint. */
export interface Progress {
  readonly reached: number;
  readonly failed: number;
  /** Undecided, and planned. */
  readonly planned: number;
  /** Undecided, and not planned. */
  readonly unplanned: number;
  /** Whether there are plans at all, also where all are carried out. */
  readonly hasPlans: boolean;
}

/** What a figure can still come to in its window. Each share is one of all subjects, decided or not. */
export interface Outlook {
  /** Were every undecided subject to fail. */
  readonly worst: Fraction;
  /** Were every undecided subject to succeed. */
  readonly best: Fraction;
  /** Done and planned together, each subject once; null where there are no plans. */
  readonly planned: Fraction | null;
  /** How many more the target needs at this volume; 0 once it is reached. */
  readonly needed: number;
}

export function outlookOf(
  { reached, failed, planned, unplanned, hasPlans }: Progress,
  target: Fraction,
): Outlook {
  const denominator = reached + failed + planned + unplanned;
  const [goal, whole] = [BigInt(target.numerator), BigInt(target.denominator)];
  // Rounded up: a half of 9 subjects is 5.
  const least = Number((goal * BigInt(denominator) + whole - 1n) / whole);
  return {
    worst: { numerator: reached, denominator },
    best: { numerator: denominator - failed, denominator },
    planned: hasPlans ? { numerator: reached + planned, denominator } : null,
    needed: Math.max(0, least - reached),
  };
}

/** What a cumulative figure is held against. */
export interface Goal {
  readonly target: Fraction;
  readonly comparator: Comparator;
  /** The share that the objective's path asks for by now; null where it asks for none. */
  readonly path: Fraction | null;
  /** Whether the window is over: nothing more can come. */
  readonly ended: boolean;
}

/**
 * Unlike a rate, a cumulative figure begins at nothing and grows, so it is missed only once it can no longer be reached: ten units,
 * none inspected in February, is no breach.
 */
export function cumulativeStatus(
  share: Fraction,
  { worst, best, planned }: Outlook,
  { target, comparator, path, ended }: Goal,
): 'met' | 'on-path' | 'at-risk' | 'breached' {
  const keeps = (one: Fraction) => meets(one, target, comparator);
  if (ended) return keeps(share) ? 'met' : 'breached';
  if (keeps(worst)) return 'met';
  if (!keeps(best)) return 'breached';
  const isShort = planned !== null && !keeps(planned);
  const isBehind = path !== null && compareShares(share, path) < 0;
  return isShort || isBehind ? 'at-risk' : 'on-path';
}

/**
 * How a sum of values stands, which only grows: it can no longer miss what it has reached, nor keep what it has passed. Where it may be
 * at most the target, it is met only at the end, and the path is the most that it may have by now.
 */
export function growingStatus(
  value: Fraction,
  { target, comparator, path, ended }: Goal,
): 'met' | 'on-path' | 'at-risk' | 'breached' {
  const order = compareShares(value, target);
  if (ended) return meets(value, target, comparator) ? 'met' : 'breached';
  if (comparator === '>=' && order >= 0) return 'met';
  if (comparator !== '>=' && order > 0) return 'breached';
  const ahead = path === null ? 0 : compareShares(value, path);
  return (comparator === '<=' ? ahead > 0 : ahead < 0) ? 'at-risk' : 'on-path';
}
