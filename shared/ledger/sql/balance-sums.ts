import type { Book } from '../../bookkeeping/book.ts';
import type { JournalEntry } from '../../bookkeeping/fold-step.ts';
import type { Side } from '../../bookkeeping/leg.ts';
import { codesOf, orZero, timingCode } from './codes.ts';

/** Up to this number of sums may stay in memory during a rebuild, which has no readers. */
export const SUMS_HELD = 50_000;

/** Columns of a balance without its dimensions, as they stand in the key. */
export type Place = readonly [
  account: number,
  day: number,
  due: number,
  dueOriginal: number,
  original: number,
];

/** The change of one row of the balances. */
export interface BalanceChange {
  readonly dimensions: number;
  readonly place: Place;
  readonly count: number;
}

interface Change {
  readonly dimensions: number;
  readonly place: Place;
  count: number;
}

/** Sums the effects of journal entries on the balances, so that each changed row is written once. */
export class BalanceSums {
  /** Changes of leaves. */
  readonly #pending = new Map<string, Change>();

  get size(): number {
    return this.#pending.size;
  }

  add({ book, leg, sign }: JournalEntry, leaf: number): void {
    this.#move(book, leaf, leg.day, leg.from, -sign);
    this.#move(book, leaf, leg.day, leg.to, sign);
  }

  /**
   * Returns all sums except zeros and clears them; the caller writes them.
   * @param rollUps returns the numbers under which each cuboid sums a leaf
   */
  drain(rollUps: (leaf: number) => readonly number[]): BalanceChange[] {
    const rolledUp = new Map<string, Change>();
    for (const { dimensions: leaf, place, count } of this.#pending.values()) {
      if (count === 0) continue;
      for (const dimensions of rollUps(leaf)) {
        const key = `${dimensions}|${place}`;
        const known = rolledUp.get(key);
        if (known) known.count += count;
        else rolledUp.set(key, { dimensions, place, count });
      }
    }
    this.#pending.clear();
    return [...rolledUp.values()].filter(({ count }) => count !== 0);
  }

  clear(): void {
    this.#pending.clear();
  }

  #move(book: Book, leaf: number, day: number, side: Side, count: number): void {
    const { due, dueOriginal, original } = side;
    const codes = codesOf(book);
    const account = codes.code(side.account);
    const place: Place = [
      account,
      codes.isOpen(account) ? 0 : day,
      orZero(due),
      orZero(dueOriginal),
      timingCode(original),
    ];
    const key = `${leaf}|${place}`;
    const known = this.#pending.get(key);
    if (known) known.count += count;
    else this.#pending.set(key, { dimensions: leaf, place, count });
  }
}
