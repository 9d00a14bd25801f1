import type { When } from '../../calendar/when.ts';
import type { EventKind } from '../../contracts/event-kind.ts';
import type { EventId } from '../../contracts/ids.ts';
import type { Moment } from '../../kernel/clock.ts';
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

/** Every kind of event about a risk, by act, in the order in which acts of one moment follow each other. */
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

type DataOf<Kind> = Kind extends EventKind<infer Data> ? Data : never;

/** What one event states about a risk. */
export type RiskFact = {
  readonly [Act in RiskAct]: {
    readonly id: EventId;
    readonly recordedAt: Moment;
    readonly time: When;
    readonly act: Act;
    readonly data: DataOf<(typeof RISK_ACTS)[Act]>;
  };
}[RiskAct];
export type FactOf<Act extends RiskAct> = Extract<RiskFact, { act: Act }>;
