import type { Balance, BalanceQuery, Knowledge, ListQuery, Movement, Paged } from '../bookkeeping/balance.ts';
import type { Book, BookFact, BookItem } from '../bookkeeping/book.ts';
import type { ComparedAmount, ComparedQuery, ListedPlace, Moved, MovedQuery } from '../bookkeeping/moved.ts';
import type { RulingPage, RulingQuery } from '../bookkeeping/ruling-query.ts';
import type { KnownFact, Subject } from '../bookkeeping/subject.ts';
import type { LocalDay } from '../calendar/zone.ts';
import type { EventId, StreamName, UnitId } from '../contracts/ids.ts';
import type { LostEvents } from '../contracts/lost-events.ts';
import type { Position } from '../contracts/stored-event.ts';
import type { ChainHead } from '../event-store/chain.ts';
import type { Page } from '../event-store/port.ts';
import type { Moment } from '../kernel/clock.ts';
import type { Agencies } from '../office/agencies.ts';
import type { DeclaredRow } from '../office/declared.ts';
import type { SourceRecord } from './source-counts.ts';

/** The progress of the ledger. Every answer of a snapshot reflects exactly this state. */
export interface Checkpoint {
  readonly position: Position;
  /** The greatest recordedAt up to the position. */
  readonly knownAt: Moment;
  /** Number of the last journal entry; each entry adds one. */
  readonly entry: number;
  /** Version of the reference data: each statement that changes it adds one. */
  readonly office: number;
  /** Changes when a rebuilt ledger is switched in: all values derived before are void. */
  readonly generation: string;
  /** What the event store came to at the position; absent where the store keeps no chain itself. */
  readonly chain?: Pick<ChainHead, 'store' | 'link'>;
}

/** What the events come to that a ledger reflects. */
export const chainHeadOf = ({
  position,
  chain,
}: Pick<Checkpoint, 'position' | 'chain'>): ChainHead | undefined => chain && { ...chain, position };

/** An identifier in three groups that no rule assigns to a unit, and the moment at which an event that names it became known. */
export interface SeenAgency {
  readonly id: UnitId;
  readonly knownSince: Moment;
}

/** A difference between the journal and a stored standing: one of the two has the subject in this account, the other has not. */
export interface Misplaced {
  /** One of its names. */
  readonly subject: string;
  readonly account: string;
  readonly isByJournal: boolean;
}

/** A stored sum that is not that of the journal. */
export interface WrongSum {
  readonly account: string;
  /** The days that it sums, both ends inclusive; null for all. */
  readonly days: { readonly from: LocalDay; readonly to: LocalDay } | null;
  /** Number of its dimensions in the ledger. */
  readonly dimensions: number;
  /** The journal's minus the stored. */
  readonly lacks: number;
}

/** A page of subjects that were compared with their facts. */
export interface WrongSubjects {
  readonly faults: readonly string[];
  /** The number of the last subject of the page; undefined behind the last of all. */
  readonly last: number | undefined;
}

/** The facts of a page of subjects. */
export interface StoredFacts {
  readonly facts: readonly KnownFact<BookFact>[];
  /** The number of the last subject of the page; undefined behind the last of all. */
  readonly last: number | undefined;
}

/**
 * The state of the ledger at one checkpoint. Asynchronous because PostgreSQL is; the SQLite adapter resolves at once.
 * A snapshot is valid only inside the function that receives it.
 */
