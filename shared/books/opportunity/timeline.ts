import { actsInOrder } from '../../bookkeeping/act.ts';
import { sureWhen } from '../../bookkeeping/future.ts';
import { type Finding, type Leg, sideIn } from '../../bookkeeping/leg.ts';
import { Moves } from '../../bookkeeping/moves.ts';
import { statedAnew } from '../../bookkeeping/row.ts';
import type { Standing } from '../../bookkeeping/subject.ts';
import { afterDay, dayOf, type LocalDate } from '../../calendar/when.ts';
import type { LocalDay, Zone } from '../../calendar/zone.ts';
import { type OpportunityState, opportunityChart } from './accounts.ts';
import {
  OPPORTUNITY_ACTS,
  type OpportunityAct,
  type OpportunityFact,
  type OpportunityRecordedV1,
} from './acts.ts';

export type Proposal = Pick<
  OpportunityRecordedV1,
  'unitId' | 'description' | 'source' | 'objectiveId' | 'proposal'
>;

/** What the facts of one opportunity amount to. */
export interface OpportunityLife {
  /** Undefined while no fact identified it. */
  readonly state: OpportunityState | undefined;
  readonly proposal: Proposal | null;
  readonly plan: NonNullable<OpportunityRecordedV1['plan']> | null;
  readonly conclusion: (NonNullable<OpportunityRecordedV1['conclusion']> & { readonly on: LocalDay }) | null;
  readonly legs: readonly Leg[];
  readonly standings: readonly Standing[];
}

const ANY: readonly OpportunityLife['state'][] = ['identified', 'planned', 'used', 'dropped'];
const MAY_FOLLOW: Readonly<Record<OpportunityAct, readonly OpportunityLife['state'][]>> = {
  recorded: [undefined, ...ANY],
  identified: [undefined, ...ANY],
  planned: ANY,
  concluded: ['identified', 'planned'],
};

const mayFollow = (act: OpportunityAct, { state }: Pick<OpportunityLife, 'state'>): boolean =>
  MAY_FOLLOW[act].includes(state);

/** Those that a person states, in their order. */
export const OPPORTUNITY_STATED = [
  'identified',
  'planned',
  'concluded',
] as const satisfies readonly OpportunityAct[];

/** The acts that are possible now, for any person. */
export const opportunityActsNow = (
  life: Pick<OpportunityLife, 'state'>,
): readonly (typeof OPPORTUNITY_STATED)[number][] => OPPORTUNITY_STATED.filter((act) => mayFollow(act, life));

type Now = Omit<OpportunityLife, 'legs' | 'standings'>;

/** What the facts of an opportunity amount to: a pure function of their set. */
export function opportunityLife(facts: readonly OpportunityFact[], zone: Zone): OpportunityLife {
  let now: Now = { state: undefined, proposal: null, plan: null, conclusion: null };
  let row: OpportunityRecordedV1 | undefined;
  const moves = new Moves(opportunityChart);
  const findings: Finding[] = [];
  for (const fact of actsInOrder(facts, OPPORTUNITY_ACTS, zone)) {
    const { state = 'not identified' } = now;
    if (!mayFollow(fact.act, now)) {
      findings.push({ code: 'not-applicable', event: fact.id, detail: `${fact.act} while ${state}` });
      continue;
    }
    const day = dayOf(sureWhen(fact.time, fact, zone), zone);
    if (fact.act === 'recorded') {
      if (!statedAnew(fact.data, row)) continue;
      now = afterRow(fact.data, row, now, day);
      row = fact.data;
    } else now = after(fact, now, day);
    const due = now.state === 'planned' && now.plan ? afterDay(now.plan.due as LocalDate, zone) : null;
    moves.to(sideIn(now.state ?? 'identified', due), day);
  }
  const { proposal } = now;
  const dimensions = { unit: proposal?.unitId ?? null, objective: proposal?.objectiveId ?? null };
  return {
    ...now,
    legs: moves.made.map((move) => ({ ...move, dimensions })),
    standings: [{ dimensions, side: moves.side, day: moves.day, findings }],
  };
}

/** What a row states otherwise than the row before it. It opens nothing again that has ended. */
function afterRow(
  data: OpportunityRecordedV1,
  before: OpportunityRecordedV1 | undefined,
  now: Now,
  on: LocalDay,
): Now {
  const [row, last] = [partsOf(data), before && partsOf(before)];
  const proposal = statedAnew(row.proposal, last?.proposal) ?? now.proposal;
  const plan = statedAnew(row.plan, last?.plan) ?? now.plan;
  const ended = statedAnew(row.conclusion, last?.conclusion);
  const conclusion = ended ? { ...ended, on } : now.conclusion;
  return { proposal, plan, conclusion, state: conclusion?.outcome ?? (plan ? 'planned' : 'identified') };
}

function partsOf({ opportunityId: _, plan, conclusion, ...proposal }: OpportunityRecordedV1) {
  return { proposal, plan, conclusion };
}

function after(fact: Exclude<OpportunityFact, { act: 'recorded' }>, now: Now, on: LocalDay): Now {
  switch (fact.act) {
    case 'identified': {
      const { opportunityId: _, person: __, ...proposal } = fact.data;
      return { ...now, proposal, state: now.state ?? 'identified' };
    }
    case 'planned': {
      const { owner, due } = fact.data;
      return { ...now, plan: { owner, due }, conclusion: null, state: 'planned' };
    }
    case 'concluded': {
      const { outcome, result } = fact.data;
      return { ...now, conclusion: { outcome, result, on }, state: outcome };
    }
  }
}
