import type { ChartOfAccounts, DimensionPlan } from '../../bookkeeping/book.ts';
import type { FieldId, UnitId } from '../../contracts/ids.ts';
import type { InspectionKind } from './kinds.ts';

/**
 * The accounts in which an inspection, or a finding of one, can be; `unknown` is before anything is known of it. `planned` after the
 * slash: a plan had it before it began. The index of an account is its number in storage: append only.
 */
export const INSPECTION_ACCOUNTS = [
  'unknown',
  'planned',
  'visited/planned',
  'visited/unplanned',
  'concluded/planned',
  'concluded/unplanned',
  'cancelled',
  'finding/open',
  'finding/closed',
] as const;
export type InspectionAccount = (typeof INSPECTION_ACCOUNTS)[number];

export const VISITED = ['visited/planned', 'visited/unplanned'] as const;
export const CONCLUDED = ['concluded/planned', 'concluded/unplanned'] as const;

export const inspectionChart = {
  names: INSPECTION_ACCOUNTS,
  source: 'unknown',
  neverReceived: [],
  open: ['planned', ...VISITED, 'finding/open'],
} as const satisfies ChartOfAccounts;

/** `finding` separates what stands of one inspection: the inspection itself has none. */
export const inspectionDimensions = {
  by: ['unit', 'field', 'kind'],
  apart: 'finding',
  sums: [['kind'], ['unit', 'kind'], ['unit', 'field', 'kind']],
} as const satisfies DimensionPlan;

/** Null where no statement says so: of findings without an inspection. */
export type InspectionDimensions = {
  readonly unit: UnitId | null;
  readonly field: FieldId | null;
  readonly kind: InspectionKind | null;
  readonly finding: string | null;
};

/** Anomalies of an inspection for a person to see. */
export type InspectionAnomaly =
  | 'future'
  | 'planned-after-begin'
  | 'visited-after-conclusion'
  | 'unit-differs'
  | 'without-inspection'
  | 'closed-without-finding';
