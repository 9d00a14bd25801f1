import type {
  Balance,
  BalanceQuery,
  Knowledge,
  ListQuery,
  Movement,
  Paged,
} from '../../bookkeeping/balance.ts';
import type { BookFact, BookItem } from '../../bookkeeping/book.ts';
import type {
  ComparedAmount,
  ComparedQuery,
  ListedPlace,
  Moved,
  MovedQuery,
} from '../../bookkeeping/moved.ts';
import type { RulingPage, RulingQuery } from '../../bookkeeping/ruling-query.ts';
import type { Subject } from '../../bookkeeping/subject.ts';
import type { LostEvents } from '../../contracts/lost-events.ts';
import type { Position } from '../../contracts/stored-event.ts';
import type { Moment } from '../../kernel/clock.ts';
import type { DeclaredRow } from '../../office/declared.ts';
import type {
  Checkpoint,
  LedgerBusy,
  LedgerNotReady,
  Misplaced,
  Poison,
  SeenAgency,
  StoredFacts,
  TypeCount,
  WrongSubjects,
  WrongSum,
} from '../port.ts';
import type { SourceRecord } from '../source-counts.ts';

/** What a thread that reads a ledger is given at its start; plain data, since it crosses threads. */
export interface ReadTask {
  readonly path: string;
  /** IANA name of the office's time zone. */
  readonly zone: string;
  /** URL of the module that exports the registry of books as `books`. */
  readonly books: string;
}

/** A query with the number of its book: books are code, which does not cross threads. */
export type Sent<Query> = Omit<Query, 'book'> & { readonly book: number };

/** Everything that is asked of such a thread, and what it answers. A snapshot lasts from `begin` to `end`. */
export interface Questions {
  begin: { readonly asked: object; readonly answer: Checkpoint };
  balances: { readonly asked: { readonly query: Sent<BalanceQuery> }; readonly answer: readonly Balance[] };
  changes: {
    readonly asked: { readonly query: Sent<BalanceQuery>; readonly afterEntry: number };
    readonly answer: readonly Balance[];
  };
  moved: { readonly asked: { readonly query: Sent<MovedQuery> }; readonly answer: readonly Moved[] };
  compared: {
    readonly asked: { readonly query: Sent<ComparedQuery> };
    readonly answer: Paged<ComparedAmount>;
  };
  rulings: { readonly asked: { readonly query: Sent<RulingQuery> }; readonly answer: RulingPage };
  items: {
    readonly asked: {
      readonly book: number;
      readonly places: readonly ListedPlace[];
      readonly known: Knowledge;
    };
    readonly answer: readonly BookItem[];
  };
  movements: { readonly asked: { readonly book: number }; readonly answer: readonly Movement[] };
  misplaced: {
    readonly asked: { readonly book: number; readonly limit: number };
    readonly answer: readonly Misplaced[];
  };
  storedFacts: {
    readonly asked: { readonly book: number; readonly after: number; readonly limit: number };
    readonly answer: StoredFacts;
  };
  wrongSubjects: {
    readonly asked: { readonly book: number; readonly after: number; readonly limit: number };
    readonly answer: WrongSubjects;
  };
  wrongSums: {
    readonly asked: { readonly book: number; readonly limit: number };
    readonly answer: readonly WrongSum[];
  };
  wrongDimensions: { readonly asked: { readonly limit: number }; readonly answer: readonly number[] };
  knownSince: { readonly asked: { readonly book: number }; readonly answer: Moment | null };
  list: {
    readonly asked: { readonly book: number; readonly query: ListQuery };
    readonly answer: Paged<BookItem>;
  };
  subject: {
    readonly asked: { readonly book: number; readonly id: string; readonly known: Knowledge };
    readonly answer: Subject<BookFact> | undefined;
  };
  declared: {
    readonly asked: { readonly cut: { readonly since?: number; readonly knownAt?: Moment } };
    readonly answer: readonly DeclaredRow[];
  };
  seenAgencies: { readonly asked: object; readonly answer: readonly SeenAgency[] };
  sources: { readonly asked: { readonly since: Position }; readonly answer: readonly SourceRecord[] };
  setAside: { readonly asked: object; readonly answer: readonly TypeCount[] };
  lost: { readonly asked: object; readonly answer: readonly LostEvents[] };
  setAsideEvents: {
    readonly asked: { readonly after: Position; readonly limit: number };
    readonly answer: readonly Poison[];
  };
  end: { readonly asked: object; readonly answer: null };
}
export type QuestionKind = keyof Questions;
export type Question = {
  [Kind in QuestionKind]: { readonly kind: Kind } & Questions[Kind]['asked'];
}[QuestionKind];

/** In the order of the questions. */
export type Reply =
  /** Once, before any question is answered. */
  | { readonly kind: 'up' }
  | { readonly kind: 'answer'; readonly value: unknown }
  /** @property code of an error that the caller distinguishes */
  | {
      readonly kind: 'failed';
      readonly message: string;
      readonly code?: (LedgerNotReady | LedgerBusy)['code'];
    };
