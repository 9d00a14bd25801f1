import { levelOf, type RiskScales } from '../../office/risk-scale.ts';
import type { RiskItem } from './book.ts';
import { scoreOf } from './cell.ts';
import { mayFollow } from './timeline.ts';

/** Whether its plan goes no further without the head: it is of the greatest level, or is to be accepted, and no head approved that. */
export function approvalNeeded(
  { plan, assessment }: Pick<RiskItem, 'plan' | 'assessment'>,
  { of }: RiskScales,
): boolean {
  if (!plan || plan.approvedBy !== null) return false;
  const level = assessment && levelOf(of[assessment.scale], scoreOf(assessment));
  return plan.treatment === 'accept' || level === 'very-high';
}

/** Whether it waits for the head: for an act that is needed, and that its state allows. */
export const approvalAwaited = (
  risk: Pick<RiskItem, 'state' | 'plan' | 'assessment'>,
  scales: RiskScales,
): boolean => approvalNeeded(risk, scales) && mayFollow('approved', risk);
