import type { Balance, BalanceQuery } from '../bookkeeping/balance.ts';
import type { LedgerSnapshot } from '../ledger/port.ts';

export type BalanceSource = Pick<LedgerSnapshot, 'checkpoint' | 'balances' | 'changes'>;

/** Above this number of entries since the last answer the sums are read anew: they cost the same however much has been posted. */
const MOST_ENTRIES = 10_000;

interface Known {
  readonly generation: string;
  /** Journal entry up to which the rows are summed. */
  readonly entry: number;
  /** Summed in place: only the newest `Known` of a query may use it. */
  readonly rows: Map<string, Balance>;
  readonly balances: readonly Balance[];
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
    const key = JSON.stringify({ ...query, book: query.book.name });
    const known = this.#known.get(key);
    if (known?.generation === generation && known.entry === entry) return this.#keep(key, known);
    // A snapshot older than what is known cannot be reached by adding, nor may two readers add to the same rows.
    const behind = known?.generation === generation ? entry - known.entry : -1;
    if (known && behind > 0 && behind <= MOST_ENTRIES) {
      const changes = await snapshot.changes(query, known.entry);
      if (this.#known.get(key) === known) {
        const balances = changes.length === 0 ? known.balances : [...add(known.rows, changes).values()];
        return this.#keep(key, { generation, entry, rows: known.rows, balances });
      }
    }
    const balances = await snapshot.balances(query);
    return this.#keep(key, { generation, entry, rows: add(new Map(), balances), balances });
  }

  #keep(key: string, known: Known): readonly Balance[] {
    this.#known.delete(key);
    this.#known.set(key, known);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= this.#limit) break;
      this.#known.delete(oldest);
    }
    return known.balances;
  }
}

function add(rows: Map<string, Balance>, changes: readonly Balance[]): Map<string, Balance> {
  for (const change of changes) {
    const { account, original, due, dueOriginal, key } = change;
    const place = `${account}|${original}|${due}|${dueOriginal}|${JSON.stringify(key)}`;
    const count = (rows.get(place)?.count ?? 0) + change.count;
    if (count === 0) rows.delete(place);
    else rows.set(place, { account, original, due, dueOriginal, key, count });
  }
  return rows;
}
