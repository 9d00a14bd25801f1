import type { Balance, BalanceQuery, Filter } from '../bookkeeping/balance.ts';
import type { Book } from '../bookkeeping/book.ts';
import type { Side } from '../bookkeeping/leg.ts';
import { type Selection, selects } from '../bookkeeping/selection.ts';
import type { Window } from '../calendar/windows.ts';
import type { Progress } from './cumulative.ts';
import {
  type AppliedMeasure,
  countsUndecided,
  type PartDescription,
  type Scale,
  type Viewpoint,
} from './measure.ts';
import type { ListItem } from './measured-list.ts';
import type { Fraction } from './rate.ts';

/** An answer of the ledger together with what it was grouped by, so that the parts of its keys can be named. */
export interface BookSlice {
  readonly kind: 'balances';
  readonly book: Book;
  readonly by: BalanceQuery['by'];
  readonly rows: readonly Balance[];
}

/** The items of a list, as far as they are asked for. */
export interface ListSlice {
  readonly kind: 'items';
  readonly items: readonly ListItem[];
  /** Why there is no list; null where there is one. */
  readonly missing: string | null;
}

/** What figures are counted from. */
export type Slice = BookSlice | ListSlice;

/** Open subjects, as they stand at the window's `stockAt`. */
export interface OpenStock {
  /** In progress (đang giải quyết) and paused (tạm dừng). */
  readonly total: number;
  readonly overdue: number;
  /** Due within the working hours that the definition names; 0 in a window that does not contain now. */
  readonly dueSoon: number;
  readonly paused: number;
  readonly noDueDate: number;
}

/** A part and how many it has. */
export interface PartCount extends PartDescription {
  readonly count: number;
}

/** What slices count to, from one viewpoint. */
export interface Tally {
  readonly numerator: number;
  readonly denominator: number;
  /** How many stand outside the fraction, by part, also those at 0; the stock is not among them. */
  readonly excluded: Readonly<Record<string, number>>;
  /** Null where nothing stays open from one day to the next. */
  readonly open: OpenStock | null;
  /** How many would count against the share if nothing else happened; null where the measure has no such part. */
  readonly pending: number | null;
  /** Of a cumulative measure. */
  readonly progress: Progress;
  readonly parts: readonly PartCount[];
}

/**
 * What to ask the ledger for, one query for each population. `group` comes first and in its order; after it what the measure
 * needs to distinguish its parts.
 */
export function balanceQueries(
  { counted }: Pick<AppliedMeasure, 'counted'>,
  window: Pick<Window, 'from' | 'cutTo'>,
  asked: Filter = {},
  group: readonly string[] = [],
): readonly BalanceQuery[] {
  if (counted.kind === 'list') return [];
  return counted.populations.map(({ book, filter, by }) => ({
    book,
    from: window.from,
    to: window.cutTo,
    filter: { ...asked, ...filter, where: { ...asked.where, ...filter.where } },
    by: [...group, ...by.filter((one) => !group.includes(one))],
  }));
}

/** @throws RangeError when a slice was not grouped by what the measure needs */
export function tally(measure: AppliedMeasure, slices: readonly Slice[], viewpoint: Viewpoint): Tally {
  const counts = countLeaves(measure, slices, viewpoint);
  const of = (name: string): number => counts.get(name) ?? 0;
  const parts = measure.parts.map((part) => ({
    ...part,
    count: part.of ? part.of.reduce((sum, leaf) => sum + of(leaf), 0) : of(part.name),
  }));
  const part = (name: string) => parts.find((one) => one.name === name)?.count ?? 0;
  const leaves = parts.filter((one) => !one.of);
  const sum = (counted: string) =>
    leaves.filter((one) => one.counts === counted).reduce((total, { count }) => total + count, 0);
  const planned = leaves.filter((one) => one.planned);
  const undecided = sum('open');
  const plannedOpen = planned.reduce(
    (total, { counts: how, count }) => total + (how === 'open' ? count : 0),
    0,
  );
  const { stock, judgement } = measure;
  const isInside = countsUndecided(judgement);
  const inStock = parts.find(({ name }) => name === stock?.total)?.of ?? [];
  const outside = leaves.filter(
    ({ name, counts: how }) =>
      (how === 'outside' || (how === 'open' && !isInside)) && !inStock.includes(name),
  );
  const share = {
    numerator: sum('for'),
    denominator: sum('for') + sum('against') + (isInside ? undecided : 0),
  };
  return {
    ...(measure.scale.kind === 'value' ? valueIn(slices, measure.scale) : share),
    excluded: Object.fromEntries(outside.map(({ name, count }) => [name, count])),
    open: stock && {
      total: part(stock.total),
      overdue: part(stock.overdue),
      dueSoon: part(stock.dueSoon),
      paused: part(stock.paused),
      noDueDate: part(stock.noDueDate),
    },
    pending: measure.pending === null ? null : part(measure.pending),
    progress: {
      reached: sum('for'),
      failed: sum('against'),
      planned: plannedOpen,
      unplanned: undecided - plannedOpen,
      hasPlans: planned.some(({ count }) => count > 0),
    },
    parts,
  };
}

