import { reviewBook } from '../books/review/book.ts';
import { dayInMonth, type LocalDay, type Zone } from '../calendar/zone.ts';
import type { LedgerSnapshot } from '../ledger/port.ts';
import type { Standpoint } from './standpoint.ts';

/** No office has reviews, duties or risks from before. */
export const BEGINNING = dayInMonth(1990 * 12, 1);

/** The last day on which each objective was reviewed, by id. One that never was is not among them. */
export async function lastReviews(
  ledger: LedgerSnapshot,
  { pin, known }: Standpoint,
  zone: Zone,
): Promise<ReadonlyMap<string, LocalDay>> {
  const held = await ledger.balances({
    ...{ book: reviewBook, from: BEGINNING, to: zone.dayOf(pin.now), filter: {}, by: ['objective', 'day'] },
    ...known,
  });
  const last = new Map<string, LocalDay>();
  for (const { account, key } of held) {
    const [objective, day] = key;
    if (account !== 'held' || typeof objective !== 'string') continue;
    last.set(objective, Math.max(Number(day), last.get(objective) ?? 0) as LocalDay);
  }
  return last;
}
