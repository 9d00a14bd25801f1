import type { LocalDay } from '../calendar/zone.ts';
import type { ChartOfAccounts } from './book.ts';
import { type Leg, type Side, sideIn } from './leg.ts';
import { sameSide } from './leg-changes.ts';

/** The way of one amount through the accounts of its book. */
export class Moves {
  readonly #open: readonly string[];
  readonly #made: Omit<Leg, 'dimensions'>[] = [];
  #side: Side;

  constructor({ source, open }: Pick<ChartOfAccounts, 'source' | 'open'>) {
    this.#open = open;
    this.#side = sideIn(source);
  }

  get made(): readonly Omit<Leg, 'dimensions'>[] {
    return this.#made;
  }

  /** Where the amount is now. */
  get side(): Side {
    return this.#side;
  }

  /** Of its entry there; null before the first move. */
  get day(): LocalDay | null {
    return this.#made.at(-1)?.day ?? null;
  }

  /**
   * What leaves an end had never come to it: an account that is not open is a flow, which stays on the day of its entry and cannot be left
   * on another.
   */
  to(side: Side, day: LocalDay): this {
    if (sameSide(this.#side, side)) return this;
    const never = this.#open.includes(this.#side.account) ? undefined : this.#made.pop();
    const from = never?.from ?? this.#side;
    if (!sameSide(from, side)) this.#made.push({ day, from, to: side });
    this.#side = side;
    return this;
  }
}
