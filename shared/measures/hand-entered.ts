import { z } from 'zod';
import type { Filter } from '../bookkeeping/balance.ts';
import { everyItem } from '../bookkeeping/every-item.ts';
import { allIn } from '../bookkeeping/selection.ts';
import { type FigureItem, figureBook } from '../books/period-figure/book.ts';
import {
  type EnteredAmount,
  figureApproved,
  figureEntered,
  figureRefused,
} from '../books/period-figure/entered.v1.ts';
import { FIGURE_ACCOUNTS, type FigureAccount } from '../books/period-figure/entries.ts';
import { PERIOD_LENGTHS, type Period, type PeriodLength, periodsEnding } from '../calendar/periods.ts';
import { isReporting, monthsIn } from '../calendar/windows.ts';
import type { LocalDay } from '../calendar/zone.ts';
import { type BilingualText, bilingualSchema } from './bilingual.ts';
import { UNIT } from './dimensions.ts';
import { type Formula, type Leaf, listMeasure } from './measure.ts';
import type { ListItem, ListReading, ListSources } from './measured-list.ts';
import { decimalOf, type Fraction, sumOf } from './rate.ts';

const periodOptions = {
  /** For which periods of the window figures are entered. */
  period: z.enum(PERIOD_LENGTHS),
  /** Working days after the end of a period by which its figure has to be entered. */
  dueWorkingDays: z.int().min(0).max(60).default(10),
};
type PeriodOptions = z.output<z.ZodObject<typeof periodOptions>>;

/** How the values of several periods make one: the last, their sum, or their mean. */
const WHOLES = ['last', 'sum', 'mean'] as const;

const valueOptions = {
  ...periodOptions,
  /** What the value is measured in: days, trainings, thousand million đồng. */
  measuredIn: bilingualSchema,
  whole: z.enum(WHOLES),
};
type ValueOptions = z.output<z.ZodObject<typeof valueOptions>>;

/** A period of an objective, as its list shows it. */
export interface ListedPeriod {
  readonly period: Period;
  /** Null: nothing was entered. */
  readonly figure: FigureItem | null;
  /** The last day on which its figure is entered in time. */
  readonly due: LocalDay;
  readonly state: PeriodState;
}

/** How a period stands. `open`: nothing was entered, and it is not late; `recorded`: then a file states a figure. */
export type PeriodState = FigureAccount | 'late' | 'open';

/** The collection of the periods of an objective in an answer. */
export const PERIODS = 'periods';

/** What an approved entry counts; undefined where its amount is not of the form that the definition asks for now. */
type Read = (amount: EnteredAmount) => Pick<ListItem, 'amounts' | 'value'> | undefined;

/** By objective and period. */
type Figures = ReadonlyMap<string, FigureItem>;

const keyOf = (objective: string, period: string): string => `${objective} ${period}`;

/** Those of all objectives, by the answer that they are read for and their days. */
const ofAnswers = new WeakMap<object, Map<string, Promise<Figures>>>();

/** The figures of the window: in an answer about all objectives, those of all, since none is found without a look at all. */
function figuresIn(sources: ListSources): Promise<Figures> {
  const { objective, window, answer } = sources;
  if (!answer) return readFigures(sources, { where: { objective: objective.id } });
  const ofAnswer = ofAnswers.get(answer) ?? new Map<string, Promise<Figures>>();
  ofAnswers.set(answer, ofAnswer);
  const days = `${window.from} ${window.cutTo}`;
  const figures = ofAnswer.get(days) ?? readFigures(sources, {});
  ofAnswer.set(days, figures);
  return figures;
}

async function readFigures(sources: ListSources, filter: Filter): Promise<Figures> {
  const { from, cutTo: to } = sources.window;
  const figures = new Map<string, FigureItem>();
  const asked = { anyOf: allIn(...FIGURE_ACCOUNTS), filter, from, to };
  for await (const item of everyItem(sources, figureBook, asked))
    figures.set(keyOf(item.objective, item.period), item);
  return figures;
}

