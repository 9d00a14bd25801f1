import { actsInOrder } from '../../bookkeeping/act.ts';
import { sureWhen } from '../../bookkeeping/future.ts';
import { type Finding, type Leg, type Side, sideIn } from '../../bookkeeping/leg.ts';
import { sameSide } from '../../bookkeeping/leg-changes.ts';
import type { Standing } from '../../bookkeeping/subject.ts';
import { afterDay, dayOf, type LocalDate } from '../../calendar/when.ts';
import type { LocalDay, Zone } from '../../calendar/zone.ts';
import type { UnitId } from '../../contracts/ids.ts';
import type { SeenFigure } from '../../contracts/register-fields.ts';
import { type ActionState, REVIEW_ACTS, type ReviewFact } from './acts.ts';

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

const SOURCE = sideIn('unrecorded');

/** What the facts of a review amount to: a pure function of their set. */
export function reviewLife(facts: readonly ReviewFact[], zone: Zone): ReviewLife {
  let held: HeldReview | null = null;
  let first: LocalDay | undefined;
  const actions = new Map<string, ReviewAction>();
  const sides = new Map<string, Side>();
  const moves: { action: string; day: LocalDay; from: Side; to: Side }[] = [];
  const findings: Finding[] = [];
  const move = (action: string, day: LocalDay, account: string, due: string | null) => {
    const from = sides.get(action) ?? SOURCE;
    const moment = due === null ? null : afterDay(due as LocalDate, zone);
    const to = sideIn(account, moment);
    if (!sameSide(from, to)) moves.push({ action, day, from, to });
    sides.set(action, to);
  };
  for (const fact of actsInOrder(facts, REVIEW_ACTS, zone)) {
    const day = dayOf(sureWhen(fact.time, fact, zone), zone);
    if (fact.act === 'held') {
      const { reviewId: _, unitId = null, ...rest } = fact.data;
      first ??= day;
      held = { ...rest, unitId, on: first };
      move(REVIEW, first, 'held', null);
      continue;
    }
    const { actionId: id } = fact.data;
    const known = actions.get(id);
    if (held === null || (fact.act === 'ended' && known?.state !== 'action-open')) {
      findings.push({
        code: 'not-applicable',
        event: fact.id,
        detail: `${fact.act} of an action that is not open`,
      });
      continue;
    }
    if (fact.act === 'planned') {
      const { what, owner, due } = fact.data;
      actions.set(id, { ...{ id, what, owner, due }, state: 'action-open', ended: null });
      move(id, day, 'action-open', due);
    } else if (known) {
      const { outcome, result } = fact.data;
      const state: ActionState = outcome === 'done' ? 'action-done' : 'action-dropped';
      actions.set(id, { ...known, state, ended: { on: day, outcome, result } });
      move(id, day, state, null);
    }
  }
  const { unitId: unit = null, objectiveId: objective = null } = held ?? {};
  const dimensionsOf = (action: string) => ({ unit, objective, action });
  return {
    held,
    actions: [...actions.values()],
    legs: moves.map(({ action, ...leg }) => ({ ...leg, dimensions: dimensionsOf(action) })),
    standings: [...sides].map(([action, side]) => ({
      dimensions: dimensionsOf(action),
      side,
      day: moves.findLast((one) => one.action === action)?.day ?? null,
      findings: action === REVIEW ? findings : [],
    })),
  };
}

/** The amount of the review itself: no number of an action. */
export const REVIEW = 'review';
