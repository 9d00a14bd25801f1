import { z } from 'zod';
import type { Filter } from '../bookkeeping/balance.ts';
import type { Book } from '../bookkeeping/book.ts';
import type { ExtensionRule } from '../bookkeeping/extension-rule.ts';
import type { Selection } from '../bookkeeping/selection.ts';
import type { Window } from '../calendar/windows.ts';
import type { Moment } from '../kernel/clock.ts';
import type { BilingualText, CountedWords } from './bilingual.ts';
import type { NamedDimension } from './dimensions.ts';
import type { ListReading, ListSources, MeasuredList } from './measured-list.ts';
import type { Comparator, Fraction } from './rate.ts';

/** Which due date a subject is held against: the original one, or the one lawfully changed (hẹn gốc, hẹn điều chỉnh). */
export const BASES = ['adjusted', 'original'] as const;
export type Basis = (typeof BASES)[number];

/** How the subjects of a part count: for the share, against it, outside of it, or not yet decided. */
export const COUNTS = ['for', 'against', 'outside', 'open'] as const;
export type Counts = (typeof COUNTS)[number];

/** From where the subjects of a measure are looked at. */
export interface Viewpoint {
  /** The moment of the figure. */
  readonly now: Moment;
  readonly window: Pick<Window, 'current' | 'stockAt'>;
  readonly basis: Basis;
  /** Open subjects whose due date is not after this are due soon. */
  readonly dueSoonUntil: Moment;
}

/** Which amounts of a book a measure counts. Its query brings flows of the days of a window and stocks at its end. */
export interface Population {
  readonly book: Book;
  readonly filter: Filter;
  /** The amounts have to be grouped by these dimensions, to distinguish the parts. */
  readonly by: readonly string[];
}

/**
 * How the figures of a measure are judged. A `rate` is judged as it stands. A `cumulative` one (lũy kế) grows towards its target and is
 * judged by what can still come: its open parts are the undecided subjects, `inside` the denominator or `outside` of it until decided.
 */
export type Judgement =
  | { readonly kind: 'rate' }
  | { readonly kind: 'cumulative'; readonly undecided: 'inside' | 'outside' };

/** What the figures of a measure are: a share of what it counts, or a value in a unit, e.g. days. */
export type Scale =
  | { readonly kind: 'share' }
  | {
      readonly kind: 'value';
      readonly measuredIn: BilingualText;
      /** The value of several items together, in the order of their days; at least one. */
      readonly combine: (values: readonly Fraction[]) => Fraction;
    };

const SHARE: Scale = { kind: 'share' };
const AT_LEAST: readonly Comparator[] = ['>=', '='];

/** Whether the undecided subjects are part of the denominator. */
export const countsUndecided = (judgement: Judgement): boolean =>
  judgement.kind === 'cumulative' && judgement.undecided === 'inside';

/** What the subjects of a part ask for, besides how they count. */
export interface Marks {
  /** Their data has a fault, which the sender can correct. */
  readonly fault?: boolean;
  /** They need work now: breakdowns show how many each row has. */
  readonly urgent?: boolean;
  /** They are or were planned for the window. */
  readonly planned?: boolean;
  /** They lack a record: while there are any, the figure is not green. */
  readonly missing?: boolean;
}

/** A part of a measure that is no union of others. */
export interface Leaf extends Marks {
  readonly name: string;
  readonly title: BilingualText;
  readonly counts: Counts;
}

/**
 * A leaf of books: each amount of the populations belongs to exactly one. `select` serves both the figure, which counts
 * the amounts that it selects, and the list, which shows the subjects behind them. Its selections never overlap.
 */
export interface BookLeaf<Options> extends Leaf {
  readonly book: Book;
  readonly select: (viewpoint: Viewpoint, options: Options) => readonly Selection[];
}

/** Makes the leaves of one book. */
export const leavesOf =
  <Options>(book: Book) =>
  (
    name: string,
    counts: Counts,
    title: BilingualText,
    select: BookLeaf<Options>['select'],
    marks: Marks = {},
  ): BookLeaf<Options> => ({ name, counts, title, select, book, ...marks });