/** Every period that has a figure, or should have one by now. */
async function readPeriods(
  sources: ListSources,
  { period, dueWorkingDays }: PeriodOptions,
  read: Read,
): Promise<ListReading> {
  const { objective, window, today, office } = sources;
  const figures = await figuresIn(sources);
  const reporting = isReporting(objective.window);
  const expected = periodsEnding(period, reporting, { from: window.from, to: window.cutTo });
  const items = expected.map((one): ListItem => {
    const figure = figures.get(keyOf(objective.id, one.id)) ?? null;
    const due = office.calendar.addWorkingDays(one.to, dueWorkingDays);
    const counted = figure ? countedOf(figure, read) : undefined;
    const isLate = one.to >= objective.validFrom && today > due;
    // No file makes a figure in time: a person does.
    const isEntered = figure !== null && figure.account !== 'recorded';
    const state = isEntered ? figure.account : isLate ? 'late' : (figure?.account ?? 'open');
    const shown: ListedPeriod = { period: one, figure, due, state };
    const { isDecided, ...added } = counted ?? { amounts: isLate ? { late: 1 } : {}, isDecided: false };
    const keys = { unit: objective.unit === null ? [] : [objective.unit] };
    return { ...added, keys, day: isDecided ? one.to : null, shown };
  });
  return { kind: 'items', items };
}

/** Undefined where nothing of it counts or waits. */
function countedOf(
  { approved, waiting, account }: FigureItem,
  read: Read,
): (Pick<ListItem, 'amounts' | 'value'> & { readonly isDecided: boolean }) | undefined {
  const counted = approved && read(approved.fact.amount);
  const unapproved = waiting ? { unapproved: 1 } : {};
  if (counted) return { ...counted, amounts: { ...counted.amounts, ...unapproved }, isDecided: true };
  if (waiting) return { amounts: unapproved, isDecided: false };
  return account === 'refused' ? { amounts: { refused: 1 }, isDecided: false } : undefined;
}

/** What people enter for an objective. */
export interface Entering extends PeriodOptions {
  /** The unit of a value; null: numerators and denominators are entered. */
  readonly measuredIn: BilingualText | null;
  /** The values are added up, so that none is below 0. */
  readonly grows: boolean;
}

/** What people enter for an objective of this formula; undefined where it is measured by events. */
export function enteringOf(formula: Formula): Entering | undefined {
  if (formula.name === handEnteredShare.name)
    return { ...z.object(periodOptions).parse(formula), measuredIn: null, grows: false };
  if (formula.name !== handEnteredValue.name) return undefined;
  const { whole, ...options } = z.object(valueOptions).parse(formula);
  return { ...options, grows: whole === 'sum' };
}

/** The parts that count periods: what is in them is not in the figure. */
const LACKING: readonly Leaf[] = [
  {
    name: 'unapproved',
    title: { vi: 'Kỳ chờ người thứ hai phê duyệt', en: 'Periods that wait for a second person' },
    ...{ counts: 'open', missing: true, urgent: true },
  },
  {
    name: 'late',
    title: { vi: 'Kỳ quá hạn nhập số liệu', en: 'Periods whose figure is late' },
    ...{ counts: 'open', missing: true, urgent: true },
  },
  {
    name: 'refused',
    title: { vi: 'Kỳ có số liệu bị từ chối', en: 'Periods whose figure was refused' },
    ...{ counts: 'open', missing: true, urgent: true },
  },
];

const common = {
  version: 1,
  dimensions: [UNIT],
  eventTypes: [figureEntered.type, figureApproved.type, figureRefused.type],
  requires: null,
  nothingCounted: 'nothing-approved',
  comparators: ['>=', '<=', '='],
  leastMonths: ({ period }: PeriodOptions) => monthsIn(period),
} as const;

const PERIOD_WORDS: Readonly<Record<PeriodLength, BilingualText>> = {
  month: { vi: 'tháng', en: 'month' },
  quarter: { vi: 'quý', en: 'quarter' },
  year: { vi: 'năm', en: 'year' },
};

const shareOf: Read = (amount) => {
  if (!('numerator' in amount)) return undefined;
  const { numerator, denominator } = amount;
  const [reached, missed] = [numerator, denominator - numerator];
  return {
    amounts: {
      ...(reached > 0 && { reached }),
      ...(missed > 0 && { missed }),
      ...(denominator === 0 && { 'no-cases': 1 }),
    },
  };
};

