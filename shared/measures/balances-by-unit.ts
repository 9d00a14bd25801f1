import type { Balance, BalanceQuery } from '../bookkeeping/balance.ts';
import type { UnitId } from '../contracts/ids.ts';
import type { ReadBalances } from './slices.ts';

/**
 * The balances that the figures of one answer are counted from. A hundred units with ten objectives each ask for the same amounts, each
 * for those of its units: they are read once for all units, and what a figure asks for is picked out of them.
 */
export class BalancesByUnit {
  readonly #read: ReadBalances;
  readonly #known = new Map<string, Promise<readonly Balance[]>>();
  /** The rows of an answer by unit, of those that were asked for by unit. */
  readonly #byUnit = new Map<readonly Balance[], ReadonlyMap<unknown, readonly Balance[]>>();

  constructor(read: ReadBalances) {
    this.#read = read;
  }

  /** As the ledger answers the query, which is one of the same checkpoint and knowledge as all others. */
  async get(query: BalanceQuery): Promise<readonly Balance[]> {
    const { book, filter, by } = query;
    const { units, where = {} } = filter;
    const unitColumn = by.indexOf('unit');
    const isGrouped = unitColumn >= 0;
    const isInRows = (dimension: string) => isGrouped && by.includes(dimension);
    const conditions = Object.entries(where);
    const elsewhere = conditions.filter(([dimension]) => !isInRows(dimension));
    const whole = {
      ...query,
      filter: { where: Object.fromEntries(elsewhere), ...(units && !isGrouped && { units }) },
    };
    const key = JSON.stringify({ ...whole, book: book.name });
    const known = this.#known.get(key) ?? this.#read(whole);
    this.#known.set(key, known);
    const rows = await known;
    const asked = units && isGrouped ? this.#ofUnits(rows, unitColumn, units) : rows;
    const columns = conditions
      .filter(([dimension]) => isInRows(dimension))
      .map(([dimension, value]) => [by.indexOf(dimension), value] as const);
    return columns.length === 0
      ? asked
      : asked.filter(({ key: values }) => columns.every(([column, value]) => values[column] === value));
  }

  #ofUnits(rows: readonly Balance[], column: number, units: readonly UnitId[]): readonly Balance[] {
    const byUnit = this.#byUnit.get(rows) ?? Map.groupBy(rows, ({ key }) => key[column]);
    this.#byUnit.set(rows, byUnit);
    const asked = new Set<unknown>(units);
    const isEach = [...byUnit.keys()].every((unit) => asked.has(unit));
    return isEach ? rows : units.flatMap((unit) => byUnit.get(unit) ?? []);
  }
}
