import type { Account } from '../bookkeeping/accounts.ts';
import type { Finding, Timing } from '../bookkeeping/leg.ts';
import type { Selection } from '../bookkeeping/selection.ts';
import type { ExchangeChannel, Scope } from '../books/document/registered.v1.ts';
import type { Channel } from '../books/dossier/status.v1.ts';
import type { When } from '../calendar/when.ts';
import type { LocalDay } from '../calendar/zone.ts';
import type {
  DocumentId,
  DossierId,
  EventId,
  FeedName,
  FieldId,
  ProcedureId,
  StreamName,
  UnitId,
} from '../contracts/ids.ts';
import type { Page, Position } from '../event-store/port.ts';
import type { Moment } from '../kernel/clock.ts';
import type { Agencies } from '../office/agencies.ts';
import type { DeclaredRow } from '../office/declared.ts';

export type Book = 'dossier' | 'document';
export type Dimension = 'unit' | 'field' | 'procedure' | 'channel';

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

export interface Filter {
  /** Any of these; already widened to descendants. */
  readonly units?: readonly UnitId[];
  readonly field?: FieldId;
  readonly procedure?: ProcedureId;
  readonly channel?: Channel | ExchangeChannel;
  readonly scope?: Scope;
}

/** What was known; everything when omitted. */
export interface Knowledge {
  /** All that was recorded by then, also when it happened before. */
  readonly knownAt?: Moment;
  /** Of that only what stands in the store up to this position: a moment may not be over when it is asked about. */
  readonly upTo?: Position;
}

export interface BalanceQuery extends Knowledge {
  readonly book: Book;
  /** Flows of these local days, both inclusive, and open stocks as they stand at the end of `to`. */
  readonly from: LocalDay;
  readonly to: LocalDay;
  readonly filter: Filter;
  readonly by: readonly (Dimension | 'day')[];
}

/**
 * So many subjects stand alike. Flows carry the day only when asked for by `day`; stocks never do. `outside` and `unregistered`
 * are where subjects come from: their counts are negative, so that received = −(`outside` + `refused-at-intake`).
 */
export interface Balance {
  readonly account: Account;
  readonly original: Timing | null;
  readonly due: Moment | null;
  readonly dueOriginal: Moment | null;
  /** One value for each entry of `by`, in its order; `day` as a number, null is "not stated". */
  readonly key: readonly (string | number | null)[];
  readonly count: number;
}

/** Net movement into an account on a day; negative where more left than came. */
export interface Movement {
  readonly account: Account;
  readonly day: LocalDay;
  readonly count: number;
}

/** A dossier as it stands. */
export interface DossierSummary {
  readonly id: DossierId;
  readonly aliases: readonly DossierId[];
  readonly account: Account;
  readonly unit: UnitId | null;
  readonly field: FieldId | null;
  readonly procedure: ProcedureId | null;
  readonly channel: string | null;
  readonly receivedAt: When | null;
  readonly dueAt: When | null;
  readonly originalDueAt: When | null;
  /** First moment at which it counts, or would count, as overdue; null without a due date. */
  readonly overdueFrom: Moment | null;
  readonly endedAt: When | null;
  readonly original: Timing | null;
  readonly reversions: number;
  readonly findings: readonly Finding[];
}

/** A (document × recipient) pair as it stands. */
export interface ExchangeSummary {
  readonly documentId: DocumentId;
  readonly recipient: UnitId;
  readonly account: Account;
  readonly scope: Scope | null;
  readonly fromUnit: UnitId | null;
  readonly channel: ExchangeChannel | null;
  readonly issuedAt: When | null;
  readonly graceUntil: Moment | null;
  readonly findings: readonly Finding[];
}

/** A document as it stands, towards each of its recipients. */
export interface DocumentSummary {
  readonly id: DocumentId;
  readonly aliases: readonly DocumentId[];
  readonly pairs: readonly ExchangeSummary[];
}

export interface Paged<Item> {
  readonly items: readonly Item[];
  /** Where the next page begins; absent on the last. */
  readonly next?: ListPlace;
}

/** Place of an item in its list: what it is sorted by, the subject's number, the number of its dimensions. */
export type ListPlace = readonly [sort: number, subject: number, dimensions: number];

/**
 * Which subjects to list, in an order that is the same for the present and the past: open ones by due date, the others by
 * day of entry, then as the ledger first met them; all of it the other way round when `descending`.
 */
export interface ListQuery extends Knowledge {
  /** Whatever stands in any of these; no amount may be in two of them. */
  readonly anyOf: readonly Selection[];
  readonly filter: Filter;
  /** Days of entry into a closed account, or of `issuedAt`, both inclusive; what is open is listed as it stood at the end of `to`. */
  readonly from?: LocalDay;
  readonly to?: LocalDay;
  /** Only subjects with a finding of this code; as they stand, whatever `to` is. */
  readonly finding?: string;
  readonly descending?: boolean;
  readonly limit: number;
  readonly after?: ListPlace;
}

/** An identifier in three groups, of which no rule says which unit it is, and since when an event that names it is known. */
export interface SeenAgency {
  readonly id: UnitId;
  readonly knownSince: Moment;
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
  /** The earliest moment from which a book has anything known; null while it is empty. */
  knownSince(book: Book): Promise<Moment | null>;
  dossiers(query: ListQuery): Promise<Paged<DossierSummary>>;
  /** By its id or any alias. */
  dossier(id: DossierId, known?: Knowledge): Promise<DossierSummary | undefined>;
  exchanges(query: ListQuery): Promise<Paged<ExchangeSummary>>;
  /** By its id or any alias. */
  document(id: DocumentId, known?: Knowledge): Promise<DocumentSummary | undefined>;
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
