import type { Account } from '../bookkeeping/accounts.ts';
import { type Selection, selects } from '../bookkeeping/selection.ts';
import type { Window } from '../calendar/windows.ts';
import type { Balance, BalanceQuery, Dimension, Filter } from '../ledger/port.ts';
import type { ObjectiveDefinition } from './definition.ts';
import { type Basis, type PartMoments, type PartName, type Parts, partsOf } from './parts.ts';

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
  | 'to-itself'
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
  definition: Pick<ObjectiveDefinition, 'formula'>,
  slice: Slice,
  basis: Basis,
  moments: PartMoments,
): Tally {
  const counts = countParts(partsOf(definition, basis, moments), slice);
  const of = (part: PartName) => counts.get(part) ?? 0;
  const excluded = (...parts: readonly Exclusion[]) =>
    Object.fromEntries(parts.map((part) => [part, of(part)]));
  switch (definition.formula.name) {
    case 'dossiers-on-time':
      return {
        numerator: of('on-time'),
        denominator: of('settled'),
        excluded: excluded('no-due-date', 'no-finish-date', 'withdrawn', 'refused-at-intake'),
        open: {
          total: of('open'),
          overdue: of('overdue'),
          dueSoon: of('due-soon'),
          paused: of('paused'),
          noDueDate: of('open-no-due-date'),
        },
        pending: of('overdue'),
      };
    case 'documents-electronic':
      return {
        numerator: of('electronic'),
        denominator: of('exchanged'),
        excluded: excluded('exempt-classified', 'exempt-regulated', 'recalled', 'to-itself', 'awaiting'),
        open: null,
        pending: of('awaiting'),
      };
  }
}

/** How much of a slice each part selects. @throws RangeError when a part tells channels apart and the slice does not */
export function countParts(parts: Partial<Parts<PartName>>, slice: Slice): ReadonlyMap<PartName, number> {
  const counts = new Map<PartName, number>();
  // A slice has tens of thousands of rows: each is held against the selections of its own account only.
  const byAccount = new Map<Account, { name: PartName; selection: Selection }[]>();
  for (const [name, selections] of entriesOf(parts)) {
    counts.set(name, 0);
    for (const selection of selections) {
      const known = byAccount.get(selection.account);
      if (known) known.push({ name, selection });
      else byAccount.set(selection.account, [{ name, selection }]);
    }
  }
  const channelAt = slice.by.indexOf('channel');
  if (channelAt < 0 && [...byAccount.values()].flat().some(({ selection }) => selection.channels)) {
    throw new RangeError('Balances of documents must be grouped by channel');
  }
  for (const row of slice.rows) {
    for (const { name, selection } of byAccount.get(row.account) ?? []) {
      const { account, due, dueOriginal, original, key, count } = row;
      if (selects(selection, { account, due, dueOriginal, original, channel: key[channelAt] })) {
        counts.set(name, (counts.get(name) ?? 0) + count);
      }
    }
  }
  return counts;
}

const entriesOf = (parts: Partial<Parts<PartName>>) =>
  Object.entries(parts) as [PartName, readonly Selection[]][];
