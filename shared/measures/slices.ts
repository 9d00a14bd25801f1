import type { BalanceQuery } from '../bookkeeping/balance.ts';
import type { LedgerSnapshot } from '../ledger/port.ts';
import { BalanceCache } from './balance-cache.ts';
import type { FigureFrame } from './figure-frame.ts';
import { balanceQueries, type Slice } from './tally.ts';

/** Reads the balances that a figure is counted from: those of the present by way of a cache, those of the past as they are. */
export class SliceSource {
  readonly #cache = new BalanceCache();

  async read(
    ledger: LedgerSnapshot,
    { measure, window, filter, known }: FigureFrame,
    group: BalanceQuery['by'],
  ): Promise<readonly Slice[]> {
    const slices: Slice[] = [];
    for (const query of balanceQueries(measure, window, filter, group)) {
      const isPresent = known.knownAt === undefined;
      const rows = isPresent
        ? await this.#cache.get(query, ledger)
        : await ledger.balances({ ...query, ...known });
      slices.push({ book: query.book, by: query.by, rows });
    }
    return slices;
  }
}
