import { reviewBook } from '../books/review/book.ts';
import type { LocalDay, Zone } from '../calendar/zone.ts';
import { EARLIEST } from '../contracts/schema-parts.ts';
import type { LedgerSnapshot } from '../ledger/port.ts';
import type { Standpoint } from './standpoint.ts';

/** The last day on which each objective was reviewed, by id. One that never was is not among them. */
export async function lastReviews(
  ledger: LedgerSnapshot,
  { pin, known }: Standpoint,
  zone: Zone,
): Promise<ReadonlyMap<string, LocalDay>> {
  const held = await ledger.balances({
    ...{ book: reviewBook, from: EARLIEST, to: zone.dayOf(pin.now), filter: {}, by: ['objective', 'day'] },
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
