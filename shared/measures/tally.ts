import type { Balance, BalanceQuery, Filter } from '../bookkeeping/balance.ts';
import type { Book } from '../bookkeeping/book.ts';
import { type Selection, selects } from '../bookkeeping/selection.ts';
import type { Window } from '../calendar/windows.ts';
import type { Progress } from './cumulative.ts';
import type { AppliedMeasure, PartDescription, Viewpoint } from './measure.ts';

/** An answer of the ledger together with what it was grouped by, so that the parts of its keys can be named. */
export interface Slice {
  readonly book: Book;
  readonly by: BalanceQuery['by'];
  readonly rows: readonly Balance[];
}

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
  /** How many would count against the share if nothing else happened. */
  readonly pending: number;
  /** Of a cumulative measure. */
  readonly progress: Progress;
  readonly parts: readonly PartCount[];
}

/**
 * What to ask the ledger for, one query for each population. `group` comes first and in its order; after it what the measure
 * needs to distinguish its parts.
 */
export function balanceQueries(
  { populations }: Pick<AppliedMeasure, 'populations'>,
  window: Pick<Window, 'from' | 'cutTo'>,
  asked: Filter = {},
  group: readonly string[] = [],
): readonly BalanceQuery[] {
  return populations.map(({ book, filter, by }) => ({
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
  const isInside = judgement.kind === 'cumulative' && judgement.undecided === 'inside';
  const inStock = parts.find(({ name }) => name === stock?.total)?.of ?? [];
  const outside = leaves.filter(
    ({ name, counts: how }) =>
      (how === 'outside' || (how === 'open' && !isInside)) && !inStock.includes(name),
  );
  return {
    numerator: sum('for'),
    denominator: sum('for') + sum('against') + (isInside ? undecided : 0),
    excluded: Object.fromEntries(outside.map(({ name, count }) => [name, count])),
    open: stock && {
      total: part(stock.total),
      overdue: part(stock.overdue),
      dueSoon: part(stock.dueSoon),
      paused: part(stock.paused),
      noDueDate: part(stock.noDueDate),
    },
    pending: part(measure.pending),
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

/** How many each leaf selects. @throws RangeError when a slice lacks a group that the measure needs */
function countLeaves(
  measure: AppliedMeasure,
  slices: readonly Slice[],
  viewpoint: Viewpoint,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const selected = measure.select(viewpoint);
  for (const slice of slices) {
    const by = measure.populations.find(({ book }) => book === slice.book)?.by ?? [];
    const missing = by.find((dimension) => !slice.by.includes(dimension));
    if (missing)
      throw new RangeError(`Balances of the ${slice.book.name} book must be grouped by ${missing}`);
    const leaves = measure.parts.filter(({ book }) => book === slice.book);
    countSlice(slice.rows, selectors(leaves, selected, slice.by), counts);
  }
  return counts;
}

interface Selector {
  readonly leaf: string;
  readonly selection: Selection;
  /** Index of the selection's dimension in the key of a row; null when it names none. */
  readonly column: number | null;
}

/** A slice has tens of thousands of rows: each is held against the selections of its own account only. */
function selectors(
  leaves: readonly PartDescription[],
  selected: ReadonlyMap<string, readonly Selection[]>,
  by: Slice['by'],
): ReadonlyMap<string, readonly Selector[]> {
  const all = leaves.flatMap(({ name }) =>
    (selected.get(name) ?? []).map((selection) => ({
      leaf: name,
      selection,
      column: selection.among ? by.indexOf(selection.among.dimension) : null,
    })),
  );
  return Map.groupBy(all, ({ selection }) => selection.account);
}

function countSlice(
  rows: Slice['rows'],
  byAccount: ReadonlyMap<string, readonly Selector[]>,
  counts: Map<string, number>,
): void {
  for (const row of rows) {
    // The leaves partition, so that the first is the only one.
    const leaf = byAccount
      .get(row.account)
      ?.find(({ selection, column }) =>
        selects(selection, row, column === null ? undefined : row.key[column]),
      )?.leaf;
    if (leaf !== undefined) counts.set(leaf, (counts.get(leaf) ?? 0) + row.count);
  }
}
