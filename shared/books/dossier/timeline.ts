import { isFuture } from '../../bookkeeping/future.ts';
import type { Finding, Leg, Side } from '../../bookkeeping/leg.ts';
import { type When, whenText } from '../../calendar/when.ts';
import type { Zone } from '../../calendar/zone.ts';
import type { Moment } from '../../kernel/clock.ts';
import type { DossierDimensions } from './accounts.ts';
import { isBenefitOfDoubt, type LimitUnit } from './due-date.ts';
import { DueHistory } from './due-history.ts';
import type { DossierFact } from './fact.ts';
import { legsOf, OUTSIDE } from './legs.ts';
import { takeInOrder } from './order.ts';
import { DossierWalk, isSilent, type Step, type Use } from './walk.ts';

/** How one event of a dossier was used. */
export interface Classified {
  readonly fact: DossierFact;
  readonly use: Use;
}

export interface DossierTimeline {
  readonly legs: readonly Leg[];
  readonly findings: readonly Finding[];
  /** Every fact once, in the order in which the timeline took them. */
  readonly classified: readonly Classified[];
  /** Where it stands after its last leg. */
  readonly standing: Side;
  readonly dimensions: DossierDimensions;
  readonly receivedAt: When | null;
  /** End of processing (kết thúc xử lý), never the hand-over; null while open and when no end is believable. */
  readonly endedAt: When | null;
  /** As stated, not the moment it becomes overdue. */
  readonly dueAt: When | null;
  readonly originalDueAt: When | null;
  /** The first moment at which it counts, or would count, as overdue; null without a due date. */
  readonly overdueFrom: Moment | null;
  readonly limitUnit: LimitUnit;
  readonly reversions: number;
}

/**
 * The whole life of one dossier as a pure function of the set of its facts: neither their order nor their repetition matters.
 * How they are ordered: {@link takeInOrder}; how statuses move it: {@link DossierWalk}; its due dates: {@link DueHistory}.
 */
export function dossierTimeline(facts: readonly DossierFact[], zone: Zone): DossierTimeline {
  const findings: Finding[] = [];
  const taken = takeInOrder(facts, zone, findings);
  const walk = new DossierWalk(taken, zone, findings);
  const said = new LastSaid();
  for (const item of taken) {
    if (isSilent(item)) continue;
    const ahead = isAhead(item.fact, zone);
    if (item.fact.timeInferred || ahead) reportTimes(item.fact, ahead, findings);
    item.use = walk.take(item);
    if (said.take(item.fact) && item.use === 'no-change') item.use = 'applied';
  }
  const { limitUnit, dimensions } = said;
  const due = new DueHistory(walk, limitUnit, zone, findings);
  if (walk.lateReceipt) due.take(walk.lateReceipt);
  for (const item of taken) if (!isSilent(item) && item !== walk.lateReceipt) due.take(item);
  if (walk.receivedAt !== null && due.current.at === null) {
    findings.push({ code: 'no-due-date', detail: 'it was received without a due date, or that was lifted' });
  }
  reportEndByDay(walk.last, due, limitUnit, zone, findings);
  const legs = legsOf(walk.steps, due, dimensions, zone);
  return {
    legs,
    findings,
    classified: taken,
    standing: legs[legs.length - 1]?.to ?? OUTSIDE,
    dimensions,
    receivedAt: walk.receivedAt,
    endedAt: walk.last?.end ?? null,
    dueAt: due.current.at,
    originalDueAt: due.original.at,
    overdueFrom: due.current.overdueFrom,
    limitUnit,
    reversions: walk.reversions,
  };
}

/** Marks an end that is on time because nothing says at what time of its due day it was. */
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
    detail: `ended on ${whenText(end)}, the day it was due; nothing says at what time, so it counts as on time`,
  });
}

/** What holds for the whole life of a dossier as it was said last. */
class LastSaid {
  limitUnit: LimitUnit = 'days';
  readonly dimensions: { -readonly [Name in keyof DossierDimensions]: DossierDimensions[Name] } = {
    unit: null,
    field: null,
    procedure: null,
    channel: null,
  };

  /** Whether the fact said anything new. */
  take(fact: DossierFact): boolean {
    const { dimensions: last, limitUnit } = this;
    const { unit, field, procedure, channel } = last;
    if (fact.unit !== undefined) last.unit = fact.unit;
    if (fact.field !== undefined) last.field = fact.field;
    if (fact.procedure !== undefined) last.procedure = fact.procedure;
    if (fact.channel !== undefined) last.channel = fact.channel;
    if (fact.limitUnit !== undefined) this.limitUnit = fact.limitUnit;
    return (
      last.unit !== unit ||
      last.field !== field ||
      last.procedure !== procedure ||
      last.channel !== channel ||
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
    const recorded = new Date(fact.recordedAt).toISOString();
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
