import type { Filter } from '../bookkeeping/balance.ts';
import type { MeasuredFigure } from './observatory.ts';
import type { Fraction } from './rate.ts';
import { isHidden } from './small-groups.ts';

/** What an objective adds to the figure of its parent, each as a share of all that the parent counts: times 100 it is points. */
export interface Contribution {
  /** What the parent's value would lose, had none of it succeeded. */
  readonly kept: Fraction;
  /** What the parent's value lacks because of it. */
  readonly missed: Fraction;
}

/**
 * Null unless the parent counts the same, and more: by the same formula, in the same window, and all that the objective counts. Targets may
 * differ.
 */
export function contributionTo(parent: MeasuredFigure, child: MeasuredFigure): Contribution | null {
  const { numerator, denominator } = child.measurement;
  const whole = parent.measurement.denominator;
  const isAlike =
    sameJson(parent.definition.formula, child.definition.formula) &&
    parent.window.from === child.window.from &&
    parent.window.to === child.window.to &&
    isWithin(child.filter, parent.filter);
  if (!isAlike || whole === 0 || isHidden(child.measurement)) return null;
  return {
    kept: { numerator, denominator: whole },
    missed: { numerator: denominator - numerator, denominator: whole },
  };
}

function isWithin(inner: Filter, outer: Filter): boolean {
  const { units, where = {} } = outer;
  const hasUnits = units === undefined || (inner.units?.every((unit) => units.includes(unit)) ?? false);
  return hasUnits && Object.entries(where).every(([dimension, value]) => inner.where?.[dimension] === value);
}

const sameJson = (a: object, b: object): boolean =>
  JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
