import type { Balance, BalanceQuery, Filter, Knowledge, ListQuery, Paged } from '../bookkeeping/balance.ts';
import type { Book, BookFact, BookItem } from '../bookkeeping/book.ts';
import type { NamedWindow, Window } from '../calendar/windows.ts';
import type { LocalDay } from '../calendar/zone.ts';
import type { UnitId } from '../contracts/ids.ts';
import type { Moment } from '../kernel/clock.ts';
import type { KnownOffice } from './office-source.ts';
import type { Fraction } from './rate.ts';

/** One item of a list that a figure counts: a unit that should be inspected, a value that was entered. */
export interface ListItem {
  /** How much it adds to each leaf, in whole numbers above 0; nothing to a leaf that it does not name. */
  readonly amounts: Readonly<Record<string, number>>;
  /** What it adds to a figure that is a value. */
  readonly value?: Fraction;
  /** Its values of each dimension; it stands in the row of each of them, and without any in that of "not stated". */
  readonly keys: Readonly<Record<string, readonly string[]>>;
  /** When it counted, for a figure over time; null while it is undecided. */
  readonly day: LocalDay | null;
  /** As the list shows it: the view of its collection knows its structure. */
  readonly shown: object;
}

/** The items behind a figure, in the order in which people read them; or the reason for which there is no list. */
export type ListReading =
  | { readonly kind: 'items'; readonly items: readonly ListItem[] }
  | { readonly kind: 'not-known'; readonly reason: string };

/** From where the items of one figure are read. All of it is as known at the moment of the figure. */
export interface ListSources {
  /** Of the definition. */
  readonly objective: {
    readonly id: string;
    readonly unit: UnitId | null;
    readonly window: NamedWindow;
    readonly validFrom: LocalDay;
  };
  readonly window: Window;
  readonly now: Moment;
  /** The local day of `now`. */
  readonly today: LocalDay;
  readonly office: KnownOffice;
  /** The same object for every figure of an answer about all objectives: what they share is read once. Left out of a figure alone. */
  readonly answer?: object;
  balances(query: Omit<BalanceQuery, keyof Knowledge>): Promise<readonly Balance[]>;
  list<Fact extends BookFact, Item extends BookItem>(
    book: Book<Fact, Item>,
    query: Omit<ListQuery, keyof Knowledge>,
  ): Promise<Paged<Item>>;
}

/** What a measure counts instead of amounts of books. */
export interface MeasuredList<Options> {
  /** The name of its items in an answer, and of the view that shows them: `inspectedUnits`. */
  readonly collection: string;
  /** The books that it reads. */
  readonly books: readonly Book[];
  /** Reads every item, whatever the figure is filtered by. It awaits nothing but the sources. */
  read(sources: ListSources, options: Options): Promise<ListReading>;
}

/** Whether an item passes a filter; a dimension that it does not have matches nothing. */
export function isListed({ keys }: ListItem, { units, where = {} }: Filter): boolean {
  const isThere = (dimension: string, values: readonly string[]) =>
    (keys[dimension] ?? []).some((key) => values.includes(key));
  return (
    (units === undefined || isThere('unit', units)) &&
    Object.entries(where).every(([dimension, value]) => isThere(dimension, [value]))
  );
}