/** Several leaves of one book under one name. */
export interface Union {
  readonly name: string;
  readonly title: BilingualText;
  readonly of: readonly string[];
}

/** How what is counted is judged. */
export interface VerdictBy<Part extends Leaf> {
  /** In the order in which people read them; a union stands before its leaves. */
  readonly parts: readonly (Part | Union)[];
  /** The part that makes a figure fail. */
  readonly failing: string;
  /** The part that would count against the share if nothing else happened; null where what waits may as well raise it. */
  readonly pending: string | null;
}

/** How the subjects of a population are judged. */
export type Verdict<Options> = VerdictBy<BookLeaf<Options>>;

/** Stock parts, under the names that answers give them. `total` is the union of all. */
export interface StockParts {
  readonly total: string;
  readonly overdue: string;
  readonly dueSoon: string;
  readonly paused: string;
  readonly noDueDate: string;
}

/**
 * When the figure of a year is provisional, regular and final, as last days, `MM-dd`: of the year itself, and of the next one. While
 * a year has nothing decided yet, the last closed year is shown for it.
 */
export interface YearlyStages {
  readonly provisionalUntil: string;
  readonly regularUntil: string;
}

/** Settings of the server on which figures depend, where texts of law leave a choice. */
export interface FigureSettings {
  readonly extensionRule: ExtensionRule;
}

/** What every formula states. A change of meaning is a new version, never an edit. */
interface FormulaSpec<Shape extends z.ZodRawShape> {
  readonly name: string;
  readonly version: number;
  readonly judgement: Judgement | ((options: Options<Shape>) => Judgement);
  /** A share when it is left out. */
  readonly scale?: (options: Options<Shape>) => Scale;
  /** How a target of it may be meant; at least, or exactly, when it is left out. */
  readonly comparators?: readonly Comparator[];
  /** The window of its objectives has at least so many months. */
  readonly leastMonths?: (options: Options<Shape>) => number;
  /** What a definition may choose. */
  readonly options: Shape;
  /** The settings of the server on which its figures depend; they are published beside each. */
  readonly settings?: readonly (keyof FigureSettings)[];
  /** What its figures can be broken down by: the dimensions of all that it counts. */
  readonly dimensions: readonly NamedDimension[];
  readonly words: CountedWords;
  /** The formula in words, by the basis of the figure. */
  readonly text: (basis: Basis, options: Options<Shape>) => BilingualText;
  /** The event types that it draws on. */
  readonly eventTypes: readonly string[];
  /** Without an event of one of these types the whole is unknown, and the figure is not computable for this reason. */
  readonly requires: { readonly eventTypes: readonly string[]; readonly reason: string } | null;
  /** Why a figure whose denominator is 0 is not computable. */
  readonly nothingCounted: string;
  /** It counts people: their list needs the right `staff`, and of a small group only the size is shown. */
  readonly ofPeople?: true;
  /** It counts stocks on the last day of its window: over time it has a point at the end of each month. */
  readonly onLastDay?: true;
  /** Its figures are made once a year. */
  readonly yearly?: YearlyStages;
}

/** A formula that counts amounts of books, as its file states it. */
export interface MeasureSpec<Shape extends z.ZodRawShape> extends FormulaSpec<Shape> {
  /** Which subjects count, on which day. One for each book that is read. */
  readonly populations: (options: Options<Shape>) => readonly Population[];
  readonly verdict: Verdict<Options<Shape>>;
  /** Null where nothing stays open from one day to the next. */
  readonly stock: StockParts | null;
}

/** A formula that counts a list, as its file states it: the figure is the sum of what its items add to each leaf. */
export interface ListMeasureSpec<Shape extends z.ZodRawShape> extends FormulaSpec<Shape> {
  readonly list: MeasuredList<Options<Shape>>;
  readonly verdict: VerdictBy<Leaf>;
}
type Options<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape>>;

/** A formula with its options, as a definition states it. */
export interface Formula {
  readonly name: string;
  readonly version: number;
  readonly [option: string]: unknown;
}