export interface LedgerSnapshot {
  readonly checkpoint: Checkpoint;
  balances(query: BalanceQuery): Promise<readonly Balance[]>;
  /** The changes of journal entries after `entry` to the answer of `balances(query)`; counts may be negative. */
  changes(query: BalanceQuery, afterEntry: number): Promise<readonly Balance[]>;
  /**
   * From which place to which the amounts have moved that the journal moved between two views; all others stand where they stood.
   * @throws LedgerBusy where they are too many
   */
  moved(query: MovedQuery): Promise<readonly Moved[]>;
  /**
   * Amounts in two views, one by one: first those of subjects that moved between them, then those of other subjects that are selected. A page may be
   * empty and have a next one.
   */
  compared(query: ComparedQuery): Promise<Paged<ComparedAmount>>;
  /** The list items of amounts, each in the place that is given. */
  items<Fact extends BookFact, Item extends BookItem>(
    book: Book<Fact, Item>,
    places: readonly ListedPlace[],
    known: Knowledge,
  ): Promise<readonly Item[]>;
  /** How definitions rule on the next subjects of a book. */
  rulings(query: RulingQuery): Promise<RulingPage>;
  /** All movements of the journal, so that `verify` can sum them independently. */
  movements(book: Book): Promise<readonly Movement[]>;
  /** Up to `limit` differences between the journal and the stored standings, for `verify`. */
  misplaced(book: Book, limit: number): Promise<readonly Misplaced[]>;
  /** Up to `limit` rows of the stored sums that the journal does not give, each with all that it is counted by, for `verify`. */
  wrongSums(book: Book, limit: number): Promise<readonly WrongSum[]>;
  /** Compares the next `limit` subjects of a book, after a number, with what follows from their facts, for `verify`. */
  wrongSubjects(book: Book, after: number, limit: number): Promise<WrongSubjects>;
  /** The facts of the next `limit` subjects of a book, after a number, as they are stored, for `verify`. */
  storedFacts(book: Book, after: number, limit: number): Promise<StoredFacts>;
  /** Combinations of dimensions whose columns are not those of their key: up to `limit` numbers. */
  wrongDimensions(limit: number): Promise<readonly number[]>;
  /** The moment of the earliest event of a book; null while the book is empty. */
  knownSince(book: Book): Promise<Moment | null>;
  list<Fact extends BookFact, Item extends BookItem>(
    book: Book<Fact, Item>,
    query: ListQuery,
  ): Promise<Paged<Item>>;
  /** Finds a subject by its id or any alias, with the units that its identifiers stand for. */
  subject<Fact extends BookFact>(
    book: Book<Fact>,
    id: string,
    known?: Knowledge,
  ): Promise<Subject<Fact> | undefined>;
  /**
   * The statements that changed the reference data, in their order: the last one about a thing is in force. @param since only
   * statements after this version, `checkpoint.office` of another snapshot of this generation @param knownAt only statements
   * known by then
   */
  declared(cut?: { readonly since?: number; readonly knownAt?: Moment }): Promise<readonly DeclaredRow[]>;
  /** The table of agency identifiers. */
  agencies(known?: Knowledge): Promise<Agencies>;
  /** Every identifier in three groups that an event named. */
  seenAgencies(): Promise<readonly SeenAgency[]>;
  /** The record of each source and type. @param since returns only those with an event after that position */
  sources(since?: Position): Promise<readonly SourceRecord[]>;
  /** How many events are set aside, by type. */
  setAside(): Promise<readonly TypeCount[]>;
  /** The streams that begin late: the store has lost the events before. */
  lost(): Promise<readonly LostEvents[]>;
  /** Up to `limit` events that are set aside, in order, after a position. */
  setAsideEvents(after: Position, limit: number): Promise<readonly Poison[]>;
}

/** A stream whose first events the store no longer has, by retention or by hand. */
export interface CutStream {
  readonly stream: StreamName;
  /** Of the first event that is left, which stands at the position. */
  readonly type: string;
  readonly position: Position;
  /** How many events are missing before it. */
  readonly lost: number;
}

/** Events of one type that are in no figure. */
export interface TypeCount {
  readonly type: string;
  readonly events: number;
}

export interface ReadOptions {
  /** Aborted when no client waits for the answer any more: the reading then ends before its next query. */
  readonly signal?: AbortSignal;
}

/** Reads the ledger; never waits for the projector. */
export interface LedgerReader {
  /**
   * Runs `read` on one consistent state (one read transaction): all its answers belong to one checkpoint. On SQLite
   * snapshots of one reader run one after another; `read` must await nothing but the snapshot.
   * @throws LedgerBusy of a reader that lets a bounded number wait
   */
  snapshot<Value>(read: (ledger: LedgerSnapshot) => Promise<Value>, options?: ReadOptions): Promise<Value>;
  /** The newest checkpoint, without a full snapshot. */
  checkpoint(): Promise<Checkpoint>;
  close(): Promise<void>;
}

/** An event that could not be folded; the projector sets it aside, reports it and continues. It is in no figure. */
export interface Poison {
  readonly position: Position;
  readonly event: EventId;
  readonly stream: StreamName;
  readonly type: string;
  readonly error: string;
}

export interface Posted {
  readonly checkpoint: Checkpoint;
  readonly poison: readonly Poison[];
}

/** A page of the store. `setAside`: why its events are set aside and not folded. */
export type PageToPost = Pick<Page, 'events' | 'position' | 'chain' | 'newLinks'> & {
  readonly setAside?: string;
};

/** The one writer of a ledger. */
export interface LedgerWriter {
  /** The progress of this writer. */
  readonly checkpoint: Checkpoint;
  /**
   * Folds the next page of the store and moves the checkpoint, in one transaction. Readers never see part of it; after an error
   * nothing of it is kept.
   * @throws LedgerConflict when another writer has moved the checkpoint: this writer must step back.
   */
  post(page: PageToPost): Promise<Posted>;
  /** Up to `limit` events that are set aside, in order, after a position. */
  setAside(after: Position, limit: number): Promise<readonly Poison[]>;
  /**
   * Folds events again that are set aside, on top of all others: they become known now. What fails again stays set aside.
   * @throws LedgerConflict as `post`
   */
  retry(events: Page['events']): Promise<Posted>;
  close(): Promise<void>;
}

/** This program finds no ledger that it can read. A projector of its version creates or rebuilds it. */
export class LedgerNotReady extends Error {
  readonly code: 'ledger-missing' | 'ledger-version';
  constructor(code: LedgerNotReady['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** More is asked of the ledger than it can answer in time. The same question may succeed later. */
export class LedgerBusy extends Error {
  readonly code = 'ledger-busy';
}

/** Another writer has moved the checkpoint of this ledger. */
export class LedgerConflict extends Error {
  readonly code = 'ledger-conflict';
}
