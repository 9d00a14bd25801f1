import type { Book } from '../../bookkeeping/book.ts';
import type { JournalEntry } from '../../bookkeeping/fold-step.ts';
import type { Side } from '../../bookkeeping/leg.ts';
import { codesOf, orZero, timingCode } from './codes.ts';
import { blockOf, stockDays } from './stock-days.ts';

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

/** The change of a leaf at one place but for its day, on each of the days under which it is summed. */
interface LeafChange {
  readonly leaf: number;
  readonly days: readonly number[];
  readonly side: Place;
  /** The place without its day, as text. */
  readonly rest: string;
  count: number;
}

/** Sums the effects of journal entries on the balances, so that each changed row is written once. */
export class BalanceSums {
  readonly #pending = new Map<string, LeafChange>();

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
    for (const { leaf, days, side, rest, count } of this.#pending.values()) {
      if (count === 0) continue;
      const [account, , due, dueOriginal, original] = side;
      for (const day of days) {
        const place: Place = [account, day, due, dueOriginal, original];
        const end = `|${day}|${rest}`;
        for (const dimensions of rollUps(leaf)) {
          const key = dimensions + end;
          const known = rolledUp.get(key);
          if (known) known.count += count;
          else rolledUp.set(key, { dimensions, place, count });
        }
      }
    }
    this.#pending.clear();
    return [...rolledUp.values()].filter(({ count }) => count !== 0);
  }

  clear(): void {
    this.#pending.clear();
  }

  #move(book: Book, leaf: number, day: number, side: Side, count: number): void {
    const codes = codesOf(book);
    const account = codes.code(side.account);
    const isOpen = codes.isOpen(account);
    const [due, dueOriginal, original] = [
      orZero(side.due),
      orZero(side.dueOriginal),
      timingCode(side.original),
    ];
    // The days of a block are in the same sums.
    const within = isOpen ? blockOf(day) : day;
    const rest = `${account}|${due}|${dueOriginal}|${original}`;
    const key = `${leaf}|${within}|${rest}`;
    const known = this.#pending.get(key);
    if (known) {
      known.count += count;
      return;
    }
    const days = isOpen ? stockDays(within) : [day];
    this.#pending.set(key, { leaf, days, side: [account, within, due, dueOriginal, original], rest, count });
  }
}
