import type { Moment } from '../kernel/clock.ts';
import type { BilingualText } from './bilingual.ts';
import type { ObjectiveDefinition } from './definition.ts';
import type { AppliedMeasure, Basis, Viewpoint } from './measure.ts';
import { compareShares, type Fraction, fractionOf, lateBudget, meets } from './rate.ts';
import { type OpenStock, type PartCount, type Slice, type Tally, tally } from './tally.ts';
import type { Trust } from './trust.ts';

export type Status = 'met' | 'at-risk' | 'breached' | 'not-computable';

/** A share held against its target. */
export interface Figure {
  /** For display only, null when not computable. Compare `numerator` and `denominator`. */
  readonly value: number | null;
  readonly numerator: number;
  readonly denominator: number;
  readonly excluded: Tally['excluded'];
  readonly status: Status;
  /**
   * Null unless `status` is `not-computable`. `not-yet-known`: asked as of a moment before anything was known; the measure
   * names the others.
   */
  readonly reason: string | null;
  /** How many more failures the target can bear at this volume; negative is that many too many; null when not computable. */
  readonly lateBudget: number | null;
  readonly open: OpenStock | null;
  readonly parts: readonly PartCount[];
  /**
   * The share if everything pending counted against it (dossiers: if everything overdue were settled at this moment). Null
   * when not computable or when the window does not contain now.
   */
  readonly settleNow: (Fraction & { readonly value: number }) | null;
}

export interface Measurement extends Figure {
  readonly basis: Basis;
  /** The figure on each due date; twice the same where there is none. */
  readonly bases: Readonly<Record<Basis, Figure>>;
  readonly formula: { readonly name: string; readonly version: number; readonly text: BilingualText };
  readonly trust: Trust;
  /** Met, and nothing makes the figure doubtful: the only case that may be shown green. */
  readonly assured: boolean;
}

export interface EvaluationContext extends Viewpoint {
  /** From when on the books that it reads have anything known; null while they are empty. */
  readonly knownSince: Moment | null;
  /** The event types that some feed had sent by now. */
  readonly seen: ReadonlySet<string>;
  readonly trust: Trust;
}

/** A version of an objective with the measure that its formula names. */
export interface MeasuredObjective {
  readonly definition: Pick<ObjectiveDefinition, 'target' | 'comparator'>;
  readonly measure: AppliedMeasure;
}

/** One row of a breakdown. */
export interface BreakdownRow {
  /** Null is "not stated", a row of its own. */
  readonly key: string | number | null;
  readonly figure: Figure;
}

/**
 * Measures an objective. Pure.
 * @param slices the ledger's answers to `balanceQueries(measure, window, ...)`, whatever else they were grouped by.
 */
export function evaluate(
  objective: MeasuredObjective,
  slices: readonly Slice[],
  context: EvaluationContext,
): Measurement {
  const { measure } = objective;
  const { basis, trust } = context;
  const bases = {
    adjusted: figure(objective, slices, { ...context, basis: 'adjusted' }),
    original: figure(objective, slices, { ...context, basis: 'original' }),
  } satisfies Record<Basis, Figure>;
  const chosen = bases[basis];
  return {
    ...chosen,
    basis,
    bases,
    formula: { name: measure.name, version: measure.version, text: measure.text(basis) },
    trust,
    assured: chosen.status === 'met' && trust.state === 'ok',
  };
}

/** A figure by one dimension, in the order first seen. The counts of the rows add up to those of the whole. */
export function breakdown(
  objective: MeasuredObjective,
  slices: readonly Slice[],
  dimension: string,
  context: EvaluationContext,
): readonly BreakdownRow[] {
  const keys = new Map<string | number | null, Slice[]>();
  for (const { book, by, rows } of slices) {
    const at = by.indexOf(dimension);
    if (at < 0) throw new RangeError(`The balances of ${book} are not grouped by ${dimension}`);
    for (const [key, group] of Map.groupBy(rows, (row) => row.key[at] ?? null)) {
      const slice = { book, by, rows: group };
      keys.set(key, [...(keys.get(key) ?? []), slice]);
    }
  }
  return [...keys].map(([key, group]) => ({ key, figure: figure(objective, group, context) }));
}

/**
 * The row with the smallest share among those with a denominator of at least `minimumVolume`, which keeps one late dossier
 * of two from looking like the worst; of equal shares the one with more failures. Undefined when none is large enough.
 */
export function worst(rows: readonly BreakdownRow[], minimumVolume: number): BreakdownRow | undefined {
  const failures = ({ figure: { numerator, denominator } }: BreakdownRow) => denominator - numerator;
  return rows
    .filter(({ figure: one }) => one.status !== 'not-computable' && one.denominator >= minimumVolume)
    .sort((a, b) => compareShares(a.figure, b.figure) || failures(b) - failures(a))[0];
}

function figure(
  { definition, measure }: MeasuredObjective,
  slices: readonly Slice[],
  context: EvaluationContext,
): Figure {
  const counted = tally(measure, slices, context);
  const { numerator, denominator, excluded, open, parts } = counted;
  const shown = { numerator, denominator, excluded, open, parts };
  const reason = notComputable(measure, denominator, context);
  if (reason !== null)
    return { ...shown, value: null, status: 'not-computable', reason, lateBudget: null, settleNow: null };

  const target = fractionOf(definition.target);
  const settleNow = { numerator, denominator: denominator + counted.pending };
  const keeps = (share: Fraction) => meets(share, target, definition.comparator);
  const status = !keeps(counted)
    ? 'breached'
    : context.window.current && !keeps(settleNow)
      ? 'at-risk'
      : 'met';
  return {
    ...shown,
    value: numerator / denominator,
    status,
    reason: null,
    lateBudget: lateBudget(counted, target),
    settleNow: context.window.current
      ? { ...settleNow, value: settleNow.numerator / settleNow.denominator }
      : null,
  };
}

function notComputable(
  { requires, nothingCounted }: Pick<AppliedMeasure, 'requires' | 'nothingCounted'>,
  denominator: number,
  { now, knownSince, seen }: EvaluationContext,
): string | null {
  if (knownSince !== null && now < knownSince) return 'not-yet-known';
  if (requires && !seen.has(requires.eventType)) return requires.reason;
  return denominator > 0 ? null : nothingCounted;
}
