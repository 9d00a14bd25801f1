import { actsInOrder } from '../../bookkeeping/act.ts';
import { sureWhen } from '../../bookkeeping/future.ts';
import { type Finding, type Leg, type Side, sideIn } from '../../bookkeeping/leg.ts';
import { statedAnew } from '../../bookkeeping/row.ts';
import type { Evaluation } from '../../bookkeeping/subject.ts';
import { afterDay, dayOf, type LocalDate } from '../../calendar/when.ts';
import type { LocalDay, Zone } from '../../calendar/zone.ts';
import type { UnitId } from '../../contracts/ids.ts';
import type { DutyState } from './accounts.ts';
import { DUTY_ACTS, type DutyFact } from './acts.ts';

type Row = Extract<DutyFact, { readonly act: 'communication-recorded' | 'report-recorded' }>;
/** An act of a person, or one that a row of a file states. */
type Statement = Exclude<DutyFact, Row>;
export type DutyAct = Statement['act'];
type DataOf<Act extends DutyAct> = Extract<DutyFact, { readonly act: Act }>['data'];

/** What the facts of one duty amount to. */
export interface DutyLife {
  /** Undefined while no fact stated it. */
  readonly state: DutyState | undefined;
  readonly unit: UnitId | null;
  readonly communicated: DataOf<'communicated'> | null;
  readonly requested: DataOf<'requested'> | null;
  readonly submitted: DataOf<'submitted'> | null;
  readonly withdrawn: DataOf<'withdrawn'> | null;
  readonly findings: readonly Finding[];
}

const MAY_FOLLOW: Readonly<Record<DutyAct, readonly (DutyState | undefined)[]>> = {
  communicated: [undefined, 'communicated'],
  requested: [undefined, 'asked'],
  submitted: ['asked', 'submitted/in-time', 'submitted/late'],
  withdrawn: ['communicated', 'asked', 'submitted/in-time', 'submitted/late'],
};

const mayFollow = (act: DutyAct, { state }: Pick<DutyLife, 'state'>): boolean =>
  MAY_FOLLOW[act].includes(state);

/** Those that a person states, in their order. */
export const DUTY_STATED = [
  'communicated',
  'requested',
  'submitted',
  'withdrawn',
] as const satisfies readonly DutyAct[];

/** The acts that are possible now, for any person. */
export const dutyActsNow = (life: Pick<DutyLife, 'state'>): readonly DutyAct[] =>
  DUTY_STATED.filter((act) => mayFollow(act, life));

const NOTHING: DutyLife = {
  ...{ state: undefined, unit: null, communicated: null, requested: null, submitted: null, withdrawn: null },
  findings: [],
};

/** In order, and each row as the acts that it states otherwise than the row before it. */
function statementsOf(facts: readonly DutyFact[], zone: Zone): readonly Statement[] {
  let before: ReturnType<typeof partsOf> = {};
  return actsInOrder(facts, DUTY_ACTS, zone).flatMap((fact): readonly Statement[] => {
    if (!isRow(fact)) return [fact];
    const parts = partsOf(fact);
    const communicated = statedAnew(parts.communicated, before.communicated);
    const requested = statedAnew(parts.requested, before.requested);
    const submitted = statedAnew(parts.submitted, before.submitted);
    // A row of the other kind, under the id of this duty by mistake, says nothing of what these rows stated.
    before = { ...before, ...parts };
    return [
      ...(communicated ? [{ ...fact, act: 'communicated', data: communicated } as const] : []),
      ...(requested ? [{ ...fact, act: 'requested', data: requested } as const] : []),
      ...(submitted ? [{ ...fact, act: 'submitted', data: submitted } as const] : []),
    ];
  });
}

function partsOf({ act, data }: Row): {
  readonly communicated?: DataOf<'communicated'>;
  readonly requested?: DataOf<'requested'>;
  readonly submitted?: DataOf<'submitted'> | undefined;
} {
  if (act === 'communication-recorded') return { communicated: { ...data, person: null } };
  const { submission, ...request } = data;
  const subject = { dutyId: data.dutyId, person: null };
  return { requested: { ...request, person: null }, submitted: submission && { ...subject, ...submission } };
}

const isRow = (fact: DutyFact): fact is Row =>
  fact.act === 'communication-recorded' || fact.act === 'report-recorded';

/** A pure function of the set of facts. */
export const dutyLife = (facts: readonly DutyFact[], zone: Zone): DutyLife =>
  statementsOf(facts, zone).reduce(follow, NOTHING);

const stateOf = (
  submitted: Pick<DataOf<'submitted'>, 'on'>,
  requested: Pick<DataOf<'requested'>, 'due'> | null,
) => (requested !== null && submitted.on > requested.due ? 'submitted/late' : 'submitted/in-time');

function follow(life: DutyLife, fact: Statement): DutyLife {
  const { state = 'not stated' } = life;
  // A request that was answered may be mended, by a row, or by a person whom a row of an earlier day came before: the answer stays.
  const mends = fact.act === 'requested' && mayFollow('submitted', life);
  if (!mends && !mayFollow(fact.act, life)) {
    const finding = { code: 'not-applicable', event: fact.id, detail: `${fact.act} while ${state}` };
    return { ...life, findings: [...life.findings, finding] };
  }
  switch (fact.act) {
    case 'communicated':
      return { ...life, communicated: fact.data, unit: fact.data.unitId, state: 'communicated' };
    case 'requested':
      return {
        ...{ ...life, requested: fact.data, unit: fact.data.unitId },
        state: life.submitted ? stateOf(life.submitted, fact.data) : 'asked',
      };
    case 'submitted':
      return { ...life, submitted: fact.data, state: stateOf(fact.data, life.requested) };
    case 'withdrawn':
      return { ...life, withdrawn: fact.data, state: 'withdrawn' };
  }
}

/** Its movements follow from what it amounts to: what was replaced is as if it had never been stated. */
export function evaluateDuty(facts: readonly DutyFact[], zone: Zone): Evaluation {
  const acts = statementsOf(facts, zone);
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

function movesOf(life: DutyLife, facts: readonly Statement[], zone: Zone) {
  const { state, communicated, requested, submitted } = life;
  const moves: { readonly to: Side; readonly day: LocalDay }[] = [];
  // Nothing is posted on a day that was not yet known, nor before what it follows.
  const move = (to: Side, act: DutyAct, on: string | undefined) => {
    const fact = facts.findLast((one) => one.act === act && (!('on' in one.data) || one.data.on === on));
    if (!fact) return;
    const day = dayOf(sureWhen(on === undefined ? fact.time : (on as LocalDate), fact, zone), zone);
    moves.push({ to, day: Math.max(day, moves.at(-1)?.day ?? day) as LocalDay });
  };
  // What is withdrawn was never passed on or reported: a flow stays on the day of its entry, and cannot be left on another.
  const isWithdrawn = state === 'withdrawn';
  if (communicated && !isWithdrawn) move(sideIn('communicated'), 'communicated', communicated.on);
  if (requested) {
    move(sideIn('asked', afterDay(requested.due as LocalDate, zone)), 'requested', requested.on);
    if (submitted && !isWithdrawn) move(sideIn(stateOf(submitted, requested)), 'submitted', submitted.on);
  }
  if (isWithdrawn) move(sideIn('withdrawn'), 'withdrawn', undefined);
  return moves;
}

/** That of the objectives, or of the day of the request. */
const yearOf = ({ communicated, requested }: DutyLife): string | null =>
  communicated ? String(communicated.year) : (requested?.on.slice(0, 4) ?? null);
