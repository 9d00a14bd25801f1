import { isFuture } from '../../bookkeeping/future.ts';
import type { Finding, Leg, Side } from '../../bookkeeping/leg.ts';
import type { Standing } from '../../bookkeeping/subject.ts';
import { type When, whenText } from '../../calendar/when.ts';
import type { Zone } from '../../calendar/zone.ts';
import { type Moment, momentText } from '../../kernel/clock.ts';
import type { DossierDimensions } from './accounts.ts';
import { isBenefitOfDoubt, type LimitUnit } from './due-date.ts';
import { type DueChange, DueHistory } from './due-history.ts';
import type { DossierFact } from './fact.ts';
import { LegJournal } from './legs.ts';
import { milestonesOf } from './milestones.ts';
import { placeInOrder } from './order.ts';
import { isSilent, type PlacedFact, type Step, type Use } from './path.ts';
import { Pauses } from './pauses.ts';
import { DossierWalk } from './walk.ts';

/** One event of a dossier and its effect. */
export interface Classified {
  readonly fact: DossierFact;
  readonly use: Use;
}

export interface DossierTimeline {
  readonly legs: readonly Leg[];
  readonly findings: readonly Finding[];
  /** Every fact once, in order of effect. */
  readonly classified: readonly Classified[];
  /** The standing after the last leg. */
  readonly standing: Side;
  readonly dimensions: DossierDimensions;
  readonly receivedAt: When | null;
  /** End of processing (kết thúc xử lý), never the hand-over; null while open and when no end is credible. */
  readonly endedAt: When | null;
  /** As stated; not the moment from which it is overdue. */
  readonly dueAt: When | null;
  readonly originalDueAt: When | null;
  /** The first moment at which it counts, or would count, as overdue; null without a due date. */
  readonly overdueFrom: Moment | null;
  readonly limitUnit: LimitUnit;
  readonly reversions: number;
  /** The lawful changes of the due date; undefined without one. */
  readonly dueChanges: readonly DueChange[] | undefined;
}

/**
 * The whole life of one dossier as a pure function of the set of its facts: neither their order nor their repetition matters.
 * Order of the facts: {@link placeInOrder}; effect of statuses: {@link DossierWalk}; due dates: {@link DueHistory}.
 */
export function dossierTimeline(facts: readonly DossierFact[], zone: Zone): DossierTimeline {
  const { findings, placed, walk, stated, due, journal } = dossierLife(facts, zone);
  const { path, reversions } = walk;
  return {
    legs: journal.legs,
    findings,
    classified: placed,
    standing: journal.standing,
    dimensions: stated.dimensions,
    receivedAt: path.receivedAt,
    endedAt: path.last?.end ?? null,
    dueAt: due.current.at,
    originalDueAt: due.original.at,
    overdueFrom: due.current.overdueFrom,
    limitUnit: stated.limitUnit,
    reversions,
    dueChanges: due.changes,
  };
}

/** All that is needed to go on from the last fact of a dossier. */
export interface DossierLife {
  readonly findings: Finding[];
  readonly placed: PlacedFact[];
  readonly walk: DossierWalk;
  readonly stated: LastStated;
  readonly due: DueHistory;
  readonly journal: LegJournal;
  readonly pauses: Pauses;
}

/** The standing after the last leg. @param findings of it */
export function standingOf(life: DossierLife, findings: readonly Finding[], zone: Zone): Standing {
  const { walk, due, pauses, journal, stated } = life;
  const day = journal.legs.at(-1)?.day ?? null;
  const milestones = milestonesOf(walk.path, due.current, pauses, zone);
  const { dimensions } = stated;
  return { dimensions, side: journal.standing, day, findings, ...(milestones && { milestones }) };
}

