import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { isOpen } from '../accounts.ts';
import type { JournalEntry } from '../fold-book.ts';
import type { Side } from '../leg.ts';
import { accountCode, orZero, timingCode } from './codes.ts';
import type { DimensionNumbers } from './dimensions.ts';

/** Columns of a balance without its dimensions, as they stand in the key. */
type Place = readonly [account: number, day: number, due: number, dueOriginal: number, original: number];

interface Change {
  readonly leaf: number;
  readonly place: Place;
  count: number;
}

/** Collects what journal entries do to the balances, so that what cancels out or falls together is written once. */
export class BalanceBook {
  readonly #dimensions: DimensionNumbers;
  readonly #upsert: StatementSync;
  readonly #drop: StatementSync;
  readonly #pending = new Map<string, Change>();

  constructor(db: DatabaseSync, dimensions: DimensionNumbers) {
    this.#dimensions = dimensions;
    this.#upsert = db.prepare(
      `INSERT INTO balance (dimensions, account, day, due, due_original, original, count) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET count = count + excluded.count RETURNING count`,
    );
    this.#drop = db.prepare(
      `DELETE FROM balance WHERE dimensions = ? AND account = ? AND day = ? AND due = ? AND due_original = ? AND original = ?`,
    );
  }

  get size(): number {
    return this.#pending.size;
  }

  add({ leg, sign }: JournalEntry, leaf: number): void {
    this.#move(leaf, leg.day, leg.from, -sign);
    this.#move(leaf, leg.day, leg.to, sign);
  }

  flush(): void {
    const rolledUp = new Map<string, { dimensions: number; place: Place; count: number }>();
    for (const { leaf, place, count } of this.#pending.values()) {
      if (count === 0) continue;
      for (const dimensions of this.#dimensions.rollUps(leaf)) {
        const key = `${dimensions}|${place}`;
        const known = rolledUp.get(key);
        if (known) known.count += count;
        else rolledUp.set(key, { dimensions, place, count });
      }
    }
    this.#pending.clear();
    for (const { dimensions, place, count } of rolledUp.values()) {
      if (count === 0) continue;
      if (this.#upsert.get(dimensions, ...place, count)?.count === 0) this.#drop.run(dimensions, ...place);
    }
  }

  clear(): void {
    this.#pending.clear();
  }

  #move(leaf: number, day: number, side: Side, count: number): void {
    const { account, due, dueOriginal, original } = side;
    const place: Place = [
      accountCode(account),
      isOpen(account) ? 0 : day,
      orZero(due),
      orZero(dueOriginal),
      timingCode(original),
    ];
    const key = `${leaf}|${place}`;
    const known = this.#pending.get(key);
    if (known) known.count += count;
    else this.#pending.set(key, { leaf, place, count });
  }
}
