/**
 * How a status may be shown. `assured` is the only green one; a met target that anything casts doubt on is `doubtful`.
 * @typedef {'assured' | 'doubtful' | 'at-risk' | 'breached' | 'not-computable'} Verdict
 */

/**
 * @param {{ status: string, assured: boolean }} objective
 * @param {boolean} current whether the page still hears from the server: an old good figure is no good figure
 * @returns {Verdict}
 */
export function verdictOf({ status, assured }, current) {
  switch (status) {
    case 'met':
      return assured && current ? 'assured' : 'doubtful';
    case 'at-risk':
    case 'breached':
      return status;
    default:
      return 'not-computable';
  }
}

/**
 * The failures that the target allows at this volume, and how many there are; null when nothing can be computed.
 * @param {{ lateBudget: number | null, numerator: number, denominator: number }} figure
 */
export function allowance({ lateBudget, numerator, denominator }) {
  if (lateBudget === null) return null;
  const failures = denominator - numerator;
  return { failures, allowed: lateBudget + failures };
}

/**
 * Whether nothing has ever arrived: a fresh install.
 * @param {readonly { freshness: readonly unknown[], denominator: number, open: { total: number } | null }[]} objectives
 */
export const nothingYet = (objectives) =>
  objectives.every(
    ({ freshness, denominator, open }) =>
      freshness.length === 0 && denominator === 0 && (open?.total ?? 0) === 0,
  );
