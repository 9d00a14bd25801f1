import type { Moment } from '../kernel/clock.ts';
import type { BilingualText } from './bilingual.ts';
import { cumulativeStatus, growingStatus, type Outlook, outlookOf } from './cumulative.ts';
import type { ObjectiveDefinition } from './definition.ts';
import type { AppliedMeasure, Basis, Judgement, Viewpoint } from './measure.ts';
import type { ListItem } from './measured-list.ts';
import {
  type Comparator,
  compareShares,
  decimalOf,
  type Fraction,
  failuresIn,
  lateBudget,
  meets,
} from './rate.ts';
import { type OpenStock, type PartCount, type Slice, type Tally, tally } from './tally.ts';
import type { Trust } from './trust.ts';

/** `on-path` is only of cumulative measures: not reached yet, and nothing says that it will not be. */
export type Status = 'met' | 'on-path' | 'at-risk' | 'breached' | 'not-computable';

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
  /**
   * How many more failures the target can bear at this volume; negative is that many too many; null when not computable, and of
   * cumulative measures.
   */
  readonly lateBudget: number | null;
  readonly open: OpenStock | null;
  readonly parts: readonly PartCount[];
  /**
   * The share if everything pending counted against it (dossiers: if everything overdue were settled at this moment). Null
   * when not computable, when the window does not contain now, of cumulative measures, and where nothing pends.
   */
  readonly settleNow: (Fraction & { readonly value: number }) | null;
  /** What it can still come to; null when not computable, once the window is over, and of rates. */
  readonly outlook: Outlook | null;
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
  /** From when on the books that it reads have anything known; null while they are empty, and where all of it counts. */
  readonly knownSince: Moment | null;
  /** The event types that some feed had sent by now. */
  readonly seen: ReadonlySet<string>;
  readonly trust: Trust;
}

/** A version of an objective with the measure that its formula names. */
export interface MeasuredObjective {
  readonly definition: Pick<ObjectiveDefinition, 'target' | 'comparator'>;
  readonly measure: AppliedMeasure;
  /** The share that its path asks for by now; null where it asks for none. */
  readonly path: Fraction | null;
}

/** One row of a breakdown. */
export interface BreakdownRow {
  /** Null is "not stated", a row of its own. */
  readonly key: string | number | null;
  readonly figure: Figure;
}

/**
 * Measures an objective. Pure.
 * @param slices what the measure counts: the ledger's answers to `balanceQueries(measure, window, ...)`, whatever else they were
 * grouped by, or the items of its list.
 */
export function evaluate(
  objective: MeasuredObjective,
  slices: readonly Slice[],
  context: EvaluationContext,
): Measurement {
  const { measure } = objective;
  const { basis, trust } = context;
  const chosen = figure(objective, slices, context);
  const on = (one: Basis) => (one === basis ? chosen : figure(objective, slices, { ...context, basis: one }));
  let bases: Measurement['bases'] | undefined;
  return {
    ...chosen,
    basis,
    // Of a thousand objectives few readers ask for both.
    get bases() {
      bases ??= { adjusted: on('adjusted'), original: on('original') };
      return bases;
    },
    formula: { name: measure.name, version: measure.version, text: measure.text(basis) },
    trust,
    assured: chosen.status === 'met' && trust.state === 'ok' && !chosen.parts.some(lacksRecords),
  };
}

const lacksRecords = ({ missing, count }: PartCount): boolean => missing === true && count > 0;

/**
 * A figure by one dimension, in the order first seen. The counts of the rows add up to those of the whole.
 * @param rowOf the row of a value, where several values share one; undefined of a value without a row
 */
export function breakdown(
  objective: MeasuredObjective,
  slices: readonly Slice[],
  dimension: string,
  context: EvaluationContext,
  rowOf: (key: BreakdownRow['key']) => BreakdownRow['key'] | undefined = (key) => key,
): readonly BreakdownRow[] {
  const keys = new Map<BreakdownRow['key'], Slice[]>();
  for (const slice of slices)
    for (const [value, group] of groups(slice, dimension)) {
      const key = rowOf(value);
      if (key !== undefined) keys.set(key, [...(keys.get(key) ?? []), group]);
    }
  return [...keys].map(([key, group]) => ({ key, figure: figure(objective, group, context) }));
}

