import type { Window } from '../calendar/windows.ts';
import type { Moment } from '../kernel/clock.ts';
import type { Dimension } from '../ledger/port.ts';
import type { BilingualText, ObjectiveDefinition } from './definition.ts';
import { formulaText } from './formula-text.ts';
import type { Basis } from './parts.ts';
import { compareShares, type Fraction, fractionOf, lateBudget, meets } from './rate.ts';
import { type OpenStock, type Slice, type Tally, tally } from './tally.ts';
import type { Trust } from './trust.ts';

export type Status = 'met' | 'at-risk' | 'breached' | 'not-computable';

/**
 * Why there is no figure. `not-yet-known`: asked as of a moment before anything was known. `no-register`: no feed sends the
 * register of documents, so the whole is unknown. `nothing-settled`, `nothing-exchanged`: the denominator is 0.
 */
export type NotComputable = 'not-yet-known' | 'no-register' | 'nothing-settled' | 'nothing-exchanged';

/** A share held against its target. */
export interface Figure {
  /** For display only, null when not computable. Compare `numerator` and `denominator`. */
  readonly value: number | null;
  readonly numerator: number;
  readonly denominator: number;
  readonly excluded: Tally['excluded'];
  readonly status: Status;
  /** Null unless `status` is `not-computable`. */
  readonly reason: NotComputable | null;
  /** How many more failures the target can bear at this volume; negative is that many too many; null when not computable. */
  readonly lateBudget: number | null;
  /** Null for documents. */
  readonly open: OpenStock | null;
  /**
   * The share if everything overdue were settled at this moment (documents: if everything awaiting failed). Null when not
   * computable or when the window does not contain now.
   */
  readonly settleNow: (Fraction & { readonly value: number }) | null;
}

export interface Measurement extends Figure {
  readonly basis: Basis;
  /** The figure on each due date; for documents, which have none, twice the same. */
  readonly bases: Readonly<Record<Basis, Figure>>;
  readonly formula: { readonly name: string; readonly version: number; readonly text: BilingualText };
  readonly trust: Trust;
  /** Met, and nothing makes the figure doubtful: the only case that may be shown green. */
  readonly assured: boolean;
}

export interface EvaluationContext {
  /** The moment of the figure: the present, or `asOf`. */
  readonly now: Moment;
  readonly window: Pick<Window, 'current' | 'stockAt'>;
  readonly basis: Basis;
  /** The calendar's `reach` of now by the definition's `dueSoonWorkingHours`. */
  readonly dueSoonUntil: Moment;
  /** From when on the book has anything known; null while it is empty. */
  readonly knownSince: Moment | null;
  /** Whether any feed had sent the register of documents by now. Of no meaning for dossiers. */
  readonly registerSeen: boolean;
  readonly trust: Trust;
}

/** One part of a breakdown. */
export interface Part {
  /** Null is "not stated", a part of its own. */
  readonly key: string | number | null;
  readonly figure: Figure;
}

/**
 * Measures an objective. Pure.
 * @param slice the ledger's answer to `balanceQuery(definition, window, ...)`, whatever else it was grouped by.
 */
export function evaluate(
  definition: ObjectiveDefinition,
  slice: Slice,
  context: EvaluationContext,
): Measurement {
  const { basis, trust } = context;
  const bases = {
    adjusted: figure(definition, slice, { ...context, basis: 'adjusted' }),
    original: figure(definition, slice, { ...context, basis: 'original' }),
  } satisfies Record<Basis, Figure>;
  const chosen = bases[basis];
  return {
    ...chosen,
    basis,
    bases,
    formula: {
      name: definition.formula.name,
      version: definition.formula.version,
      text: formulaText(definition.formula, basis),
    },
    trust,
    assured: chosen.status === 'met' && trust.state === 'ok',
  };
}

/** The parts of a figure by one dimension, in the order first seen. Their counts add up to those of the whole. */
export function breakdown(
  definition: ObjectiveDefinition,
  slice: Slice,
  dimension: Dimension | 'day',
  context: EvaluationContext,
): readonly Part[] {
  const at = slice.by.indexOf(dimension);
  if (at < 0) throw new RangeError(`The balances are not grouped by ${dimension}`);
  const groups = Map.groupBy(slice.rows, (row) => row.key[at] ?? null);
  return [...groups].map(([key, rows]) => ({
    key,
    figure: figure(definition, { by: slice.by, rows }, context),
  }));
}

/**
 * The part with the smallest share among those with a denominator of at least `minimumVolume`, which keeps one late dossier
 * of two from looking like the worst; of equal shares the one with more failures. Undefined when none is large enough.
 */
export function worst(parts: readonly Part[], minimumVolume: number): Part | undefined {
  const failures = ({ figure: { numerator, denominator } }: Part) => denominator - numerator;
  return parts
    .filter(({ figure: one }) => one.status !== 'not-computable' && one.denominator >= minimumVolume)
    .sort((a, b) => compareShares(a.figure, b.figure) || failures(b) - failures(a))[0];
}

function figure(definition: ObjectiveDefinition, slice: Slice, context: EvaluationContext): Figure {
  const counted = tally(definition, slice, context.basis, context);
  const { numerator, denominator, excluded, open } = counted;
  const shown = { numerator, denominator, excluded, open };
  const reason = notComputable(definition, denominator, context);
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
  { formula }: ObjectiveDefinition,
  denominator: number,
  { now, knownSince, registerSeen }: EvaluationContext,
): NotComputable | null {
  const documents = formula.name === 'documents-electronic';
  if (knownSince !== null && now < knownSince) return 'not-yet-known';
  if (documents && !registerSeen) return 'no-register';
  if (denominator > 0) return null;
  return documents ? 'nothing-exchanged' : 'nothing-settled';
}
