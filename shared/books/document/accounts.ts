import type { ChartOfAccounts, DimensionPlan } from '../../bookkeeping/book.ts';
import type { UnitId } from '../../contracts/ids.ts';
import type { ExchangeChannel, Scope } from './registered.v1.ts';

/**
 * The accounts in which a (document × recipient) pair (lượt văn bản) can stand; `unregistered` is before and outside the register.
 * Their order is their number in storage: append only.
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

/** The channel decides whether a pair counts, so every sum tells it apart. */
export const documentDimensions = {
  by: ['unit', 'channel'],
  always: 'scope',
  apart: 'recipient',
  sums: [['channel'], ['unit', 'channel']],
} as const satisfies DimensionPlan;

/** Null where only the axis knows the pair. */
export type DocumentDimensions = {
  readonly unit: UnitId | null;
  readonly channel: ExchangeChannel | null;
  readonly scope: Scope | null;
  readonly recipient: UnitId;
};

/** What a person should see of a pair. */
export type DocumentFinding =
  | 'claimed-not-seen'
  | 'regulated-without-citation'
  | 'unregistered'
  | 'rejected'
  | 'to-itself'
  | 'future';