/** What is known of a part without any figure. */
export interface PartDescription extends Marks {
  readonly name: string;
  readonly title: BilingualText;
  /** Null for a union of leaves that count differently. */
  readonly counts: Counts | null;
  /** The leaves of a union. */
  readonly of?: readonly string[];
  /** Null where a list is counted. */
  readonly book: Book | null;
}

/** One way to measure. {@link Measure.apply} fills in the options of a definition. */
export interface Measure<What extends Counted = Counted> {
  readonly name: string;
  readonly version: number;
  /** The formula of a definition. */
  readonly schema: z.ZodObject<{ name: z.ZodLiteral<string>; version: z.ZodLiteral<number> }>;
  readonly parts: readonly PartDescription[];
  readonly dimensions: readonly NamedDimension[];
  readonly ofPeople?: true | undefined;
  apply(formula: Formula): AppliedMeasure<What>;
}

/** Amounts of books: the parts select among them. */
export interface CountedAmounts {
  readonly kind: 'amounts';
  readonly populations: readonly Population[];
  /** What each leaf selects, by its name. */
  select(viewpoint: Viewpoint): ReadonlyMap<string, readonly Selection[]>;
}

/** A list that is read for each figure: its items state in which parts they stand. */
export interface CountedList extends Pick<MeasuredList<unknown>, 'collection' | 'books'> {
  readonly kind: 'list';
  read(sources: ListSources): Promise<ListReading>;
}

export type Counted = CountedAmounts | CountedList;

/** A measure with the options of one definition. */
export interface AppliedMeasure<What extends Counted = Counted>
  extends Pick<
    MeasureSpec<z.ZodRawShape>,
    | 'name'
    | 'version'
    | 'dimensions'
    | 'stock'
    | 'words'
    | 'eventTypes'
    | 'requires'
    | 'settings'
    | 'ofPeople'
    | 'onLastDay'
    | 'yearly'
  > {
  readonly judgement: Judgement;
  readonly scale: Scale;
  readonly comparators: readonly Comparator[];
  readonly leastMonths: number;
  readonly nothingCounted: string;
  readonly counted: What;
  readonly parts: readonly PartDescription[];
  readonly failing: string;
  readonly pending: string | null;
  text(basis: Basis): BilingualText;
}

/** The books that a measure reads. */
export const booksOf = ({ counted }: AppliedMeasure): readonly Book[] =>
  counted.kind === 'list' ? counted.books : counted.populations.map(({ book }) => book);

/** A measure of amounts of books. @throws RangeError when a union names a leaf that is not there, or leaves of several books */
export const measure = <Shape extends z.ZodRawShape>(spec: MeasureSpec<Shape>): Measure<CountedAmounts> => {
  const leaves = spec.verdict.parts.filter((part) => 'counts' in part);
  return measureBy(
    spec,
    spec.stock,
    spec.verdict.parts.map((part) => describe(part, leaves)),
    (chosen) => ({
      kind: 'amounts',
      populations: spec.populations(chosen),
      select: (viewpoint) => new Map(leaves.map((leaf) => [leaf.name, leaf.select(viewpoint, chosen)])),
    }),
  );
};

/** A measure of a list. @throws RangeError when a union names a leaf that is not there */
export const listMeasure = <Shape extends z.ZodRawShape>(
  spec: ListMeasureSpec<Shape>,
): Measure<CountedList> => {
  const { list, verdict } = spec;
  const parts = verdict.parts.map((part) => ('counts' in part ? { ...part, book: null } : part));
  const leaves = parts.filter((part) => 'counts' in part);
  return measureBy(
    spec,
    null,
    parts.map((part) => describe(part, leaves)),
    (chosen) => ({
      ...{ kind: 'list', collection: list.collection, books: list.books },
      read: (sources) => list.read(sources, chosen),
    }),
  );
};

/** Of how many choices of options each measure is kept: texts among them are free. */
const MOST_APPLIED = 1_000;

