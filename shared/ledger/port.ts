import type { Balance, BalanceQuery, Knowledge, ListQuery, Movement, Paged } from '../bookkeeping/balance.ts';
import type { Book, BookFact, BookItem } from '../bookkeeping/book.ts';
import type { Subject } from '../bookkeeping/subject.ts';
import type { EventId, FeedName, StreamName, UnitId } from '../contracts/ids.ts';
import type { Position } from '../contracts/stored-event.ts';
import type { Page } from '../event-store/port.ts';
import type { Moment } from '../kernel/clock.ts';
import type { Agencies } from '../office/agencies.ts';
import type { DeclaredRow } from '../office/declared.ts';

/** How far the ledger has come. Everything a reader gives reflects exactly this. */
export interface Checkpoint {
  readonly position: Position;
  /** The greatest recordedAt up to the position. */
  readonly knownAt: Moment;
  /** Number of the last journal entry; grows by one an entry. */
  readonly entry: number;
  /** Of the reference data: grows by one with each statement that changes what stands. */
  readonly office: number;
  /** Changes when a rebuild was switched in: everything derived earlier is void. */
  readonly generation: string;
}

/** An identifier in three groups, of which no rule says which unit it is, and since when an event that names it is known. */
export interface SeenAgency {
  readonly id: UnitId;
  readonly knownSince: Moment;
}

/** A subject that the journal puts where it does not stand, or that stands where the journal does not put it. */
export interface Misplaced {
  /** One of its names. */
  readonly subject: string;
  readonly account: string;
  readonly isByJournal: boolean;
}

export interface FeedRecord {
  readonly feed: FeedName;
  readonly rank: number;
  readonly types: readonly string[];
  readonly events: number;
  /** When its last new event was recorded. */
  readonly lastRecordedAt: Moment;
  readonly firstRecordedAt: Moment;
}

/**
 * The ledger as it stands at one checkpoint. Asynchronous because PostgreSQL is; the SQLite adapter resolves at once.
 * A snapshot is valid only inside the function it was given to.
 */
export interface LedgerSnapshot {
  readonly checkpoint: Checkpoint;
  balances(query: BalanceQuery): Promise<readonly Balance[]>;
  /** The changes that journal entries after `entry` make to the answer of `balances(query)`; counts may be negative. */
  changes(query: BalanceQuery, afterEntry: number): Promise<readonly Balance[]>;
  /** What the journal as a whole moved, for `verify` to sum by itself. */
  movements(book: Book): Promise<readonly Movement[]>;
  /** Where journal and places of subjects differ, for `verify`; the first of them. */
  misplaced(book: Book, limit: number): Promise<readonly Misplaced[]>;
  /** The earliest moment from which a book has anything known; null while it is empty. */
  knownSince(book: Book): Promise<Moment | null>;
  list<Fact extends BookFact, Item extends BookItem>(
    book: Book<Fact, Item>,
    query: ListQuery,
  ): Promise<Paged<Item>>;
  /** By its id or any alias, with the units that its identifiers stand for. */
  subject<Fact extends BookFact>(
    book: Book<Fact>,
    id: string,
    known?: Knowledge,
  ): Promise<Subject<Fact> | undefined>;
  /**
   * The statements that changed the reference data, in their order: of one thing the last holds. @param since version of the
   * office after which they begin, `checkpoint.office` of another snapshot of this generation @param knownAt cuts them
   */
  declared(cut?: { readonly since?: number; readonly knownAt?: Moment }): Promise<readonly DeclaredRow[]>;
  /** The table of agency identifiers. */
  agencies(known?: Knowledge): Promise<Agencies>;
  /** Every identifier in three groups that an event has named. */
  seenAgencies(): Promise<readonly SeenAgency[]>;
  /** What is known of each feed. @param since only of those that spoke after that position */
  feeds(since?: Position): Promise<readonly FeedRecord[]>;
}

/** Reading the ledger; never waits for the projector. */
export interface LedgerReader {
  /**
   * Runs `read` on one consistent state (one read transaction), so that all it sees belongs to one checkpoint. On SQLite
   * snapshots of one reader follow one another; `read` must await nothing but the snapshot.
   */
  snapshot<Value>(read: (ledger: LedgerSnapshot) => Promise<Value>): Promise<Value>;
  /** The newest checkpoint, cheaply. */
  checkpoint(): Promise<Checkpoint>;
  close(): Promise<void>;
}

/** An event that could not be folded; it is set aside and reported, the projection goes on. */
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

/** The one writer of a ledger. */
export interface LedgerWriter {
  /** How far this writer has come. */
  readonly checkpoint: Checkpoint;
  /**
   * Folds what comes next in the store and moves the checkpoint, in one transaction. Nothing of it is visible or kept when
   * it throws.
   * @throws LedgerConflict when another writer has moved the checkpoint: this one must step back.
   */
  post(page: Pick<Page, 'events' | 'position'>): Promise<Posted>;
  close(): Promise<void>;
}

/** There is no ledger that this program can read, for now: a projector of its version makes it, or builds it anew. */
export class LedgerNotReady extends Error {
  readonly code: 'ledger-missing' | 'ledger-version';
  constructor(code: LedgerNotReady['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** Another writer is at work on this ledger. */
export class LedgerConflict extends Error {
  readonly code = 'ledger-conflict';
}
