import { levelOf, type RiskScales } from '../../office/risk-scale.ts';
import type { RiskItem } from './book.ts';
import { scoreOf } from './cell.ts';
import type { RiskAct } from './fact.ts';
import { mayFollow } from './timeline.ts';

type Seen = Pick<RiskItem, 'state' | 'plan' | 'assessment'>;

/** Those that a person states, in their order. */
export const RISK_STATED = [
  'identified',
  'assessed',
  'planned',
  'approved',
  'treated',
  'verified',
  'judged',
  'reviewed',
] as const satisfies readonly RiskAct[];
export type StatedAct = (typeof RISK_STATED)[number];

/** Those that wait for the head where the plan needs an approval. */
const AFTER_APPROVAL: ReadonlySet<StatedAct> = new Set(['treated', 'verified', 'judged']);

/** Whether its plan goes no further without the head: it is of the greatest level, or is to be accepted, and no head approved that. */
function approvalNeeded({ plan, assessment }: Omit<Seen, 'state'>, { of }: RiskScales): boolean {
  if (!plan || plan.approvedBy !== null) return false;
  const level = assessment && levelOf(of[assessment.scale], scoreOf(assessment));
  return plan.treatment === 'accept' || level === 'very-high';
}

/** Whether it waits for the head: for an act that is needed, and that its state allows. */
export const approvalAwaited = (risk: Seen, scales: RiskScales): boolean =>
  approvalNeeded(risk, scales) && mayFollow('approved', risk);

/** The acts that are possible now, for any person: those that its state allows, and that do not wait for the head. */
export function riskActsNow(risk: Seen, scales: RiskScales): readonly StatedAct[] {
  const waits = approvalNeeded(risk, scales);
  return RISK_STATED.filter((act) => mayFollow(act, risk) && !(waits && AFTER_APPROVAL.has(act)));
}
