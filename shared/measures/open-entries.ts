import type { Book } from '../bookkeeping/book.ts';
import { OPEN_OPPORTUNITIES } from '../books/opportunity/accounts.ts';
import { opportunityBook } from '../books/opportunity/book.ts';
import { reviewBook } from '../books/review/book.ts';
import { STANDING_STATES } from '../books/risk/accounts.ts';
import { riskBook } from '../books/risk/book.ts';
import type { Zone } from '../calendar/zone.ts';
import { EARLIEST } from '../contracts/schema-parts.ts';
import type { LedgerSnapshot } from '../ledger/port.ts';
import type { Standpoint } from './standpoint.ts';

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
  const openIn = async (book: Book, accounts: readonly string[]) => {
    const balances = await ledger.balances({ ...asked, book });
    return balances.reduce((sum, { account, count }) => sum + (accounts.includes(account) ? count : 0), 0);
  };
  return {
    actions: await openIn(reviewBook, ['action-open']),
    risks: await openIn(riskBook, STANDING_STATES),
    opportunities: await openIn(opportunityBook, OPEN_OPPORTUNITIES),
  };
}
