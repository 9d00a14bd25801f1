import type { Balance, BalanceQuery, Knowledge } from '../bookkeeping/balance.ts';
import type { LedgerSnapshot } from '../ledger/port.ts';
import { BalanceCache } from './balance-cache.ts';
import type { FigureFrame } from './figure-frame.ts';
import { isListed, type ListSources } from './measured-list.ts';
import type { KnownOffice } from './office-source.ts';
import { balanceQueries, type Slice } from './tally.ts';

/** Answers the balance queries of figures from one standpoint. */
export type ReadBalances = (query: BalanceQuery) => Promise<readonly Balance[]>;

/** How the figures of one answer are read. */
export interface Reads extends Pick<ListSources, 'answer'> {
  readonly balances: ReadBalances;
}

/** Reads what figures are counted from: balances of the present by way of a cache, those of the past as they are. */
export class SliceSource {
  readonly #cache = new BalanceCache();

  balancesOf(ledger: LedgerSnapshot, known: Knowledge): ReadBalances {
    return (query) =>
      known.knownAt === undefined ? this.#cache.get(query, ledger) : ledger.balances({ ...query, ...known });
  }

  async read(
    ledger: LedgerSnapshot,
    frame: FigureFrame,
    office: KnownOffice,
    group: BalanceQuery['by'],
    reads: Reads,
  ): Promise<readonly Slice[]> {
    const { measure, window, filter, known, definition, asOf, today } = frame;
    const { counted } = measure;
    if (counted.kind === 'list') {
      const reading = await counted.read({
        ...{ objective: definition, window, now: asOf, today, office, ...reads },
        list: (book, query) => ledger.list(book, { ...query, ...known }),
      });
      if (reading.kind === 'not-known') return [{ kind: 'items', items: [], missing: reading.reason }];
      const items = reading.items.filter((item) => isListed(item, filter));
      return [{ kind: 'items', items, missing: null }];
    }
    const slices: Slice[] = [];
    for (const query of balanceQueries(measure, window, filter, group))
      slices.push({ kind: 'balances', book: query.book, by: query.by, rows: await reads.balances(query) });
    return slices;
  }
}