/** A slice in pieces, each of one value of a dimension. An item with several values is in several pieces. */
export function groups(
  slice: Slice,
  dimension: string,
): readonly (readonly [string | number | null, Slice])[] {
  if (slice.kind === 'balances') {
    const at = slice.by.indexOf(dimension);
    if (at < 0)
      throw new RangeError(`The balances of the ${slice.book.name} book are not grouped by ${dimension}`);
    const rows = Map.groupBy(slice.rows, ({ key }) => key[at] ?? null);
    return [...rows].map(([key, group]) => [key, { ...slice, rows: group }]);
  }
  const items = new Map<string | number | null, ListItem[]>();
  for (const item of slice.items) {
    const stated = dimension === 'day' ? [item.day] : (item.keys[dimension] ?? []);
    for (const key of stated.length > 0 ? stated : [null]) items.set(key, [...(items.get(key) ?? []), item]);
  }
  return [...items].map(([key, group]) => [key, { ...slice, items: group }]);
}

/**
 * The row with the smallest share, or the greatest where it may be at most the target, among those with a denominator of at least `minimumVolume`, which keeps one late dossier
 * of two from looking like the worst; of equal shares the one with more failures. Undefined when none is large enough.
 */
export function worst(
  rows: readonly BreakdownRow[],
  minimumVolume: number,
  comparator: Comparator = '>=',
): BreakdownRow | undefined {
  const failures = ({ figure: share }: BreakdownRow) => failuresIn(share, comparator);
  const better = comparator === '<=' ? -1 : 1;
  return rows
    .filter(({ figure: one }) => one.status !== 'not-computable' && one.denominator >= minimumVolume)
    .sort((a, b) => better * compareShares(a.figure, b.figure) || failures(b) - failures(a))[0];
}

function figure(objective: MeasuredObjective, slices: readonly Slice[], context: EvaluationContext): Figure {
  const { measure } = objective;
  const counted = tally(measure, slices, context);
  const { numerator, denominator, excluded, open, parts } = counted;
  const shown = { numerator, denominator, excluded, open, parts };
  const missing = slices.find((slice) => slice.kind === 'items')?.missing ?? null;
  const reason = notComputable(measure, { denominator, missing }, context);
  if (reason !== null) return { ...shown, value: null, status: 'not-computable', reason, ...NOT_JUDGED };
  const judged = JUDGES[measure.judgement.kind](objective, counted, context);
  return { ...shown, value: numerator / denominator, reason: null, ...NOT_JUDGED, ...judged };
}

type Judged = Pick<Figure, 'status'> & Partial<Pick<Figure, 'lateBudget' | 'settleNow' | 'outlook'>>;

const NOT_JUDGED = { lateBudget: null, settleNow: null, outlook: null } as const;

/** How a computable figure stands, by the kind of its measure. */
const JUDGES: Readonly<
  Record<
    Judgement['kind'],
    (objective: MeasuredObjective, counted: Tally, context: EvaluationContext) => Judged
  >
> = {
  rate({ definition: { target: text, comparator }, measure }, counted, { window: { current } }) {
    const target = decimalOf(text);
    const keeps = (share: Fraction) => meets(share, target, comparator);
    if (measure.scale.kind === 'value') return { status: keeps(counted) ? 'met' : 'breached' };
    const { numerator, denominator, pending } = counted;
    const settleNow = current && pending !== null ? { numerator, denominator: denominator + pending } : null;
    return {
      status: !keeps(counted) ? 'breached' : settleNow && !keeps(settleNow) ? 'at-risk' : 'met',
      lateBudget: lateBudget(counted, target, comparator),
      settleNow: settleNow && { ...settleNow, value: settleNow.numerator / settleNow.denominator },
    };
  },
  cumulative({ definition, measure, path }, counted, { now, window: { stockAt } }) {
    const { comparator } = definition;
    const target = decimalOf(definition.target);
    const goal = { target, comparator, path, ended: stockAt < now };
    if (measure.scale.kind === 'value') return { status: growingStatus(counted, goal) };
    const outlook = outlookOf(counted.progress, target);
    const status = cumulativeStatus(counted, outlook, goal);
    return { status, outlook: goal.ended ? null : outlook };
  },
};

function notComputable(
  { requires, nothingCounted }: Pick<AppliedMeasure, 'requires' | 'nothingCounted'>,
  { denominator, missing }: { readonly denominator: number; readonly missing: string | null },
  { now, knownSince, seen }: EvaluationContext,
): string | null {
  if (knownSince !== null && now < knownSince) return 'not-yet-known';
  if (requires && !requires.eventTypes.some((type) => seen.has(type))) return requires.reason;
  if (missing !== null) return missing;
  return denominator > 0 ? null : nothingCounted;
}
