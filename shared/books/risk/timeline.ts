import { actsInOrder } from '../../bookkeeping/act.ts';
import { sureWhen } from '../../bookkeeping/future.ts';
import { type Finding, type Leg, sideIn } from '../../bookkeeping/leg.ts';
import { Moves } from '../../bookkeeping/moves.ts';
import { statedAnew } from '../../bookkeeping/row.ts';
import type { Standing } from '../../bookkeeping/subject.ts';
import { afterDay, dayOf, type LocalDate, localDate } from '../../calendar/when.ts';
import { dayInMonth, type LocalDay, monthOf, type Zone } from '../../calendar/zone.ts';
import type { EventId } from '../../contracts/ids.ts';
import type { SeenFigure } from '../../contracts/register-fields.ts';
import { type PersonId, secondPerson } from '../../contracts/two-people.ts';
import type { Moment } from '../../kernel/clock.ts';
import {
  APPROVABLE_STATES,
  DUE_STATES,
  type Duty,
  NOT_REVIEWED,
  REVIEW_AWAITED,
  REVIEW_ENDED,
  REVIEWED,
  RISK_DUTIES,
  type RiskDimensions,
  type RiskState,
  riskChart,
  STANDING_STATES,
  TABLE_LEFT,
} from './accounts.ts';
import { type Assessment, cellOf } from './cell.ts';
import { type FactOf, RISK_ACTS, type RiskAct, type RiskFact } from './fact.ts';
import type { RiskRecordedV1 } from './recorded.v1.ts';

export type RiskDescription = Pick<
  RiskRecordedV1,
  'unitId' | 'description' | 'source' | 'cause' | 'objectiveId' | 'controls'
>;

export interface RiskPlan extends NonNullable<RiskRecordedV1['plan']> {
  /** By a person with the right to; null until then. */
  readonly approvedBy: PersonId | null;
}

/** What one of the acts that follow a plan states. */
export interface Stated {
  readonly on: LocalDay;
  /** Null where it came without a key that names one. */
  readonly person: PersonId | null;
}

/** What the facts of one risk amount to. */
export interface RiskLife {
  /** Undefined while no fact identified it. */
  readonly state: RiskState | undefined;
  readonly description: RiskDescription | null;
  /** With the controls in place; after a judgement, what is left. */
  readonly assessment: Assessment | null;
  /** The assessment before the treatment that was judged. */
  readonly before: Assessment | null;
  readonly plan: RiskPlan | null;
  /** The event of its plan, or of the assessment since, with its day; null without a plan. An approval names it. */
  readonly toApprove: { readonly event: EventId; readonly on: LocalDay } | null;
  readonly treated: (Stated & { readonly evidence: string }) | null;
  readonly verified: (Stated & { readonly result: 'met' | 'not-met'; readonly comment: string }) | null;
  readonly judged: (Stated & { readonly effective: boolean; readonly comment: string }) | null;
  readonly reviewed:
    | (Stated & {
        readonly outcome: 'stands' | 'no-longer-applies';
        readonly comment: string;
        readonly seen: SeenFigure | null;
      })
    | null;
  /** The last day on which it may be reviewed; null where it stands in the register no more. */
  readonly reviewDue: LocalDay | null;
  readonly legs: readonly Leg[];
  readonly standings: readonly Standing[];
}

type ToApprove = NonNullable<RiskLife['toApprove']>;
type State = RiskState | undefined;

const STANDING: readonly State[] = STANDING_STATES;

/** The states in which each act has an effect; in others it is listed, and moves nothing. */
const MAY_FOLLOW: Readonly<Record<RiskAct, readonly State[]>> = {
  dismissed: [undefined, 'dismissed'],
  recorded: [undefined, 'dismissed', ...STANDING],
  identified: [undefined, 'dismissed', ...STANDING],
  assessed: STANDING,
  planned: ['assessed', 'acceptance-asked', 'planned', 'approved', 'accepted', 'effective'],
  approved: APPROVABLE_STATES,
  treated: ['planned', 'approved', 'treated', 'unapproved'],
  verified: ['treated', 'unapproved'],
  judged: ['verified', 'unapproved', 'effective'],
  reviewed: [...STANDING, 'closed'],
};

export const mayFollow = (act: RiskAct, { state }: Pick<RiskLife, 'state'>): boolean =>
  MAY_FOLLOW[act].includes(state);

/** What the facts of a risk amount to: a pure function of their set. */
export function riskLife(facts: readonly RiskFact[], zone: Zone): RiskLife {
  const walk = new Walk(zone);
  for (const fact of actsInOrder(facts, RISK_ACTS, zone)) walk.follow(fact);
  return walk.life();
}

type Mutable<Life> = { -readonly [Field in keyof Life]: Life[Field] };

