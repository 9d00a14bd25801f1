import type { ChartOfAccounts, DimensionPlan } from '../../bookkeeping/book.ts';
import type { UnitId } from '../../contracts/ids.ts';
import type { ExchangeChannel, Scope } from './registered.v1.ts';

/**
 * The accounts in which a (document × recipient) pair (lượt văn bản) can be; `unregistered` is before and outside the register.
 * The index of an account is its number in storage: append only.
 */
export const DOCUMENT_ACCOUNTS = [
  'unregistered',
  'exchanged/electronic',
  'exchanged/not-electronic',
  'exempt/classified',
  'exempt/regulated',
  'recalled',
  'to-itself',
] as const;
export type DocumentAccount = (typeof DOCUMENT_ACCOUNTS)[number];

export const documentChart = {
  names: DOCUMENT_ACCOUNTS,
  source: 'unregistered',
  neverReceived: [],
  open: [],
} as const satisfies ChartOfAccounts;

/** The channel decides whether a pair counts, so it is part of every sum. */
export const documentDimensions = {
  by: ['unit', 'channel'],
  always: 'scope',
  apart: 'recipient',
  sums: [['channel'], ['unit', 'channel']],
} as const satisfies DimensionPlan;

/** Null for a pair that only the axis reports. */
export type DocumentDimensions = {
  readonly unit: UnitId | null;
  readonly channel: ExchangeChannel | null;
  readonly scope: Scope | null;
  readonly recipient: UnitId;
};

/** Anomalies of a pair for a person to see. */
export type DocumentFinding =
  | 'claimed-not-seen'
  | 'regulated-without-citation'
  | 'unregistered'
  | 'rejected'
  | 'to-itself'
  | 'future';
