import type { ActFact } from '../../bookkeeping/act.ts';
import {
  riskApproved,
  riskAssessed,
  riskDismissed,
  riskIdentified,
  riskJudged,
  riskPlanned,
  riskReviewed,
  riskTreated,
  riskVerified,
} from './acts.ts';
import { riskRecorded } from './recorded.v1.ts';

/** Every kind of event about a risk. */
export const RISK_ACTS = {
  dismissed: riskDismissed,
  recorded: riskRecorded,
  identified: riskIdentified,
  assessed: riskAssessed,
  planned: riskPlanned,
  approved: riskApproved,
  treated: riskTreated,
  verified: riskVerified,
  judged: riskJudged,
  reviewed: riskReviewed,
} as const;
export type RiskAct = keyof typeof RISK_ACTS;

/** What one event states about a risk. */
export type RiskFact = ActFact<typeof RISK_ACTS>;
export type FactOf<Act extends RiskAct> = Extract<RiskFact, { act: Act }>;
