import type { Balance } from '../bookkeeping/balance.ts';
import type { Book } from '../bookkeeping/book.ts';
import { dutyBook } from '../books/duty/book.ts';
import { OPEN_OPPORTUNITIES } from '../books/opportunity/accounts.ts';
import { opportunityBook } from '../books/opportunity/book.ts';
import { reviewBook } from '../books/review/book.ts';
import {
  DUE_STATES,
  NOT_REVIEWED,
  REVIEW_AWAITED,
  REVIEWED,
  STANDING_STATES,
} from '../books/risk/accounts.ts';
import { riskBook } from '../books/risk/book.ts';
import { addDays, type LocalDay, type Zone } from '../calendar/zone.ts';
import { type UnitId, unitId } from '../contracts/ids.ts';
import { EARLIEST } from '../contracts/schema-parts.ts';
import type { Moment } from '../kernel/clock.ts';
import type { LedgerSnapshot } from '../ledger/port.ts';
import { unitInCharge } from '../office/unit-tree.ts';
import type { BilingualText } from './bilingual.ts';
import { cascadeOf } from './cascade.ts';
import { lastReviews } from './last-reviews.ts';
import type { MeasuredFigure, Objectives } from './observatory.ts';
import { type OpenItems, openIn, sumOf } from './open-entries.ts';
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
  /** Actions that followed its reviews. */
  readonly actions: OpenItems;
  readonly opportunities: OpenItems;
  readonly riskTable: {
    /** That stand in the register. */
    readonly risks: number;
    /** Past the last day of their plans. */
    readonly overdue: number;
    readonly reviewsLate: number;
    /**
     * The day on which the table was last reviewed: each risk that stood in it then, and still does, was reviewed on that day or since.
     * Null: none was ever reviewed, or one was left out.
     */
    readonly lastReview: LocalDay | null;
    /** That stand in it and were never reviewed. */
    readonly neverReviewed: number;
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
  const tree = from.treeOn(today);
  const duties = await ledger.balances({ ...asked, book: dutyBook, filter, by: ['unit', 'day'] });
  const ofBook = (book: Book, by: readonly string[]) => ledger.balances({ ...asked, book, filter: {}, by });
  const risks = await ofBook(riskBook, ['unit', 'day']);
  const opportunities = await ofBook(opportunityBook, ['unit']);
  const actions = await ofBook(reviewBook, ['unit']);
  // Objectives were passed on to the staff of a unit; what it has still to do is its successor's after a merger.
  const ownDuties = byUnit(duties, (unit) => unit);
  const inCharge = (unit: UnitId) => unitInCharge(tree, unit);
  const dutiesOf = byUnit(duties, inCharge);
  const risksOf = byUnit(risks, inCharge);
  const opportunitiesOf = byUnit(opportunities, inCharge);
  const actionsOf = byUnit(actions, inCharge);
  const reviews = await lastReviews(ledger, from, zone);
  return cascadeOf(figures, { ...from, tree }).flatMap((row): Article2Row[] => {
    const { unit, level, standing, objectives } = row;
    if (unit === null || level === 0 || standing !== 'active') return [];
    const of = {
      ...{ communicated: communicatedIn(ownDuties(unit)), objectives: ofObjectives(objectives) },
      ...{ planProgress: together(objectives), riskTable: riskTableIn(risksOf(unit), pin.now, zone) },
      lastReview: lastOf(objectives, reviews),
      actions: openIn(actionsOf(unit), ['action-open'], pin.now),
      opportunities: openIn(opportunitiesOf(unit), OPEN_OPPORTUNITIES, pin.now),
      reports: reportsIn(dutiesOf(unit), pin.now),
    };
    return [{ unit, level, ...of, lacks: lacksOf(of) }];
  });
}

/** @param rowOf the unit in whose row the amounts of a unit count */
function byUnit(balances: readonly Balance[], rowOf: (unit: UnitId) => UnitId) {
  const units = Map.groupBy(balances, ({ key: [unit] }) =>
    typeof unit === 'string' ? rowOf(unitId(unit)) : null,
  );
  return (unit: UnitId): readonly Balance[] => units.get(unit) ?? [];
}

function communicatedIn(duties: readonly Balance[]): Article2Row['communicated'] {
  const days = daysIn(duties, 'communicated');
  return {
    times: sumOf(duties, ({ account }) => account === 'communicated'),
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
    risks: openIn(risks, STANDING_STATES, now).open,
    overdue: openIn(risks, DUE_STATES, now).overdue,
    reviewsLate: openIn(reviews, [REVIEW_AWAITED], now).overdue,
    lastReview: tableReviewed(risks),
    neverReviewed: sumOf(risks, ({ account }) => account === NOT_REVIEWED),
    // A due date is the first moment that is too late.
    nextReview: dues.length === 0 ? null : addDays(zone.dayOf(Math.min(...dues)), -1),
  };
}

/** A risk that was entered after a review of the table leaves it reviewed; one that was left out does not. */
function tableReviewed(risks: readonly Balance[]): LocalDay | null {
  const first = (account: string) => Math.min(...daysIn(risks, account));
  const reviewed = first(REVIEWED);
  return reviewed === Infinity || first(NOT_REVIEWED) < reviewed ? null : (reviewed as LocalDay);
}

const daysIn = (balances: readonly Balance[], account: string): readonly number[] =>
  balances.flatMap(({ account: one, key: [, day] }) => (one === account ? [Number(day)] : []));

const reportsIn = (duties: readonly Balance[], now: Moment): Article2Row['reports'] => ({
  asked: sumOf(duties, ({ account }) => account === 'asked' || account.startsWith('submitted/')),
  overdue: openIn(duties, ['asked'], now).overdue,
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
