import type { Zone } from '../calendar/zone.ts';
import type { Moment } from '../platform/clock.ts';
import type { DossierAccount } from './accounts.ts';
import { DueHistory } from './dossier-due.ts';
import type { DossierFact } from './dossier-fact.ts';
import { takeInOrder } from './dossier-order.ts';
import { DossierWalk, isSilent, type Phase, type Step, type Use } from './dossier-walk.ts';
import { type LimitUnit, timingOf } from './due-date.ts';
import { isFuture } from './future.ts';
import type { Dimensions, Finding, Leg, Side } from './leg.ts';

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
  readonly dimensions: Dimensions;
  readonly receivedAt: Moment | null;
  /** End of processing (kết thúc xử lý), never the hand-over; null while open and when no end is believable. */
  readonly endedAt: Moment | null;
  /** As stated, not the moment it becomes overdue. */
  readonly dueAt: Moment | null;
  readonly originalDueAt: Moment | null;
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
  const taken = takeInOrder(facts, findings);
  const receipt = taken.find((item) => !isSilent(item) && item.fact.receivedAt !== undefined)?.fact;
  const walk = new DossierWalk(taken, receipt, zone, findings);
  const said = new LastSaid();
  for (const [index, item] of taken.entries()) {
    if (isSilent(item)) continue;
    if (item.fact.timeInferred || isAhead(item.fact)) reportTimes(item.fact, findings);
    item.use = walk.take(item.fact, index);
    if (said.take(item.fact) && item.use === 'no-change') item.use = 'applied';
  }
  const { limitUnit, dimensions } = said;
  const due = new DueHistory(walk, limitUnit, zone, findings);
  for (const [index, item] of taken.entries()) if (!isSilent(item)) due.take(item, index);
  if (walk.receivedAt !== null && due.current === null) {
    findings.push({ code: 'no-due-date', detail: 'it was received without a due date, or that was lifted' });
  }
  const legs = new Legs(dimensions, due, limitUnit, zone).of(walk.steps);
  return {
    legs,
    findings,
    classified: taken,
    standing: legs[legs.length - 1]?.to ?? AT_REST.outside,
    dimensions,
    receivedAt: walk.receivedAt,
    endedAt: walk.last?.end ?? null,
    dueAt: due.current,
    originalDueAt: due.original,
    overdueFrom: due.overdueFrom(due.current),
    limitUnit,
    reversions: walk.reversions,
  };
}

/** What holds for the whole life of a dossier as it was said last. */
class LastSaid {
  limitUnit: LimitUnit = 'days';
  readonly dimensions: { -readonly [Name in keyof Dimensions]: Dimensions[Name] } = {
    unit: null,
    field: null,
    procedure: null,
    channel: null,
    scope: null,
    recipient: null,
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

const isAhead = (fact: DossierFact): boolean =>
  isFuture(fact.time, fact) ||
  (fact.finishedAt !== undefined && isFuture(fact.finishedAt, fact)) ||
  (fact.receivedAt !== undefined && isFuture(fact.receivedAt, fact));

function reportTimes(fact: DossierFact, findings: Finding[]): void {
  if (isAhead(fact)) {
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

const side = (account: DossierAccount): Side => ({ account, due: null, dueOriginal: null, original: null });
const AT_REST = {
  outside: side('outside'),
  'refused-at-intake': side('refused-at-intake'),
  paused: side('paused'),
  withdrawn: side('withdrawn'),
  noFinishDate: side('settled/no-finish-date'),
} as const;

/** Turns steps and changes of the due date into legs: one for each that changes the account or what qualifies it. */
class Legs {
  private readonly legs: Leg[] = [];
  private readonly dimensions: Dimensions;
  private readonly due: DueHistory;
  private readonly unit: LimitUnit;
  private readonly zone: Zone;
  private readonly dueOriginal: Moment | null;
  /** While in progress: the side that the due date in force gives. */
  private open: Side;
  private dueAt: Moment | null;
  private nextChange = 0;
  private standing: Side = AT_REST.outside;
  private phase: Phase = 'outside';

  constructor(dimensions: Dimensions, due: DueHistory, unit: LimitUnit, zone: Zone) {
    this.dimensions = dimensions;
    this.due = due;
    this.unit = unit;
    this.zone = zone;
    this.dueOriginal = due.overdueFrom(due.original);
    this.dueAt = due.original;
    this.open = this.inProgress(this.dueOriginal);
  }

  of(steps: readonly Step[]): readonly Leg[] {
    for (const step of steps) {
      this.changeDueUntil(step.at, step.index);
      this.phase = step.phase;
      this.post(step.at, this.sideOf(step));
    }
    this.changeDueUntil(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
    return this.legs;
  }

  /** Due dates set while paused take effect at the resumption, since only then does the dossier stand on them again. */
  private changeDueUntil(at: Moment, index: number): void {
    for (;;) {
      const change = this.due.changes?.[this.nextChange];
      if (!change || change.at > at || (change.at === at && change.index > index)) return;
      this.nextChange += 1;
      this.dueAt = change.dueAt;
      this.open = this.inProgress(this.due.overdueFrom(change.dueAt));
      if (this.phase === 'in-progress' && change.index !== index) this.post(change.at, this.open);
    }
  }

  private inProgress(due: Moment | null): Side {
    const account = due === null ? 'in-progress/no-due-date' : 'in-progress/timed';
    return { account, due, dueOriginal: this.dueOriginal, original: null };
  }

  private sideOf(step: Step): Side {
    if (step.phase === 'in-progress') return this.open;
    if (step.phase !== 'settled') return AT_REST[step.phase];
    if (step.end === null) return AT_REST.noFinishDate;
    return {
      account: `settled/${timingOf(step.end, this.dueAt, this.unit, this.zone)}`,
      due: null,
      dueOriginal: null,
      original: timingOf(step.end, this.due.original, this.unit, this.zone),
    };
  }

  private post(at: Moment, to: Side): void {
    if (to === this.standing) return;
    const { dimensions, standing: from } = this;
    this.legs.push({ day: this.zone.dayOf(at), from, to, dimensions });
    this.standing = to;
  }
}
