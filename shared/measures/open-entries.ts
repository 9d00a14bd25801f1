import type { Balance } from '../bookkeeping/balance.ts';
import type { Book } from '../bookkeeping/book.ts';
import { OPEN_OPPORTUNITIES } from '../books/opportunity/accounts.ts';
import { opportunityBook } from '../books/opportunity/book.ts';
import { reviewBook } from '../books/review/book.ts';
import { STANDING_STATES } from '../books/risk/accounts.ts';
import { riskBook } from '../books/risk/book.ts';
import type { Zone } from '../calendar/zone.ts';
import { EARLIEST } from '../contracts/schema-parts.ts';
import type { Moment } from '../kernel/clock.ts';
import type { LedgerSnapshot } from '../ledger/port.ts';
import type { Standpoint } from './standpoint.ts';

/** Entries of a register that have not ended, and how many of them are past their last day. */
export interface OpenItems {
  readonly open: number;
  readonly overdue: number;
}

export const sumOf = (balances: readonly Balance[], chosen: (balance: Balance) => boolean): number =>
  balances.reduce((sum, balance) => sum + (chosen(balance) ? balance.count : 0), 0);

export function openIn(balances: readonly Balance[], accounts: readonly string[], now: Moment): OpenItems {
  const open = balances.filter(({ account }) => accounts.includes(account));
  return {
    open: sumOf(open, () => true),
    overdue: sumOf(open, ({ due }) => due !== null && due <= now),
  };
}

/** Entries of registers that name an objective, and have not ended. */
export interface OpenEntries {
  /** Actions of its reviews. */
  readonly actions: number;
  readonly risks: number;
  readonly opportunities: number;
}

export async function openEntriesOf(
  objective: string,
  ledger: LedgerSnapshot,
  { pin, known }: Standpoint,
  zone: Zone,
): Promise<OpenEntries> {
  const asked = {
    from: EARLIEST,
    to: zone.dayOf(pin.now),
    filter: { where: { objective } },
    by: [],
    ...known,
  };
  const openOf = async (book: Book, accounts: readonly string[]) =>
    openIn(await ledger.balances({ ...asked, book }), accounts, pin.now).open;
  return {
    actions: await openOf(reviewBook, ['action-open']),
    risks: await openOf(riskBook, STANDING_STATES),
    opportunities: await openOf(opportunityBook, OPEN_OPPORTUNITIES),
  };
}
