import type { Filter } from '../bookkeeping/balance.ts';
import type { Formula } from './measure.ts';
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
    textOf(parent.definition.formula) === textOf(child.definition.formula) &&
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

/** Formulas stay as long as their definitions, and each answer compares them anew. */
const TEXTS = new WeakMap<Formula, string>();

function textOf(formula: Formula): string {
  const text = TEXTS.get(formula) ?? JSON.stringify(Object.entries(formula).sort());
  TEXTS.set(formula, text);
  return text;
}