export function dossierLife(facts: readonly DossierFact[], zone: Zone): DossierLife {
  const findings: Finding[] = [];
  const placed = placeInOrder(facts, zone, findings);
  const walk = new DossierWalk(placed, zone, findings);
  const stated = new LastStated();
  const pauses = new Pauses();
  for (const item of placed)
    if (!isSilent(item)) followStatus(item, { walk, stated, pauses, findings }, zone);
  const { limitUnit, dimensions } = stated;
  const due = new DueHistory(walk, limitUnit, zone, findings);
  if (walk.lateReceipt) due.follow(walk.lateReceipt);
  for (const item of placed) if (!isSilent(item) && item !== walk.lateReceipt) due.follow(item);
  if (walk.path.receivedAt !== null && due.current.at === null) {
    findings.push({ code: 'no-due-date', detail: 'received without a due date, or the due date was lifted' });
  }
  reportEndByDay(walk.path.last, due, limitUnit, zone, findings);
  const journal = new LegJournal(due, dimensions, zone);
  journal.followAll(walk.path.steps);
  return { findings, placed, walk, stated, due, journal, pauses };
}

/** Follows the status of the next fact, and what it states of the whole life. */
export function followStatus(
  item: PlacedFact,
  { walk, stated, pauses, findings }: Pick<DossierLife, 'walk' | 'stated' | 'pauses' | 'findings'>,
  zone: Zone,
): void {
  const ahead = isAhead(item.fact, zone);
  if (item.fact.timeInferred || ahead) reportTimes(item.fact, ahead, findings);
  item.use = walk.follow(item);
  pauses.follow(item, zone);
  if (stated.follow(item.fact) && item.use === 'no-change') item.use = 'applied';
}

/** Marks an end that counts as on time because its hour on the due day is unknown. */
function reportEndByDay(
  last: Step | undefined,
  { current, original }: DueHistory,
  unit: LimitUnit,
  zone: Zone,
  findings: Finding[],
): void {
  const end = last?.end;
  if (!last || end === undefined || end === null) return;
  if (![current, original].some((due) => isBenefitOfDoubt(end, due, unit, zone))) return;
  findings.push({
    code: 'end-by-day',
    event: last.by.fact.id,
    detail: `ended on ${whenText(end)}, the due day, at an unknown hour, so it counts as on time`,
  });
}

/** The properties of the whole life of a dossier: the last stated values. */
export class LastStated {
  limitUnit: LimitUnit = 'days';
  readonly dimensions: { -readonly [Name in keyof DossierDimensions]: DossierDimensions[Name] } = {
    unit: null,
    field: null,
    procedure: null,
    channel: null,
    letter: null,
  };

  /** @returns whether the fact changes a value */
  follow(fact: DossierFact): boolean {
    const { dimensions: last, limitUnit } = this;
    const { unit, field, procedure, channel, letter } = last;
    if (fact.unit !== undefined) last.unit = fact.unit;
    if (fact.field !== undefined) last.field = fact.field;
    if (fact.procedure !== undefined) last.procedure = fact.procedure;
    if (fact.channel !== undefined) last.channel = fact.channel;
    if (fact.letter !== undefined) last.letter = 'issued';
    if (fact.limitUnit !== undefined) this.limitUnit = fact.limitUnit;
    return (
      last.unit !== unit ||
      last.field !== field ||
      last.procedure !== procedure ||
      last.channel !== channel ||
      last.letter !== letter ||
      this.limitUnit !== limitUnit
    );
  }
}

const isAhead = (fact: DossierFact, zone: Zone): boolean =>
  isFuture(fact.time, fact, zone) ||
  (fact.finishedAt !== undefined && isFuture(fact.finishedAt, fact, zone)) ||
  (fact.receivedAt !== undefined && isFuture(fact.receivedAt, fact, zone));

function reportTimes(fact: DossierFact, ahead: boolean, findings: Finding[]): void {
  if (ahead) {
    const recorded = momentText(fact.recordedAt);
    findings.push({
      code: 'future',
      event: fact.id,
      detail: `${fact.status} is later than its recording, ${recorded}`,
    });
  }
  if (fact.timeInferred) {
    findings.push({
      code: 'time-inferred',
      event: fact.id,
      detail: `no date in the record proves when it was ${fact.status}`,
    });
  }
}