function measureBy<Shape extends z.ZodRawShape, What extends Counted>(
  spec: FormulaSpec<Shape> & { readonly verdict: Pick<VerdictBy<Leaf>, 'failing' | 'pending'> },
  stock: StockParts | null,
  parts: readonly PartDescription[],
  counted: (options: Options<Shape>) => What,
): Measure<What> {
  const { name, version, judgement, options, verdict, scale, comparators = AT_LEAST } = spec;
  const optionsSchema = z.object(options);
  const applied = new WeakMap<Formula, AppliedMeasure<What>>();
  const byOptions = new Map<string, AppliedMeasure<What>>();
  const applyTo = (chosen: Options<Shape>): AppliedMeasure<What> => {
    return {
      ...spec,
      judgement: typeof judgement === 'function' ? judgement(chosen) : judgement,
      scale: scale?.(chosen) ?? SHARE,
      comparators,
      leastMonths: spec.leastMonths?.(chosen) ?? 0,
      stock,
      parts,
      failing: verdict.failing,
      pending: verdict.pending,
      counted: counted(chosen),
      text: (basis) => spec.text(basis, chosen),
    };
  };
  /** Equal formulas of several definitions are one value. */
  const apply = (formula: Formula): AppliedMeasure<What> => {
    const chosen = optionsSchema.parse(formula);
    const key = JSON.stringify(chosen);
    const known = byOptions.get(key) ?? applyTo(chosen);
    if (byOptions.size >= MOST_APPLIED) byOptions.clear();
    byOptions.set(key, known);
    return known;
  };
  return {
    name,
    version,
    schema: z.strictObject({ name: z.literal(name), version: z.literal(version), ...options }),
    parts,
    dimensions: spec.dimensions,
    ofPeople: spec.ofPeople,
    apply: (formula) => {
      const known = applied.get(formula) ?? apply(formula);
      applied.set(formula, known);
      return known;
    },
  };
}

type DescribedLeaf = Leaf & Pick<PartDescription, 'book'>;

function describe(part: DescribedLeaf | Union, leaves: readonly DescribedLeaf[]): PartDescription {
  const { name, title } = part;
  if ('counts' in part) {
    const { counts, book, fault, urgent, planned, missing } = part;
    return {
      name,
      title,
      counts,
      book,
      ...(fault && { fault }),
      ...(urgent && { urgent }),
      ...(planned && { planned }),
      ...(missing && { missing }),
    };
  }
  const named = part.of.map((one) => leaves.find((leaf) => leaf.name === one));
  const [first] = named;
  if (!first || named.some((leaf) => leaf?.book !== first.book))
    throw new RangeError(`The part ${name} is not a union of leaves of one book`);
  const isAlike = named.every((leaf) => leaf?.counts === first.counts);
  return { name, title, counts: isAlike ? first.counts : null, of: part.of, book: first.book };
}

/** The measure of a formula that this version of the system does not know: it counts nothing, and says why. */
export function unknownMeasure({ name, version }: Formula, reason: string): AppliedMeasure {
  const cases = { vi: 'trường hợp', en: 'cases' };
  return {
    ...{
      name,
      version,
      judgement: { kind: 'rate' },
      scale: SHARE,
      comparators: AT_LEAST,
      leastMonths: 0,
      dimensions: [],
      stock: null,
      eventTypes: [],
      requires: null,
    },
    ...{ parts: [], failing: '', pending: null, nothingCounted: reason },
    counted: { kind: 'amounts', populations: [], select: () => new Map() },
    words: { counted: cases, failed: { one: cases, many: cases } },
    text: () => ({
      vi: 'Phiên bản này không hiểu định nghĩa của mục tiêu',
      en: 'This version does not understand the definition of the objective',
    }),
  };
}

/** Undefined when this version of the system has none of that name and version. */
export const measureNamed = (
  measures: readonly Measure[],
  { name, version }: Pick<Formula, 'name' | 'version'>,
): Measure | undefined => measures.find((one) => one.name === name && one.version === version);

/** The measure that a formula names. @throws RangeError when there is none: the schema of definitions lets none in */
export function measureOf(measures: readonly Measure[], formula: Formula): AppliedMeasure {
  const found = measureNamed(measures, formula);
  if (!found) throw new RangeError(`There is no measure ${formula.name} v${formula.version}`);
  return found.apply(formula);
}
