import type { Balance, Filter } from '../bookkeeping/balance.ts';
import type { Book } from '../bookkeeping/book.ts';
import type { AmountPlace, Moved } from '../bookkeeping/moved.ts';
import type { Selection } from '../bookkeeping/selection.ts';
import { type AppliedMeasure, type Counts, countsUndecided, type Viewpoint } from './measure.ts';
import type { Fraction } from './rate.ts';
import { leafFinder } from './tally.ts';

/**
 * Why a subject counts otherwise in one of two figures than in the other. Each subject is in the first of these classes that fits it:
 *
 * - `reclassified`: a change of the definition, of the tree of units, of the table of agency identifiers or of the ranks of feeds moved it;
 * - `corrected`: it was decided, and is decided otherwise, or for another unit or field;
 * - `left`: it was decided or open and is neither any more, or it is no longer overdue;
 * - `settled-late`: it is decided, against the share;
 * - `settled-on-time`: it is decided, for the share;
 * - `became-overdue`: it would count against the share if nothing else happened, and did not before;
 * - `entered`: it is open, and was not there before.
 */
export const CHANGE_CLASSES = [
  'reclassified',
  'corrected',
  'left',
  'settled-late',
  'settled-on-time',
  'became-overdue',
  'entered',
] as const;
export type ChangeClass = (typeof CHANGE_CLASSES)[number];

/** One of two figures that are compared: over time, by definition, or by knowledge. */
export interface ComparedFigure {
  readonly measure: AppliedMeasure;
  readonly viewpoint: Viewpoint;
  /** By book, which amounts count at all: the filter of the population and of the question. */
  readonly filters: ReadonlyMap<Book, Filter>;
}

/** What the figures count of one book, grouped by `by`, which begins with the unit and the field. */
export interface ComparedAmounts {
  readonly book: Book;
  readonly by: readonly string[];
  readonly before: readonly Balance[];
  readonly after: readonly Balance[];
  readonly moved: readonly Moved[];
}

/** What the subjects of one class in one unit and field add to a figure. */
export interface ChangeCell {
  readonly kind: ChangeClass;
  readonly unit: string | null;
  readonly field: string | null;
  /** Where they are now; where they were, of those that are gone. */
  readonly subjects: number;
  /** How many more the figure counts for the share, and in all. */
  readonly numerator: number;
  readonly denominator: number;
}

/** What parts two figures. The cells add up to the difference of numerators and denominators. */
export interface FigureChange {
  readonly before: Fraction;
  readonly after: Fraction;
  readonly cells: readonly ChangeCell[];
}

/** How an amount stands to a figure. */
interface Stand {
  readonly counts: Counts | 'absent';
  /** In the part that would count against the share if nothing else happened. */
  readonly isPending: boolean;
  readonly key: AmountPlace['key'];
}

type StandOf = (place: AmountPlace | null) => Stand;

/**
 * Explains the difference of two figures. The journal states what has moved; all else stands in the same place in both, where time or
 * another definition may count it otherwise. Pure.
 * @throws RangeError when the movements are not those between the two balances
 */
export function changeBetween(
  before: ComparedFigure,
  after: ComparedFigure,
  amounts: readonly ComparedAmounts[],
): FigureChange {
  const sum = new CellSum();
  for (const each of amounts) {
    const standingsOf = standingsBy(before, after, each);
    for (const one of [...each.moved, ...unmovedOf(each)])
      sum.add(standingsOf(one), one.count, [before, after]);
  }
  return sum.change;
}

/** Finds the class of single amounts: the same as in {@link changeBetween}, which counts them. */
export function changeClassifier(
  before: ComparedFigure,
  after: ComparedFigure,
  grouped: Pick<ComparedAmounts, 'book' | 'by'>,
): (amount: Omit<Moved, 'count'>) => ChangeClass | null {
  const standingsOf = standingsBy(before, after, grouped);
  return (amount) => classOf(standingsOf(amount));
}

/**
 * Where amounts that have not moved may count otherwise: by time alone only about due dates that one of the moments has passed and the other
 * has not; else anywhere.
 */
