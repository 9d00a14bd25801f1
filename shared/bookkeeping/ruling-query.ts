import type { Filter, Knowledge } from './balance.ts';
import type { Book } from './book.ts';
import type { ListedPlace } from './moved.ts';
import type { Ruling, RulingBasis } from './ruling.ts';

/** Asks how definitions rule on the subjects of a book with the next `span` numbers. */
export interface RulingQuery extends Knowledge {
  readonly book: Book;
  readonly definitions: readonly string[];
  readonly basis: RulingBasis;
  readonly filter: Filter;
  /** The number of the last subject before. */
  readonly after: number;
  readonly span: number;
  /** Which subjects are named: those of these rulings, up to a number of subjects. */
  readonly named?: { readonly rulings: readonly string[]; readonly limit: number };
}

/** Subjects on which all definitions rule alike: one ruling for each. */
export interface RuledCount {
  readonly rulings: readonly Ruling[];
  readonly count: number;
}

/** A named subject, and how each definition rules on it. */
export interface RuledSubject {
  readonly place: ListedPlace;
  readonly rulings: readonly Ruling[];
}

export interface RulingPage {
  readonly counts: readonly RuledCount[];
  readonly named: readonly RuledSubject[];
  /** The `after` of the next page; undefined behind the last subject. */
  readonly next: number | undefined;
}
