import type { Balance, BalanceQuery } from '../bookkeeping/balance.ts';
import type { ReadBalances } from './slices.ts';

/**
 * The balances that the figures of one answer are counted from. A hundred units with ten objectives each ask for the same amounts, each
 * for those of its units: they are read once for all units, and what a figure asks for is picked out of them.
 */
export class BalancesByUnit {
  readonly #read: ReadBalances;
  readonly #known = new Map<string, Promise<ReadonlyMap<unknown, readonly Balance[]>>>();

  constructor(read: ReadBalances) {
    this.#read = read;
  }

  /** As the ledger answers the query, which is one of the same checkpoint and knowledge as all others. */
  async get(query: BalanceQuery): Promise<readonly Balance[]> {
    const { book, filter, by } = query;
    const { units, where = {} } = filter;
    const isGrouped = by.includes('unit');
    const inRows = Object.entries(where).filter(([dimension]) => isGrouped && by.includes(dimension));
    const elsewhere = Object.entries(where).filter(
      (one) => !inRows.some(([dimension]) => dimension === one[0]),
    );
    const whole = {
      ...query,
      filter: { where: Object.fromEntries(elsewhere), ...(units && !isGrouped && { units }) },
    };
    const key = JSON.stringify({ ...whole, book: book.name });
    const known = this.#known.get(key) ?? this.#grouped(whole);
    this.#known.set(key, known);
    const rows = await known;
    const asked =
      units && isGrouped ? units.flatMap((unit) => rows.get(unit) ?? []) : [...rows.values()].flat();
    const columns = inRows.map(([dimension, value]) => [by.indexOf(dimension), value] as const);
    return columns.length === 0
      ? asked
      : asked.filter(({ key: values }) => columns.every(([column, value]) => values[column] === value));
  }

  /** By unit, where the rows have one. */
  async #grouped(query: BalanceQuery): Promise<ReadonlyMap<unknown, readonly Balance[]>> {
    const column = query.by.indexOf('unit');
    return Map.groupBy(await this.#read(query), ({ key }) => (column < 0 ? null : key[column]));
  }
}
