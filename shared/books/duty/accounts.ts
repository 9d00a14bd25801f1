import type { ChartOfAccounts, DimensionPlan } from '../../bookkeeping/book.ts';

/** The states of a duty (việc theo Điều 2), each an account. */
export const DUTY_STATES = [
  'communicated',
  'asked',
  'submitted/in-time',
  'submitted/late',
  'withdrawn',
] as const;
export type DutyState = (typeof DUTY_STATES)[number];

/** The index of an account is its number in storage: append only. */
export const dutyChart = {
  names: ['unstated', ...DUTY_STATES],
  source: 'unstated',
  neverReceived: [],
  open: ['asked'],
} satisfies ChartOfAccounts;

/** `objective`: the only one that was passed on. `year`: whose objectives were passed on, or in which the report was asked for. */
export const dutyDimensions = {
  by: ['unit', 'objective', 'year'],
  sums: [[], ['unit'], ['unit', 'objective', 'year']],
} as const satisfies DimensionPlan;
