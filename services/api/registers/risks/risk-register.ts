import { approvalAwaited, riskActsNow } from '../../../../shared/books/risk/acts-now.ts';
import { RISK_ACTS } from '../../../../shared/books/risk/fact.ts';
import { RISK_EVENTS, riskStream } from '../../../../shared/books/risk/recorded.v1.ts';
import { type RiskLife, riskLife } from '../../../../shared/books/risk/timeline.ts';
import type { Register } from '../register-desk.ts';

export const riskRegister: Register<typeof RISK_ACTS, RiskLife> = {
  name: 'risk',
  collection: 'risks',
  acts: RISK_ACTS,
  streamOf: riskStream,
  mostEvents: RISK_EVENTS,
  lifeOf: riskLife,
  unitOf: ({ description }) => description?.unitId ?? null,
  stateOf: ({ state }) => state,
  actsNow: (life, { riskScales }) => riskActsNow(life, riskScales),
  awaits: (life, { riskScales }) =>
    approvalAwaited(life, riskScales) ? 'The head approves its plan first.' : undefined,
};
