import type { ChartOfAccounts, DimensionPlan } from '../../bookkeeping/book.ts';
import type { FieldId, ProcedureId, UnitId } from '../../contracts/ids.ts';
import type { Channel } from './status.v1.ts';

/** The accounts of a dossier (hồ sơ). The index of an account is its number in storage: append only. */
export const DOSSIER_ACCOUNTS = [
  'outside',
  'refused-at-intake',
  'in-progress/timed',
  'in-progress/no-due-date',
  'paused',
  'settled/early',
  'settled/on-time',
  'settled/late',
  'settled/no-due-date',
  'settled/no-finish-date',
  'withdrawn',
] as const;
export type DossierAccount = (typeof DOSSIER_ACCOUNTS)[number];

/** Not yet settled: in progress (đang giải quyết) or paused (tạm dừng). */
export const OPEN_ACCOUNTS = [
  'in-progress/timed',
  'in-progress/no-due-date',
  'paused',
] as const satisfies readonly DossierAccount[];

export const dossierChart = {
  names: DOSSIER_ACCOUNTS,
  source: 'outside',
  neverReceived: ['refused-at-intake'],
  open: OPEN_ACCOUNTS,
} as const satisfies ChartOfAccounts;

/** Late dossiers are counted with and without a letter of apology, so that it is part of every sum. */
export const dossierDimensions = {
  by: ['unit', 'field', 'procedure', 'channel'],
  always: 'letter',
  sums: [
    [],
    ['unit'],
    ['unit', 'field'],
    ['procedure'],
    ['channel'],
    ['unit', 'field', 'procedure', 'channel'],
  ],
} as const satisfies DimensionPlan;

/** Null is "not stated". */
export type DossierDimensions = {
  readonly unit: UnitId | null;
  readonly field: FieldId | null;
  readonly procedure: ProcedureId | null;
  readonly channel: Channel | null;
  readonly letter: 'issued' | null;
};

/** Anomalies of a dossier for a person to see. */
export type DossierFinding =
  | 'receipt-inferred'
  | 'future'
  | 'finished-before-received'
  | 'due-moved-without-basis'
  | 'due-after-end'
  | 'due-before-received'
  | 'extension-repeated'
  | 'extension-too-late'
  | 'extension-without-due-date'
  | 'no-due-date'
  | 'end-by-day'
  | 'reopened'
  | 'refusal-taken-back'
  | 'ignored-after-end'
  | 'defaulted-status'
  | 'replaced'
  | 'corrects-not-seen'
  | 'outranked'
  | 'time-inferred';
