import type { ChartOfAccounts, DimensionPlan } from '../../bookkeeping/book.ts';
import type { UnitId } from '../../contracts/ids.ts';

/**
 * The states of a risk (rủi ro), each an account. `unapproved`: acts that need a second person were recorded without one.
 * `dismissed`: a person dismissed the suggestion of it.
 */
export const RISK_STATES = [
  'identified',
  'assessed',
  'acceptance-asked',
  'planned',
  'approved',
  'accepted',
  'treated',
  'unapproved',
  'verified',
  'effective',
  'closed',
  'dismissed',
] as const;
export type RiskState = (typeof RISK_STATES)[number];

/** States of risks that stand in the register. */
export const STANDING_STATES = RISK_STATES.slice(0, -2);

/** States in which a decision or a treatment has a due date. */
export const DUE_STATES = ['acceptance-asked', 'planned', 'approved'] as const satisfies readonly RiskState[];

/** States in which the head may approve what is planned: also of a risk that was assessed anew while it was treated. */
export const APPROVABLE_STATES = [
  'acceptance-asked',
  'planned',
  'treated',
  'unapproved',
  'verified',
] as const satisfies readonly RiskState[];

/** The account of the yearly review of a risk that stands in the register; its due date is that of the next review. */
export const REVIEW_AWAITED = 'review-awaited';
export const REVIEW_ENDED = 'review-ended';
/** The accounts of its place in the table of its unit: on the day of its last review, or before the first one on that of its entry. */
export const NOT_REVIEWED = 'not-reviewed';
export const REVIEWED = 'reviewed';
export const TABLE_LEFT = 'table-left';

/** The index of an account is its number in storage: append only. */
export const riskChart = {
  names: ['unrecorded', ...RISK_STATES, REVIEW_AWAITED, REVIEW_ENDED, NOT_REVIEWED, REVIEWED, TABLE_LEFT],
  source: 'unrecorded',
  neverReceived: [],
  open: [...STANDING_STATES, REVIEW_AWAITED],
} satisfies ChartOfAccounts;

/** A risk has three amounts: its state, its next review, and its last one. */
export const RISK_DUTIES = ['state', 'review', 'table'] as const;
export type Duty = (typeof RISK_DUTIES)[number];

/** `cell`: its place in the matrix of likelihood and impact. */
export const riskDimensions = {
  by: ['unit', 'objective', 'cell'],
  apart: 'duty',
  sums: [[], ['unit'], ['unit', 'objective', 'cell']],
} as const satisfies DimensionPlan;

export type RiskDimensions = {
  /** Null only for a dismissed suggestion. */
  readonly unit: UnitId | null;
  readonly objective: string | null;
  readonly cell: string | null;
  readonly duty: Duty;
};