class Walk {
  readonly #zone: Zone;
  readonly #now: Mutable<Omit<RiskLife, 'legs' | 'standings'>> = {
    state: undefined,
    description: null,
    assessment: null,
    before: null,
    plan: null,
    toApprove: null,
    treated: null,
    verified: null,
    judged: null,
    reviewed: null,
    reviewDue: null,
  };
  #row: RiskRecordedV1 | undefined;
  /** Of the first plan since the risk was last open. */
  #firstDue: Moment | null = null;
  readonly #findings: Finding[] = [];
  readonly #moves: Record<Duty, Moves> = {
    state: new Moves(riskChart),
    review: new Moves(riskChart),
    table: new Moves(riskChart),
  };

  constructor(zone: Zone) {
    this.#zone = zone;
  }

  follow(fact: RiskFact): void {
    if (!mayFollow(fact.act, this.#now)) {
      const { state = 'not identified' } = this.#now;
      this.#findings.push({ code: 'not-applicable', event: fact.id, detail: `${fact.act} while ${state}` });
      return;
    }
    const day = dayOf(sureWhen(fact.time, fact, this.#zone), this.#zone);
    this.#take(fact, day);
    this.#post(day);
  }

  life(): RiskLife {
    const { description, assessment } = this.#now;
    const dimensions = (duty: Duty): RiskDimensions => ({
      unit: description?.unitId ?? null,
      objective: description?.objectiveId ?? null,
      cell: assessment && cellOf(assessment),
      duty,
    });
    const legs = RISK_DUTIES.flatMap((duty) =>
      this.#moves[duty].made.map((leg): Leg => ({ ...leg, dimensions: dimensions(duty) })),
    );
    const standings = RISK_DUTIES.flatMap((duty): Standing[] => {
      const { side, day } = this.#moves[duty];
      if (day === null && duty !== 'state') return [];
      const findings = duty === 'state' ? this.#findings : [];
      return [{ dimensions: dimensions(duty), side, day, findings }];
    });
    return { ...this.#now, legs, standings };
  }

  #take(fact: RiskFact, day: LocalDay): void {
    const now = this.#now;
    const stated = { on: day, person: 'person' in fact.data ? fact.data.person : null };
    switch (fact.act) {
      case 'dismissed':
        now.state = 'dismissed';
        return;
      case 'recorded':
        this.#record(fact, day);
        return;
      case 'identified':
        this.#identify(fact.data, day);
        return;
      case 'assessed':
        this.#assess({ event: fact.id, on: day }, fact.data);
        return;
      case 'planned':
        this.#plan({ event: fact.id, on: day }, fact.data);
        return;
      case 'approved':
        this.#approve(fact, stated.person);
        return;
      case 'treated':
        this.#treat({ ...stated, evidence: fact.data.evidence });
        return;
      case 'verified':
        this.#verify({ ...stated, result: fact.data.result, comment: fact.data.comment });
        return;
      case 'judged':
        this.#judge(fact, stated);
        return;
      case 'reviewed':
        this.#review(fact.data, stated);
    }
  }

  #identify({ unitId, description, source, cause, objectiveId, controls }: RiskDescription, day: LocalDay) {
    this.#now.description = {
      ...{ unitId, description, source },
      ...(cause !== undefined && { cause }),
      ...(objectiveId !== undefined && { objectiveId }),
      ...(controls !== undefined && { controls }),
    };
    if (this.#now.reviewDue === null) this.#now.reviewDue = yearLater(day);
    if (this.#now.state === undefined || this.#now.state === 'dismissed') this.#now.state = 'identified';
  }

  /** A row of a file counts where it differs from the row before. */
  #record(fact: FactOf<'recorded'>, day: LocalDay): void {
    const { id, data } = fact;
    const last = this.#row;
    const [row, before] = [partsOf(data), last && partsOf(last)];
    this.#row = data;
    const description = statedAnew(row.description, before?.description);
    const assessment = statedAnew(row.assessment, before?.assessment);
    const plan = statedAnew(row.plan, before?.plan);
    const treated = statedAnew(row.treated, before?.treated);
    if (description) this.#identify(description, day);
    if (assessment) this.#assess({ event: id, on: day }, assessment);
    const follows = (act: 'planned' | 'treated') => {
      if (mayFollow(act, this.#now)) return true;
      this.#findings.push({ code: 'not-applicable', event: id, detail: `${act} while ${this.#now.state}` });
      return false;
    };
    if (plan && follows('planned')) this.#plan({ event: id, on: day }, plan);
    if (treated && follows('treated')) this.#treat({ on: day, person: null, evidence: treated.evidence });
    const on = data.reviewedOn;
    // A day that has yet to come counts as that of the recording: sent again it would be another.
    if (on !== undefined && on !== last?.reviewedOn)
      this.#reviewOn(dayOf(sureWhen(on as LocalDate, fact, this.#zone), this.#zone));
  }

  /** Of a review a row has the day alone; one before the last that is known states nothing. */
  #reviewOn(on: LocalDay): void {
    if (this.#now.reviewed && this.#now.reviewed.on >= on) return;
    this.#review({ outcome: 'stands', comment: '', seen: null }, { on, person: null });
  }

  #assess(by: ToApprove, { likelihood, impact, scale = 5 }: NonNullable<RiskRecordedV1['assessment']>): void {
    const now = this.#now;
    const assessment = { likelihood, impact, scale };
    const isOther = now.assessment !== null && cellOf(now.assessment) !== cellOf(assessment);
    now.assessment = assessment;
    if (now.state === 'identified') now.state = 'assessed';
    // What was approved was approved for the risk as it was assessed then.
    if (!isOther || !now.plan) return;
    now.plan = { ...now.plan, approvedBy: null };
    now.toApprove = by;
    if (now.state === 'approved') now.state = 'planned';
    if (now.state === 'accepted') now.state = 'acceptance-asked';
  }

  #plan(by: ToApprove, { treatment, measures, owner, due }: Omit<RiskPlan, 'approvedBy'>): void {
    this.#reopen();
    this.#now.plan = { treatment, measures, owner, due, approvedBy: null };
    this.#now.toApprove = by;
    this.#now.state = treatment === 'accept' ? 'acceptance-asked' : 'planned';
    this.#firstDue ??= afterDay(due as LocalDate, this.#zone);
  }

  #approve({ id, data: { approves } }: FactOf<'approved'>, person: PersonId | null): void {
    const now = this.#now;
    if (person === null || !now.plan) return;
    if (approves !== undefined && approves !== now.toApprove?.event) {
      const detail = 'approved was what stood before another plan or assessment';
      this.#findings.push({ code: 'not-applicable', event: id, detail });
      return;
    }
    now.plan = { ...now.plan, approvedBy: person };
    if (now.state === 'planned') now.state = 'approved';
    if (now.state === 'acceptance-asked') now.state = 'accepted';
  }

  #treat(treated: NonNullable<RiskLife['treated']>): void {
    Object.assign(this.#now, { treated, verified: null, judged: null, state: 'treated' });
  }

  #verify(verified: NonNullable<RiskLife['verified']>): void {
    const now = this.#now;
    now.verified = verified;
    if (verified.result === 'not-met') {
      now.treated = null;
      now.state = now.plan?.approvedBy ? 'approved' : 'planned';
      return;
    }
    const isByAnother = secondPerson(now.treated?.person ?? null, verified.person) === 'allowed';
    now.state = isByAnother ? 'verified' : 'unapproved';
  }

  #judge({ data }: FactOf<'judged'>, stated: Stated): void {
    const now = this.#now;
    const { likelihood, impact, scale, effective, comment } = data;
    // Judged again, it is still the same treatment.
    if (now.judged === null) now.before = now.assessment;
    now.assessment = { likelihood, impact, scale };
    if (!effective) {
      this.#reopen();
      now.state = 'assessed';
      this.#firstDue = null;
    } else if (now.state === 'verified') now.state = 'effective';
    now.judged = { ...stated, effective, comment };
  }

  #review(
    { outcome, comment, next, seen }: Omit<FactOf<'reviewed'>['data'], 'riskId' | 'person'>,
    stated: Stated,
  ): void {
    const now = this.#now;
    now.reviewed = { ...stated, outcome, comment, seen };
    const latest = yearLater(stated.on);
    if (outcome === 'no-longer-applies') {
      now.state = 'closed';
      now.reviewDue = null;
      return;
    }
    const wanted = next === undefined ? latest : dayOf(next as LocalDate, this.#zone);
    now.reviewDue = wanted < latest ? wanted : latest;
    if (now.state !== 'closed') return;
    this.#reopen();
    now.state = now.assessment ? 'assessed' : 'identified';
    this.#firstDue = null;
  }

  /** Nothing of an earlier treatment is left but its history. */
  #reopen(): void {
    Object.assign(this.#now, { plan: null, toApprove: null, treated: null, verified: null, judged: null });
  }

  #post(day: LocalDay): void {
    const { state, plan, reviewDue, reviewed } = this.#now;
    if (state === undefined) return;
    const due =
      plan && DUE_STATES.some((one) => one === state) ? afterDay(plan.due as LocalDate, this.#zone) : null;
    this.#moves.state.to(sideIn(state, due, due === null ? null : this.#firstDue), day);
    const { review, table } = this.#moves;
    if (reviewDue === null) {
      if (review.day === null) return;
      review.to(sideIn(REVIEW_ENDED), day);
      table.to(sideIn(TABLE_LEFT), day);
      return;
    }
    review.to(sideIn(REVIEW_AWAITED, afterDay(localDate(reviewDue), this.#zone)), day);
    // Of all days of its reviews it has the last.
    if (reviewed) this.#moves.table = new Moves(riskChart).to(sideIn(REVIEWED), reviewed.on);
    else table.to(sideIn(NOT_REVIEWED), day);
  }
}

function partsOf({ riskId: _, assessment, plan, treated, reviewedOn: __, ...description }: RiskRecordedV1) {
  return { description, assessment, plan, treated };
}

/** The same date of the next year; of 29 February the 28th. */
export function yearLater(day: LocalDay): LocalDay {
  const { month, dayOfMonth } = monthOf(day);
  return dayInMonth(month + 12, month % 12 === 1 ? Math.min(dayOfMonth, 28) : dayOfMonth);
}