export function mayCountOtherwise(
  before: ComparedFigure,
  after: ComparedFigure,
  book: Book,
): readonly Selection[] {
  const { accounts } = book;
  const isSameRule =
    before.measure === after.measure &&
    JSON.stringify(before.filters.get(book)) === JSON.stringify(after.filters.get(book));
  const marks = [before, after].flatMap(({ viewpoint: { now, window } }) => [now, window.stockAt]);
  const due = {
    on: after.viewpoint.basis,
    after: Math.min(...marks) - 1,
    until: Math.max(...marks),
  } as const;
  return accounts.names
    .filter((account) => account !== accounts.source)
    .map((account) => (isSameRule ? { account, due } : { account }));
}

function standingsBy(
  before: ComparedFigure,
  after: ComparedFigure,
  { book, by }: Pick<ComparedAmounts, 'book' | 'by'>,
): (amount: Omit<Moved, 'count'>) => Standings {
  const was = standsIn(before, book, by, before.viewpoint);
  // The later definition, at the earlier moment: what differs then is not for time to explain.
  const wouldBe = standsIn(after, book, by, { ...before.viewpoint, basis: after.viewpoint.basis });
  const is = standsIn(after, book, by, after.viewpoint);
  return ({ before: from, after: to, byOffice }) => ({
    ...{ was: was(from), wouldBe: wouldBe(from), is: is(to), byOffice },
  });
}

/**
 * What a class adds to the difference of two shares, exactly: (ΔN − r₀·ΔD) ÷ D₁ with r₀ = N₀ ÷ D₀. Times 100 it is points. All classes
 * together are r₁ − r₀. Null where one of the shares is none. Exact up to 90 million subjects.
 */
export function shareOfChange(
  { numerator, denominator }: Pick<ChangeCell, 'numerator' | 'denominator'>,
  { before, after }: Pick<FigureChange, 'before' | 'after'>,
): Fraction | null {
  if (before.denominator === 0 || after.denominator === 0) return null;
  return {
    numerator: numerator * before.denominator - before.numerator * denominator,
    denominator: before.denominator * after.denominator,
  };
}

/** Cells added up. */
export const totalOf = (cells: readonly Omit<ChangeCell, 'kind'>[]) => ({
  subjects: cells.reduce((sum, { subjects }) => sum + subjects, 0),
  numerator: cells.reduce((sum, { numerator }) => sum + numerator, 0),
  denominator: cells.reduce((sum, { denominator }) => sum + denominator, 0),
});

const ABSENT: Stand = { counts: 'absent', isPending: false, key: [] };

function standsIn(
  { measure, filters }: ComparedFigure,
  book: Book,
  by: readonly string[],
  viewpoint: Viewpoint,
): StandOf {
  const filter = filters.get(book);
  if (!filter) return () => ABSENT;
  const { where = {} } = filter;
  const units = filter.units && new Set<string | null>(filter.units);
  const wanted = Object.entries(where).map(([name, value]) => [by.indexOf(name), value] as const);
  const parts = new Map(measure.parts.map((part) => [part.name, part]));
  const pending = parts.get(measure.pending ?? '');
  const pendingLeaves = new Set(pending?.of ?? (pending ? [pending.name] : []));
  const leafOf = leafFinder(measure, { book, by }, viewpoint);
  return (place) => {
    if (!place) return ABSENT;
    const { key } = place;
    const isIn =
      (!units || units.has(key[0] ?? null)) && wanted.every(([at, value]) => at < 0 || key[at] === value);
    const leaf = isIn ? leafOf(place) : undefined;
    const counts = parts.get(leaf ?? '')?.counts;
    if (leaf === undefined || !counts) return ABSENT;
    return { counts, isPending: pendingLeaves.has(leaf), key };
  };
}

