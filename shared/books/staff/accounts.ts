import type { ChartOfAccounts, DimensionPlan } from '../../bookkeeping/book.ts';
import type { UnitId } from '../../contracts/ids.ts';
import type { StaffKind } from './kinds.ts';
import type { RuleSet } from './staff-fields.ts';

/**
 * The accounts of the staff book. A person stands twice for each stretch of service: in an account of the rating and in one of the
 * title standard. The index of an account is its number in storage: append only.
 */
export const STAFF_ACCOUNTS = [
  'unknown',
  /** Assigned, and no record for the year. */
  'not-assessed',
  /** Assigned and rated; due is the moment at which the rated year is over, and the person is to be rated anew. */
  'rated/excellent',
  'rated/good',
  'rated/completed',
  'rated/not-completed',
  'rated/under-six-months',
  /** Rated for the year in which the person left: flows of the day after the last one. */
  'left/excellent',
  'left/good',
  'left/completed',
  'left/not-completed',
  'left/under-six-months',
  /** A stretch that is over and counts no more: another one follows, or the person has left. */
  'ended',
  /** Rated for a year in which no assignment is known: flows of the first day of that year. */
  'unassigned',
  'standard/met',
  'standard/not-met',
  'standard/not-yet-placed',
  'standard/not-known',
  /** Ratings of units: flows of the first day of the rated year. */
  'unit/excellent',
  'unit/good',
  'unit/completed',
  'unit/not-completed',
] as const;
export type StaffAccount = (typeof STAFF_ACCOUNTS)[number];

const isStock = (account: StaffAccount): boolean => /^(?:not-assessed$|rated\/|standard\/)/.test(account);

export const staffChart: ChartOfAccounts = {
  names: STAFF_ACCOUNTS,
  source: 'unknown',
  neverReceived: ['ended'],
  open: STAFF_ACCOUNTS.filter(isStock),
};

/** What of a person, or of a unit, an amount is about. */
export type Aspect = 'rating' | 'standard' | 'unit-rating';

/** The rule set decides whether an exclusion counts, so it is part of every sum. */
export const staffDimensions = {
  by: ['unit', 'staffKind', 'group', 'ruleSet'],
  always: 'aspect',
  apart: 'stretch',
  sums: [['ruleSet'], ['unit', 'ruleSet'], ['unit', 'staffKind', 'group', 'ruleSet']],
} as const satisfies DimensionPlan;

/** Group and rule set are null where no rating states them. */
export type StaffDimensions = {
  readonly unit: UnitId | null;
  readonly staffKind: StaffKind | null;
  readonly group: string | null;
  readonly ruleSet: RuleSet | null;
  readonly aspect: Aspect;
  /** The aspect and the first day of the stretch: unique for each standing of a subject. */
  readonly stretch: string;
};

/** Anomalies of a record for a person to see. */
export type StaffFinding = 'decision-replaced' | 'rule-set-of-other-staff' | 'unassigned';