/** A share that people enter: numerators ÷ denominators of the approved periods (số liệu nhập tay). */
export const handEnteredShare = listMeasure({
  ...common,
  name: 'hand-entered-share',
  judgement: { kind: 'rate' },
  options: periodOptions,
  list: {
    collection: PERIODS,
    books: [figureBook],
    read: (sources, options) => readPeriods(sources, options, shareOf),
  },
  verdict: {
    failing: 'missed',
    pending: null,
    parts: [
      { name: 'reached', title: { vi: 'Đạt', en: 'Reached' }, counts: 'for' },
      { name: 'missed', title: { vi: 'Không đạt', en: 'Missed' }, counts: 'against' },
      ...LACKING,
      {
        name: 'no-cases',
        title: { vi: 'Kỳ không phát sinh', en: 'Periods without a case' },
        counts: 'outside',
      },
    ],
  },
  words: {
    counted: { vi: 'trường hợp', en: 'cases' },
    failed: {
      one: { vi: 'trường hợp không đạt', en: 'case that misses' },
      many: { vi: 'trường hợp không đạt', en: 'cases that miss' },
    },
  },
  text: (_, { period }) => ({
    vi: `Tổng tử số ÷ tổng mẫu số do người phụ trách nhập cho từng ${PERIOD_WORDS[period].vi}; chỉ tính số liệu đã được người thứ hai phê duyệt`,
    en: `Sum of the numerators ÷ sum of the denominators that people enter for each ${PERIOD_WORDS[period].en}; only what a second person has approved counts`,
  }),
});

const valueIn =
  ({ measuredIn }: ValueOptions): Read =>
  (amount) => {
    // A value in another unit cannot be added up with the others.
    const isSame =
      'value' in amount && amount.measuredIn.vi === measuredIn.vi && amount.measuredIn.en === measuredIn.en;
    return isSame ? { amounts: { counted: 1 }, value: decimalOf(amount.value) } : undefined;
  };

const COMBINED: Readonly<Record<ValueOptions['whole'], (values: readonly Fraction[]) => Fraction>> = {
  last: (values) => values.at(-1) ?? sumOf([]),
  sum: sumOf,
  mean: (values) => {
    const { numerator, denominator } = sumOf(values);
    return { numerator, denominator: denominator * values.length };
  },
};

const WHOLE_WORDS: Readonly<Record<ValueOptions['whole'], BilingualText>> = {
  last: { vi: 'Giá trị của kỳ gần nhất', en: 'Value of the last period' },
  sum: { vi: 'Tổng giá trị các kỳ', en: 'Sum of the values of the periods' },
  mean: { vi: 'Trung bình giá trị các kỳ', en: 'Mean of the values of the periods' },
};

/** A value that people enter, in a unit of its own. A sum grows towards its target; the others are judged as they stand. */
export const handEnteredValue = listMeasure({
  ...common,
  name: 'hand-entered-value',
  judgement: ({ whole }) =>
    whole === 'sum' ? { kind: 'cumulative', undecided: 'outside' } : { kind: 'rate' },
  scale: ({ measuredIn, whole }) => ({ kind: 'value', measuredIn, combine: COMBINED[whole] }),
  options: valueOptions,
  list: {
    collection: PERIODS,
    books: [figureBook],
    read: (sources, options) => readPeriods(sources, options, valueIn(options)),
  },
  verdict: {
    failing: 'counted',
    pending: null,
    parts: [
      { name: 'counted', title: { vi: 'Kỳ được tính', en: 'Periods that count' }, counts: 'for' },
      ...LACKING,
    ],
  },
  words: {
    counted: { vi: 'kỳ', en: 'periods' },
    failed: { one: { vi: 'kỳ', en: 'period' }, many: { vi: 'kỳ', en: 'periods' } },
  },
  text: (_, { period, whole }) => ({
    vi: `${WHOLE_WORDS[whole].vi} (${PERIOD_WORDS[period].vi}) do người phụ trách nhập; chỉ tính số liệu đã được người thứ hai phê duyệt`,
    en: `${WHOLE_WORDS[whole].en} (each ${PERIOD_WORDS[period].en}) that people enter; only what a second person has approved counts`,
  }),
});
