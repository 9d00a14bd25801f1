import { actsInOrder } from '../../bookkeeping/act.ts';
import { sureWhen } from '../../bookkeeping/future.ts';
import { type Finding, type Leg, sideIn } from '../../bookkeeping/leg.ts';
import { Moves } from '../../bookkeeping/moves.ts';
import { statedAnew } from '../../bookkeeping/row.ts';
import type { Standing } from '../../bookkeeping/subject.ts';
import { afterDay, dayOf, type LocalDate } from '../../calendar/when.ts';
import type { LocalDay, Zone } from '../../calendar/zone.ts';
import type { UnitId } from '../../contracts/ids.ts';
import type { SeenFigure } from '../../contracts/register-fields.ts';
import { type ActionState, REVIEW_ACTS, type ReviewFact, reviewChart } from './acts.ts';
import { MOST_ACTIONS } from './fields.ts';
import { REVIEW, type ReviewRecordedV1 } from './recorded.v1.ts';

export interface HeldReview {
  /** The day on which it was held first. */
  readonly on: LocalDay;
  readonly objectiveId: string;
  readonly unitId: UnitId | null;
  readonly findings: readonly string[];
  readonly conclusion: string;
  readonly seen: SeenFigure | null;
  readonly person: string | null;
}

export interface ReviewAction {
  readonly id: string;
  readonly what: string;
  readonly owner: string;
  readonly due: string;
  readonly state: ActionState;
  readonly ended: {
    readonly on: LocalDay;
    readonly outcome: 'done' | 'dropped';
    readonly result: string;
  } | null;
}

/** What the facts of one review amount to. */
export interface ReviewLife {
  readonly held: HeldReview | null;
  /** In the order in which they were planned. */
  readonly actions: readonly ReviewAction[];
  readonly legs: readonly Leg[];
  readonly standings: readonly Standing[];
}

/** An act of a person, or one that a row of a file states: then with the day of the review as the row has it. */
type Statement = Exclude<ReviewFact, { readonly act: 'recorded' }> & { readonly ofRow?: LocalDate };

/** What the facts of a review amount to: a pure function of their set. */
export function reviewLife(facts: readonly ReviewFact[], zone: Zone): ReviewLife {
  let held: HeldReview | null = null;
  const actions = new Map<string, ReviewAction>();
  const moves = new Map<string, Moves>();
  const findings: Finding[] = [];
  for (const fact of statementsOf(facts, zone)) {
    if (fact.act === 'held') {
      held = heldAfter(held, fact, zone);
      // Of all its days it has the last that was stated.
      moves.set(REVIEW, new Moves(reviewChart).to(sideIn('held'), held.on));
      continue;
    }
    const { actionId: id } = fact.data;
    const known = actions.get(id);
    if (held === null || !mayFollow(fact, known, actions.size)) {
      const detail = `${fact.act} of an action that is not open`;
      findings.push({ code: 'not-applicable', event: fact.id, detail });
      continue;
    }
    const day = dayOf(sureWhen(fact.time, fact, zone), zone);
    const action = actionAfter(known, fact, day);
    if (!action) continue;
    actions.set(id, action);
    const due = action.state === 'action-open' ? afterDay(action.due as LocalDate, zone) : null;
    moves.set(id, (moves.get(id) ?? new Moves(reviewChart)).to(sideIn(action.state, due), day));
  }
  const { unitId: unit = null, objectiveId: objective = null } = held ?? {};
  const dimensionsOf = (action: string) => ({ unit, objective, action });
  return {
    held,
    actions: [...actions.values()],
    legs: [...moves].flatMap(([action, { made }]) =>
      made.map((leg) => ({ ...leg, dimensions: dimensionsOf(action) })),
    ),
    standings: [...moves].map(([action, { side, day }]) => ({
      dimensions: dimensionsOf(action),
      ...{ side, day },
      findings: action === REVIEW ? findings : [],
    })),
  };
}

