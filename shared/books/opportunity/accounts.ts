import type { ChartOfAccounts, DimensionPlan } from '../../bookkeeping/book.ts';

/** The states of an opportunity (cơ hội), each an account. It has no score. */
export const OPPORTUNITY_STATES = ['identified', 'planned', 'used', 'dropped'] as const;
export type OpportunityState = (typeof OPPORTUNITY_STATES)[number];

export const OPEN_OPPORTUNITIES = ['identified', 'planned'] as const satisfies readonly OpportunityState[];

/** The index of an account is its number in storage: append only. */
export const opportunityChart = {
  names: ['unrecorded', ...OPPORTUNITY_STATES],
  source: 'unrecorded',
  neverReceived: [],
  open: OPEN_OPPORTUNITIES,
} satisfies ChartOfAccounts;

export const opportunityDimensions = {
  by: ['unit', 'objective'],
  sums: [[], ['unit'], ['unit', 'objective']],
} as const satisfies DimensionPlan;
