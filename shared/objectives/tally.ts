import type { Window } from '../calendar/windows.ts';
import type { Account } from '../ledger/accounts.ts';
import type { Timing } from '../ledger/leg.ts';
import type { Balance, BalanceQuery, Dimension, Filter } from '../ledger/port.ts';
import type { Moment } from '../platform/clock.ts';
import type { ObjectiveDefinition } from './definition.ts';

/** Which due date a dossier is held against: the original one, or the one lawfully changed (hẹn gốc, hẹn điều chỉnh). */
export const BASES = ['adjusted', 'original'] as const;
export type Basis = (typeof BASES)[number];

/** An answer of the ledger together with what it was grouped by, so that the parts of its keys can be named. */
export interface Slice {
  readonly by: BalanceQuery['by'];
  readonly rows: readonly Balance[];
}

/** Why something stands outside the fraction. */
export type Exclusion =
  // dossiers
  | 'no-due-date'
  | 'no-finish-date'
  | 'withdrawn'
  | 'refused-at-intake'
  // documents
  | 'exempt-classified'
  | 'exempt-regulated'
  | 'recalled'
  | 'awaiting';

/** Dossiers not yet settled, as they stand at the window's `stockAt`. */
export interface OpenStock {
  /** In progress (đang giải quyết) and paused (tạm dừng). */
  readonly total: number;
  readonly overdue: number;
  /** Due within the working hours that the definition names; 0 in a window that does not contain now. */
  readonly dueSoon: number;
  readonly paused: number;
  readonly noDueDate: number;
}

/** What one slice counts to on one basis. */
export interface Tally {
  readonly numerator: number;
  readonly denominator: number;
  /** Every reason of the formula, also at 0. */
  readonly excluded: Readonly<Partial<Record<Exclusion, number>>>;
  /** Null for documents. */
  readonly open: OpenStock | null;
  /** What would count as failed were nothing else to happen: dossiers overdue now, document pairs still awaiting. */
  readonly pending: number;
}

export interface TallyMoments {
  readonly now: Moment;
  readonly window: Pick<Window, 'current' | 'stockAt'>;
  readonly dueSoonUntil: Moment;
}

/**
 * What to ask the ledger for. A document's channel decides whether it counts, so it is always among the groups; `group`
 * comes first and in its order.
 */
export function balanceQuery(
  { formula }: Pick<ObjectiveDefinition, 'formula'>,
  window: Pick<Window, 'from' | 'cutTo'>,
  filter: Omit<Filter, 'scope'> = {},
  group: readonly (Dimension | 'day')[] = [],
): BalanceQuery {
  const range = { from: window.from, to: window.cutTo };
  switch (formula.name) {
    case 'dossiers-on-time':
      return { book: 'dossier', ...range, filter, by: group };
    case 'documents-electronic': {
      const by = group.includes('channel') ? group : [...group, 'channel' as const];
      return { book: 'document', ...range, filter: { ...filter, scope: formula.scope }, by };
    }
  }
}

/** @throws RangeError when a slice of documents was not grouped by channel */
export function tally(
  { formula }: Pick<ObjectiveDefinition, 'formula'>,
  slice: Slice,
  basis: Basis,
  moments: TallyMoments,
): Tally {
  switch (formula.name) {
    case 'dossiers-on-time':
      return tallyDossiers(slice.rows, basis, moments);
    case 'documents-electronic': {
      const channelAt = slice.by.indexOf('channel');
      if (channelAt < 0) throw new RangeError('Balances of documents must be grouped by channel');
      const channels: readonly unknown[] =
        formula.policy === 'v1' && formula.scope === 'internal' ? ['axis', 'internal-system'] : ['axis'];
      return tallyDocuments(slice.rows, (row) => channels.includes(row.key[channelAt]), moments.now);
    }
  }
}

const TIMINGS: Partial<Record<Account, Timing | 'no-finish-date'>> = {
  'settled/early': 'early',
  'settled/on-time': 'on-time',
  'settled/late': 'late',
  'settled/no-due-date': 'no-due-date',
  'settled/no-finish-date': 'no-finish-date',
};

function tallyDossiers(rows: readonly Balance[], basis: Basis, moments: TallyMoments): Tally {
  const { current, stockAt } = moments.window;
  const settled = { early: 0, 'on-time': 0, late: 0, 'no-due-date': 0, 'no-finish-date': 0 };
  const left = { withdrawn: 0, 'refused-at-intake': 0 };
  const open = { total: 0, overdue: 0, dueSoon: 0, paused: 0, noDueDate: 0 };
  const addOpen = (row: Balance): void => {
    const due = basis === 'original' ? row.dueOriginal : row.due;
    if (due === null) open.noDueDate += row.count;
    else if (due <= stockAt) open.overdue += row.count;
    else if (current && due <= moments.dueSoonUntil) open.dueSoon += row.count;
  };
  for (const row of rows) {
    const timing = TIMINGS[row.account];
    if (timing !== undefined) {
      // Without an end there is no timing on any basis.
      const onBasis = basis === 'adjusted' || timing === 'no-finish-date' ? timing : row.original;
      settled[onBasis ?? 'no-due-date'] += row.count;
    } else if (row.account === 'withdrawn' || row.account === 'refused-at-intake') {
      left[row.account] += row.count;
    } else if (row.account === 'paused') {
      open.total += row.count;
      open.paused += row.count;
    } else if (row.account === 'in-progress/timed' || row.account === 'in-progress/no-due-date') {
      open.total += row.count;
      addOpen(row);
    }
  }
  const numerator = settled.early + settled['on-time'];
  return {
    numerator,
    denominator: numerator + settled.late,
    excluded: {
      'no-due-date': settled['no-due-date'],
      'no-finish-date': settled['no-finish-date'],
      ...left,
    },
    open,
    pending: open.overdue,
  };
}

function tallyDocuments(
  rows: readonly Balance[],
  byCountedChannel: (row: Balance) => boolean,
  now: Moment,
): Tally {
  const counts = { electronic: 0, failed: 0, awaiting: 0, classified: 0, regulated: 0, recalled: 0 };
  for (const row of rows) {
    switch (row.account) {
      case 'exchanged/electronic':
      case 'exchanged/not-electronic':
        if (row.account === 'exchanged/electronic' && byCountedChannel(row)) counts.electronic += row.count;
        else counts[row.due !== null && row.due > now ? 'awaiting' : 'failed'] += row.count;
        break;
      case 'exempt/classified':
        counts.classified += row.count;
        break;
      case 'exempt/regulated':
        counts.regulated += row.count;
        break;
      case 'recalled':
        counts.recalled += row.count;
        break;
    }
  }
  return {
    numerator: counts.electronic,
    denominator: counts.electronic + counts.failed,
    excluded: {
      'exempt-classified': counts.classified,
      'exempt-regulated': counts.regulated,
      recalled: counts.recalled,
      awaiting: counts.awaiting,
    },
    open: null,
    pending: counts.awaiting,
  };
}
