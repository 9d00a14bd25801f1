import type { Balance } from '../bookkeeping/balance.ts';
import { dutyBook } from '../books/duty/book.ts';
import { REVIEW_AWAITED, STANDING_STATES } from '../books/risk/accounts.ts';
import { riskBook } from '../books/risk/book.ts';
import { addDays, type LocalDay, type Zone } from '../calendar/zone.ts';
import type { UnitId } from '../contracts/ids.ts';
import { EARLIEST } from '../contracts/schema-parts.ts';
import type { Moment } from '../kernel/clock.ts';
import type { LedgerSnapshot } from '../ledger/port.ts';
import type { BilingualText } from './bilingual.ts';
import { cascadeOf } from './cascade.ts';
import { lastReviews } from './last-reviews.ts';
import type { MeasuredFigure, Objectives } from './observatory.ts';
import type { PlanProgress } from './plan.ts';

/** What a unit lacks of what Article 2 asks of it. */
export const LACKS = [
  'communication',
  'objective',
  'plan',
  'review',
  'risk-table',
  'risk-review',
  'report',
] as const;
export type Lack = (typeof LACKS)[number];

/** How a unit does what Article 2 of Decision 124/QĐ-VP (Điều 2) asks of it. */
export interface Article2Row {
  readonly unit: UnitId;
  readonly level: number;
  /** How often objectives of the year were passed on to its staff, and the last day. */
  readonly communicated: { readonly times: number; readonly last: LocalDay | null };
  readonly objectives: {
    readonly ids: readonly string[];
    readonly withPlan: number;
    readonly owners: readonly BilingualText[];
  };
  /** Of all plans together; null without any. */
  readonly planProgress: PlanProgress | null;
  /** The last day on which one of its objectives was reviewed; null: never. */
  readonly lastReview: LocalDay | null;
  readonly riskTable: {
    /** That stand in the register. */
    readonly risks: number;
    readonly reviewsLate: number;
    /** The last day of the next review; null without risks. */
    readonly nextReview: LocalDay | null;
  };
  /** Asked for in the year. */
  readonly reports: {
    readonly asked: number;
    readonly overdue: number;
    readonly inTime: number;
    readonly late: number;
  };
  readonly lacks: readonly Lack[];
}

/** The units below the office that are active at the moment of the figures. @param ledger of the figures' snapshot */
export async function article2(
  ledger: LedgerSnapshot,
  { figures, from }: Objectives<MeasuredFigure>,
  year: number,
  zone: Zone,
): Promise<readonly Article2Row[]> {
  const { pin, known } = from;
  const today = zone.dayOf(pin.now);
  const asked = { from: EARLIEST, to: today, ...known };
  const filter = { where: { year: String(year) } };
  const duties = byUnit(await ledger.balances({ ...asked, book: dutyBook, filter, by: ['unit', 'day'] }));
  const risks = byUnit(await ledger.balances({ ...asked, book: riskBook, filter: {}, by: ['unit'] }));
  const reviews = await lastReviews(ledger, from, zone);
  return cascadeOf(figures, { ...from, tree: from.treeOn(today) }).flatMap((row): Article2Row[] => {
    const { unit, level, standing, objectives } = row;
    if (unit === null || level === 0 || standing !== 'active') return [];
    const of = {
      ...{ communicated: communicatedIn(duties(unit)), objectives: ofObjectives(objectives) },
      ...{ planProgress: together(objectives), riskTable: riskTableIn(risks(unit), pin.now, zone) },
      lastReview: lastOf(objectives, reviews),
      reports: reportsIn(duties(unit), pin.now),
    };
    return [{ unit, level, ...of, lacks: lacksOf(of) }];
  });
}

const byUnit = (balances: readonly Balance[]) => {
  const units = Map.groupBy(balances, ({ key: [unit] }) => unit);
  return (unit: UnitId): readonly Balance[] => units.get(unit) ?? [];
};

const sumOf = (balances: readonly Balance[], chosen: (balance: Balance) => boolean): number =>
  balances.reduce((sum, balance) => sum + (chosen(balance) ? balance.count : 0), 0);

function communicatedIn(duties: readonly Balance[]): Article2Row['communicated'] {
  const own = duties.filter(({ account }) => account === 'communicated');
  const days = own.map(({ key: [, day] }) => Number(day));
  return {
    times: sumOf(own, () => true),
    last: days.length === 0 ? null : (Math.max(...days) as LocalDay),
  };
}

const ofObjectives = (objectives: readonly MeasuredFigure[]): Article2Row['objectives'] => ({
  ids: objectives.map(({ definition }) => definition.id),
  withPlan: objectives.filter(({ definition }) => definition.plan).length,
  owners: [...new Map(objectives.map(({ definition: { owner } }) => [owner.vi, owner])).values()],
});

function lastOf(
  objectives: readonly MeasuredFigure[],
  reviews: ReadonlyMap<string, LocalDay>,
): LocalDay | null {
  const days = objectives.flatMap(({ definition: { id } }) => reviews.get(id) ?? []);
  return days.toSorted((a, b) => b - a)[0] ?? null;
}

function together(objectives: readonly MeasuredFigure[]): PlanProgress | null {
  const all = objectives.flatMap(({ planProgress }) => (planProgress ? [planProgress] : []));
  if (all.length === 0) return null;
  const sum = (field: 'lines' | 'done' | 'overdue') => all.reduce((total, one) => total + one[field], 0);
  const dues = all.flatMap(({ nextDue }) => (nextDue === null ? [] : [nextDue]));
  return {
    ...{ lines: sum('lines'), done: sum('done'), overdue: sum('overdue') },
    nextDue: dues.toSorted((a, b) => a - b)[0] ?? null,
  };
}

function riskTableIn(risks: readonly Balance[], now: Moment, zone: Zone): Article2Row['riskTable'] {
  const reviews = risks.filter(({ account }) => account === REVIEW_AWAITED);
  const dues = reviews.flatMap(({ due }) => (due === null ? [] : [due]));
  return {
    risks: sumOf(risks, ({ account }) => STANDING_STATES.some((state) => state === account)),
    reviewsLate: sumOf(reviews, ({ due }) => due !== null && due <= now),
    // A due date is the first moment that is too late.
    nextReview: dues.length === 0 ? null : addDays(zone.dayOf(Math.min(...dues)), -1),
  };
}

const reportsIn = (duties: readonly Balance[], now: Moment): Article2Row['reports'] => ({
  asked: sumOf(duties, ({ account }) => account === 'asked' || account.startsWith('submitted/')),
  overdue: sumOf(duties, ({ account, due }) => account === 'asked' && due !== null && due <= now),
  inTime: sumOf(duties, ({ account }) => account === 'submitted/in-time'),
  late: sumOf(duties, ({ account }) => account === 'submitted/late'),
});

function lacksOf(row: Omit<Article2Row, 'unit' | 'level' | 'lacks'>): readonly Lack[] {
  const { communicated, objectives, lastReview, riskTable, reports } = row;
  const lacks: Readonly<Record<Lack, boolean>> = {
    communication: communicated.times === 0,
    objective: objectives.ids.length === 0,
    plan: objectives.withPlan < objectives.ids.length,
    review: objectives.ids.length > 0 && lastReview === null,
    'risk-table': riskTable.risks === 0,
    'risk-review': riskTable.reviewsLate > 0,
    report: reports.overdue > 0,
  };
  return LACKS.filter((lack) => lacks[lack]);
}
