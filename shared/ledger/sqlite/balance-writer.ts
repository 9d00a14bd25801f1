import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { BalanceChange } from '../sql/balance-sums.ts';

/** Updates the rows of the balances; a row that comes to 0 is deleted. */
export class BalanceWriter {
  readonly #upsert: StatementSync;
  readonly #drop: StatementSync;

  constructor(db: DatabaseSync) {
    this.#upsert = db.prepare(
      `INSERT INTO balance (dimensions, account, day, due, due_original, original, count) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET count = count + excluded.count RETURNING count`,
    );
    this.#drop = db.prepare(
      `DELETE FROM balance WHERE dimensions = ? AND account = ? AND day = ? AND due = ? AND due_original = ? AND original = ?`,
    );
  }

  write(changes: readonly BalanceChange[]): void {
    for (const { dimensions, place, count } of changes) {
      if (this.#upsert.get(dimensions, ...place, count)?.count === 0) this.#drop.run(dimensions, ...place);
    }
  }
}