type Act<Name extends Statement['act']> = Extract<Statement, { readonly act: Name }>;

/** A review keeps its first day, unless a row states another. */
function heldAfter(before: HeldReview | null, fact: Act<'held'>, zone: Zone): HeldReview {
  const { reviewId: _, unitId = null, ...rest } = fact.data;
  const day = dayOf(sureWhen(fact.ofRow ?? fact.time, fact, zone), zone);
  if (fact.ofRow) return { ...rest, unitId, on: day, seen: before?.seen ?? null };
  return { ...rest, unitId, on: before?.on ?? day };
}

/** Undefined for the end of an action that was not planned. */
function actionAfter(
  known: ReviewAction | undefined,
  fact: Act<'planned' | 'ended'>,
  on: LocalDay,
): ReviewAction | undefined {
  if (fact.act === 'ended') {
    const { outcome, result } = fact.data;
    const state = outcome === 'done' ? 'action-done' : 'action-dropped';
    return known && { ...known, state, ended: { on, outcome, result } };
  }
  const { actionId: id, what, owner, due } = fact.data;
  const plan = { id, what, owner, due };
  // A row opens nothing again that has ended.
  if (fact.ofRow && known) return { ...known, ...plan };
  return { ...plan, state: 'action-open', ended: null };
}

function mayFollow(
  { act, ofRow }: Pick<Statement, 'act' | 'ofRow'>,
  known: ReviewAction | undefined,
  actions: number,
): boolean {
  if (act === 'planned') return known !== undefined || actions < MOST_ACTIONS;
  return ofRow ? known !== undefined : known?.state === 'action-open';
}

/** What a person states about a review. */
export const REVIEW_STATED = ['held', 'planned', 'ended'] as const;

/** The acts that are possible now, for any person: `planned` of a further action, `ended` of one that is open. */
export function reviewActsNow({
  actions,
}: Pick<ReviewLife, 'actions'>): readonly (typeof REVIEW_STATED)[number][] {
  const isBarred = {
    held: false,
    planned: actions.length >= MOST_ACTIONS,
    ended: !actions.some(({ state }) => state === 'action-open'),
  };
  return REVIEW_STATED.filter((act) => !isBarred[act]);
}

/** In order, and each row as the acts that it states otherwise than the row before it of that review, or of that action. */
function statementsOf(facts: readonly ReviewFact[], zone: Zone): readonly Statement[] {
  let review: ReturnType<typeof partsOf>['held'] | undefined;
  const rows = new Map<string, ReturnType<typeof partsOf>>();
  return actsInOrder(facts, REVIEW_ACTS, zone).flatMap((fact): readonly Statement[] => {
    if (fact.act !== 'recorded') return [fact];
    const parts = partsOf(fact.data);
    const before = rows.get(parts.planned?.actionId ?? REVIEW);
    const held = statedAnew(parts.held, review);
    const planned = statedAnew(parts.planned, before?.planned);
    const ended = statedAnew(parts.ended, before?.ended);
    review = parts.held;
    rows.set(parts.planned?.actionId ?? REVIEW, parts);
    const row = { ...fact, ofRow: fact.data.on as LocalDate } as const;
    return [
      ...(held ? [{ ...row, act: 'held', data: held } as const] : []),
      ...(planned ? [{ ...row, act: 'planned', data: planned } as const] : []),
      ...(ended ? [{ ...row, act: 'ended', data: ended } as const] : []),
    ];
  });
}

/** The acts that a row states. */
function partsOf({ action, ...review }: ReviewRecordedV1) {
  const held = { ...review, person: null, seen: null };
  if (!action) return { held, planned: undefined, ended: undefined };
  const { id: actionId, outcome, result, ...plan } = action;
  const subject = { reviewId: review.reviewId, person: null, actionId };
  return {
    ...{ held, planned: { ...subject, ...plan } },
    ended: outcome && result ? { ...subject, outcome, result } : undefined,
  };
}