/** How many each leaf has. @throws RangeError when a slice lacks a group that the measure needs */
function countLeaves(
  measure: AppliedMeasure,
  slices: readonly Slice[],
  viewpoint: Viewpoint,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const slice of slices) {
    if (slice.kind === 'items') countItems(slice, counts);
    else countAmounts(measure, slice, viewpoint, counts);
  }
  return counts;
}

/** The value of all items together; 0 of 0 while there is none. */
function valueIn(slices: readonly Slice[], { combine }: Extract<Scale, { kind: 'value' }>): Fraction {
  const items = slices.flatMap((slice) => (slice.kind === 'items' ? slice.items : []));
  const values = items.toSorted(byDay).flatMap(({ value }) => value ?? []);
  return values.length > 0 ? combine(values) : { numerator: 0, denominator: 0 };
}

const byDay = (a: ListItem, b: ListItem): number => (a.day ?? 0) - (b.day ?? 0);

function countItems({ items }: ListSlice, counts: Map<string, number>): void {
  for (const { amounts } of items)
    for (const [leaf, amount] of Object.entries(amounts)) counts.set(leaf, (counts.get(leaf) ?? 0) + amount);
}

function countAmounts(
  measure: AppliedMeasure,
  slice: BookSlice,
  viewpoint: Viewpoint,
  counts: Map<string, number>,
): void {
  const known = FINDERS.get(viewpoint) ?? new Map<AppliedMeasure, Map<string, LeafFinder>>();
  FINDERS.set(viewpoint, known);
  const ofMeasure = known.get(measure) ?? new Map<string, LeafFinder>();
  known.set(measure, ofMeasure);
  const key = [slice.book.name, ...slice.by].join();
  const leafOf = ofMeasure.get(key) ?? leafFinder(measure, slice, viewpoint);
  ofMeasure.set(key, leafOf);
  for (const row of slice.rows) {
    const leaf = leafOf(row);
    if (leaf !== undefined) counts.set(leaf, (counts.get(leaf) ?? 0) + row.count);
  }
}

/** Of the figures of one answer a hundred units have the same viewpoint and measure. */
const FINDERS = new WeakMap<Viewpoint, Map<AppliedMeasure, Map<string, LeafFinder>>>();

/** The name of the leaf in which an amount stands; undefined of one in none. */
export type LeafFinder = (amount: Pick<Balance, keyof Side | 'key'>) => string | undefined;

/**
 * Finds the leaf of amounts of one book. A slice has tens of thousands of rows: each is held against the selections of its own account only.
 * @throws RangeError when the amounts are not grouped by what the measure needs
 */
export function leafFinder(
  { counted, parts }: AppliedMeasure,
  { book, by }: Pick<BookSlice, 'book' | 'by'>,
  viewpoint: Viewpoint,
): LeafFinder {
  if (counted.kind !== 'amounts') throw new RangeError('A list has no balances');
  const needed = counted.populations.find((one) => one.book === book)?.by ?? [];
  const missing = needed.find((dimension) => !by.includes(dimension));
  if (missing) throw new RangeError(`Balances of the ${book.name} book must be grouped by ${missing}`);
  const leaves = parts.filter((part) => part.book === book);
  const byAccount = selectorsOf(leaves, counted.select(viewpoint), by);
  // The leaves partition, so that the first is the only one.
  return (amount) =>
    byAccount
      .get(amount.account)
      ?.find(({ selection, column }) =>
        selects(selection, amount, column === null ? undefined : amount.key[column]),
      )?.leaf;
}

interface Selector {
  readonly leaf: string;
  readonly selection: Selection;
  /** Index of the selection's dimension in the key of a row; null when it names none. */
  readonly column: number | null;
}

/** By account. */
type Selectors = ReadonlyMap<string, readonly Selector[]>;

function selectorsOf(
  leaves: readonly PartDescription[],
  selected: ReadonlyMap<string, readonly Selection[]>,
  by: BookSlice['by'],
): Selectors {
  const all = leaves.flatMap(({ name }) =>
    (selected.get(name) ?? []).map((selection) => ({
      leaf: name,
      selection,
      column: selection.among ? by.indexOf(selection.among.dimension) : null,
    })),
  );
  return Map.groupBy(all, ({ selection }) => selection.account);
}