/** The amounts that stand in the same place in both. */
function unmovedOf({ book, before, after, moved }: ComparedAmounts): readonly Moved[] {
  const still = new Map<string, { readonly place: AmountPlace; count: number }>();
  const later = new Map<string, number>();
  const { source } = book.accounts;
  const add = (row: Balance) => {
    const place = { ...row, key: row.key.map((value) => (value === null ? null : String(value))) };
    still.set(placeKey(place), { place, count: row.count });
  };
  for (const row of before) if (row.account !== source) add(row);
  for (const row of after) if (row.account !== source) later.set(placeKey(row), row.count);
  for (const { before: from, after: to, count } of moved) {
    const known = from && still.get(placeKey(from));
    if (from && !known) throw new RangeError(`What moved out of ${from.account} was not there`);
    if (known) known.count -= count;
    if (to) later.set(placeKey(to), (later.get(placeKey(to)) ?? 0) - count);
  }
  for (const [key, { count }] of still) later.set(key, (later.get(key) ?? 0) - count);
  const wrong = [...later].find(([, count]) => count !== 0);
  if (wrong) throw new RangeError(`The movements do not lead to ${wrong[0]}: ${wrong[1]} are not explained`);
  return [...still.values()]
    .filter(({ count }) => count !== 0)
    .map(({ place, count }) => ({ before: place, after: place, byOffice: false, count }));
}

const placeKey = ({ account, due, dueOriginal, original, key }: AmountPlace | Balance): string =>
  JSON.stringify([account, due, dueOriginal, original, ...key]);

interface Standings {
  readonly was: Stand;
  readonly wouldBe: Stand;
  readonly is: Stand;
  readonly byOffice: boolean;
}

/** Null where nothing about it differs that the figure shows. */
function classOf({ was, wouldBe, is, byOffice }: Standings): ChangeClass | null {
  if (isSame(was, is)) return null;
  if (byOffice || !isSame(was, wouldBe)) return 'reclassified';
  if (isDecided(was)) return isDecided(is) ? 'corrected' : 'left';
  if (isDecided(is)) return is.counts === 'for' ? 'settled-on-time' : 'settled-late';
  if (is.isPending && !was.isPending) return 'became-overdue';
  // Open before: it is no longer, or no longer overdue.
  if (was.counts === 'open') return 'left';
  return is.counts === 'open' ? 'entered' : null;
}

const isDecided = ({ counts }: Stand): boolean => counts === 'for' || counts === 'against';

/** Of what is open it does not matter where. */
const isSame = (a: Stand, b: Stand): boolean =>
  a.counts === b.counts &&
  a.isPending === b.isPending &&
  (!isDecided(a) || (a.key[0] === b.key[0] && a.key[1] === b.key[1]));

type Amounts = { subjects: number; numerator: number; denominator: number };

class CellSum {
  readonly #cells = new Map<string, Amounts & Pick<ChangeCell, 'kind' | 'unit' | 'field'>>();
  readonly #before = { numerator: 0, denominator: 0 };
  readonly #after = { numerator: 0, denominator: 0 };

  get change(): FigureChange {
    return { before: this.#before, after: this.#after, cells: [...this.#cells.values()] };
  }

  add(
    standings: Standings,
    count: number,
    [before, after]: readonly [Pick<ComparedFigure, 'measure'>, Pick<ComparedFigure, 'measure'>],
  ): void {
    const { was, is } = standings;
    const [less, more] = [addedBy(was, before, count), addedBy(is, after, count)];
    this.#before.numerator += less.numerator;
    this.#before.denominator += less.denominator;
    this.#after.numerator += more.numerator;
    this.#after.denominator += more.denominator;
    const kind = classOf(standings);
    if (kind === null) return;
    const from = this.#cell(kind, was.counts === 'absent' ? is : was);
    from.numerator -= less.numerator;
    from.denominator -= less.denominator;
    const to = this.#cell(kind, is.counts === 'absent' ? was : is);
    to.numerator += more.numerator;
    to.denominator += more.denominator;
    to.subjects += count;
  }

  #cell(kind: ChangeClass, { key: [unit = null, field = null] }: Stand) {
    const name = JSON.stringify([kind, unit, field]);
    const cell = this.#cells.get(name) ?? { kind, unit, field, subjects: 0, numerator: 0, denominator: 0 };
    this.#cells.set(name, cell);
    return cell;
  }
}

const addedBy = (stand: Stand, { measure }: Pick<ComparedFigure, 'measure'>, count: number): Fraction => ({
  numerator: stand.counts === 'for' ? count : 0,
  denominator:
    isDecided(stand) || (stand.counts === 'open' && countsUndecided(measure.judgement)) ? count : 0,
});
