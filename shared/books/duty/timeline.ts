import { type ActFact, actsInOrder } from '../../bookkeeping/act.ts';
import { sureWhen } from '../../bookkeeping/future.ts';
import { type Finding, type Leg, type Side, sideIn } from '../../bookkeeping/leg.ts';
import type { Evaluation } from '../../bookkeeping/subject.ts';
import { afterDay, dayOf, type LocalDate } from '../../calendar/when.ts';
import type { LocalDay, Zone } from '../../calendar/zone.ts';
import type { UnitId } from '../../contracts/ids.ts';
import type { DutyState } from './accounts.ts';
import { DUTY_ACTS, type DutyAct } from './acts.ts';

export type DutyFact = ActFact<typeof DUTY_ACTS>;
type FactOf<Act extends DutyAct> = Extract<DutyFact, { readonly act: Act }>;
type Stated<Act extends DutyAct> = Omit<FactOf<Act>['data'], 'dutyId'>;

/** What the facts of one duty amount to. */
export interface DutyLife {
  /** Undefined while no fact stated it. */
  readonly state: DutyState | undefined;
  readonly unit: UnitId | null;
  readonly communicated: Stated<'communicated'> | null;
  readonly requested: Stated<'requested'> | null;
  readonly submitted: Stated<'submitted'> | null;
  readonly withdrawn: Stated<'withdrawn'> | null;
  readonly findings: readonly Finding[];
}

const MAY_FOLLOW: Readonly<Record<DutyAct, readonly (DutyState | undefined)[]>> = {
  communicated: [undefined, 'communicated'],
  requested: [undefined, 'asked'],
  submitted: ['asked', 'submitted/in-time', 'submitted/late'],
  withdrawn: ['communicated', 'asked', 'submitted/in-time', 'submitted/late'],
};

export const mayFollow = (act: DutyAct, { state }: Pick<DutyLife, 'state'>): boolean =>
  MAY_FOLLOW[act].includes(state);

const NOTHING: DutyLife = {
  ...{ state: undefined, unit: null, communicated: null, requested: null, submitted: null, withdrawn: null },
  findings: [],
};

const inOrder = (facts: readonly DutyFact[], zone: Zone) => actsInOrder(facts, DUTY_ACTS, zone);

/** A pure function of the set of facts. */
export const dutyLife = (facts: readonly DutyFact[], zone: Zone): DutyLife =>
  inOrder(facts, zone).reduce(follow, NOTHING);

const stateOf = (
  submitted: Pick<Stated<'submitted'>, 'on'>,
  requested: Pick<Stated<'requested'>, 'due'> | null,
) => (requested !== null && submitted.on > requested.due ? 'submitted/late' : 'submitted/in-time');

function follow(life: DutyLife, fact: DutyFact): DutyLife {
  const { state = 'not stated' } = life;
  if (!mayFollow(fact.act, life)) {
    const finding = { code: 'not-applicable', event: fact.id, detail: `${fact.act} while ${state}` };
    return { ...life, findings: [...life.findings, finding] };
  }
  switch (fact.act) {
    case 'communicated':
      return { ...life, communicated: fact.data, unit: fact.data.unitId, state: 'communicated' };
    case 'requested':
      return { ...life, requested: fact.data, unit: fact.data.unitId, state: 'asked' };
    case 'submitted':
      return { ...life, submitted: fact.data, state: stateOf(fact.data, life.requested) };
    case 'withdrawn':
      return { ...life, withdrawn: fact.data, state: 'withdrawn' };
  }
}

/** Its movements follow from what it amounts to: what was replaced is as if it had never been stated. */
export function evaluateDuty(facts: readonly DutyFact[], zone: Zone): Evaluation {
  const acts = inOrder(facts, zone);
  const life = acts.reduce(follow, NOTHING);
  const { unit, findings } = life;
  const moves = movesOf(life, acts, zone);
  const dimensions = { unit, objective: life.communicated?.objectiveId ?? null, year: yearOf(life) };
  const legs = moves.map(({ to, day }, index): Leg => {
    const from = moves[index - 1]?.to ?? sideIn('unstated');
    return { day, from, to, dimensions };
  });
  const last = moves.at(-1);
  return {
    legs,
    standings: [{ dimensions, side: last?.to ?? sideIn('unstated'), day: last?.day ?? null, findings }],
  };
}

function movesOf(life: DutyLife, facts: readonly DutyFact[], zone: Zone) {
  const { state, communicated, requested, submitted } = life;
  const moves: { readonly to: Side; readonly day: LocalDay }[] = [];
  // Nothing is posted on a day that was not yet known, nor before what it follows.
  const move = (to: Side, act: DutyAct, on: string | undefined) => {
    const fact = facts.findLast((one) => one.act === act && (!('on' in one.data) || one.data.on === on));
    if (!fact) return;
    const day = dayOf(sureWhen(on === undefined ? fact.time : (on as LocalDate), fact, zone), zone);
    moves.push({ to, day: Math.max(day, moves.at(-1)?.day ?? day) as LocalDay });
  };
  if (communicated) move(sideIn('communicated'), 'communicated', communicated.on);
  if (requested) {
    move(sideIn('asked', afterDay(requested.due as LocalDate, zone)), 'requested', requested.on);
    if (submitted) move(sideIn(stateOf(submitted, requested)), 'submitted', submitted.on);
  }
  if (state === 'withdrawn') move(sideIn('withdrawn'), 'withdrawn', undefined);
  return moves;
}

/** That of the objectives, or of the day of the request. */
const yearOf = ({ communicated, requested }: DutyLife): string | null =>
  communicated ? String(communicated.year) : (requested?.on.slice(0, 4) ?? null);
