import type { Balance, BalanceQuery, LedgerSnapshot } from '../ledger/port.ts';

export type BalanceSource = Pick<LedgerSnapshot, 'checkpoint' | 'balances' | 'changes'>;

interface Known {
  readonly generation: string;
  /** Journal entry up to which the rows are summed. */
  readonly entry: number;
  readonly rows: ReadonlyMap<string, Balance>;
}

/**
 * Answers to balance queries, kept current by the journal: the first answer is a sum over the ledger, each later one adds
 * only the entries posted since. A figure that many people watch so costs what has changed, not what there is.
 */
export class BalanceCache {
  readonly #limit: number;
  /** In the order of last use, the oldest first. */
  readonly #known = new Map<string, Known>();

  /** @param limit how many queries are kept; raise it when more distinct filters are watched at once. */
  constructor(limit = 1_000) {
    this.#limit = limit;
  }

  /** The balances of a query about the present, exactly as of the snapshot. */
  async get(query: BalanceQuery, snapshot: BalanceSource): Promise<readonly Balance[]> {
    const { generation, entry } = snapshot.checkpoint;
    const key = JSON.stringify(query);
    const known = this.#known.get(key);
    // A snapshot older than what is known cannot be reached by adding: it is summed afresh.
    const usable = known?.generation === generation && known.entry <= entry;
    if (usable && known.entry === entry) {
      this.#keep(key, known);
      return [...known.rows.values()];
    }
    const rows = usable
      ? add(known.rows, await snapshot.changes(query, known.entry))
      : add(new Map(), await snapshot.balances(query));
    this.#keep(key, { generation, entry, rows });
    return [...rows.values()];
  }

  #keep(key: string, known: Known): void {
    this.#known.delete(key);
    this.#known.set(key, known);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= this.#limit) break;
      this.#known.delete(oldest);
    }
  }
}

function add(base: ReadonlyMap<string, Balance>, changes: readonly Balance[]): ReadonlyMap<string, Balance> {
  if (changes.length === 0) return base;
  const rows = new Map(base);
  for (const change of changes) {
    const { account, original, due, dueOriginal, key } = change;
    const place = `${account}|${original}|${due}|${dueOriginal}|${JSON.stringify(key)}`;
    const count = (rows.get(place)?.count ?? 0) + change.count;
    if (count === 0) rows.delete(place);
    else rows.set(place, { account, original, due, dueOriginal, key, count });
  }
  return rows;
}
