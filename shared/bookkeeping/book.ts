import type { When } from '../calendar/when.ts';
import type { WorkingCalendar } from '../calendar/working-calendar.ts';
import type { Zone } from '../calendar/zone.ts';
import type { EventKind } from '../contracts/event-kind.ts';
import type { EventId, UnitId } from '../contracts/ids.ts';
import type { RecordedEvent } from '../contracts/stored-event.ts';
import type { Moment } from '../kernel/clock.ts';
import type { ExtensionRule } from './extension-rule.ts';
import type { Finding } from './leg.ts';
import type { Definitions } from './ruling.ts';
import type { Evaluation, KnownFact, OpenTimeline, Subject } from './subject.ts';

/**
 * One counted thing (a dossier, a document), and all that the engine needs to count it. The engine loops over books and
 * names none. A book's functions are methods, so that books of different facts fit in one list; each receives only facts of
 * its own.
 */
export interface Book<Fact extends BookFact = BookFact, Item extends BookItem = BookItem> {
  /** The name in messages and queries: `dossier`. */
  readonly name: string;
  /** The number in storage, from 1 to 500; never changed, never reused for another book. */
  readonly number: number;
  /** The name of a list of its items in an answer: `dossiers`. */
  readonly collection: string;
  readonly events: readonly BookEvent<Fact>[];
  readonly accounts: ChartOfAccounts;
  readonly dimensions: DimensionPlan;
  readonly codec: FactCodec<Fact>;
  /** Evaluates the facts of one subject: a pure function of their set. */
  evaluate(known: readonly KnownFact<Fact>[], zone: Zone): Evaluation;
  /** For books whose subjects may have many facts: those are not evaluated anew where a fact comes last. */
  readonly extending?: {
    /** How much a fact weighs in memory and in an evaluation; 1 for a usual one. */
    weightOf(fact: Fact): number;
    /** Equal to {@link evaluate}, and open to further facts. */
    open(known: readonly KnownFact<Fact>[], zone: Zone): OpenTimeline<Fact>;
  };
  /** The list item of one standing of a subject. @param place the place of the standing in the list */
  itemOf(subject: Subject<Fact>, place: Place, zone: Zone): Item;
  /** Identifiers of the units in a fact. */
  unitsIn(fact: Fact): readonly UnitId[];
  /** The fact with each unit replaced by the unit that its identifier stands for. */
  withUnits(fact: Fact, unitOf: (id: UnitId) => UnitId): Fact;
  /** The fact with the rank of its feed, in books whose facts have one. */
  withRank?(fact: Fact, rank: number): Fact;
  /** The character after the agency, in books whose subject ids begin with an agency. */
  readonly agencySeparator: string;
  /** Other ways to count its subjects than by accounts: each has one standing, with its milestones. */
  readonly definitions?: Definitions;
}

/** How many books there may be, and parts of one: numbers in storage are made of them. A registry refuses a book beyond them. */
export const BOOK_LIMITS = { books: 500, accounts: 64, dimensions: 4, sums: 15 } as const;

/** The properties of every fact of a book. */
export interface BookFact {
  readonly id: EventId;
}

/** The properties of every item of a book. */
export interface BookItem {
  readonly findings: readonly Finding[];
}

/** One type of event of a book. Feeds send it, unless it is one that this system itself states (`own-types.ts`). */
export interface BookEvent<Fact extends BookFact = BookFact, Data extends object = object> {
  readonly kind: EventKind<Data>;
  /** The id of the subject, and other ids that the event links to it. */
  subjectOf(data: Data): SubjectIds;
  /** The fact that the ledger keeps of the event. */
  factOf(
    recorded: RecordedEvent,
    event: { readonly time: When; readonly data: Data },
    office: OfficeThen,
  ): Fact;
}

export interface SubjectIds {
  readonly name: string;
  readonly aliases: readonly string[];
}

/** One list for all subjects without other ids, so that many of them take no more memory. */
export const NO_ALIASES: readonly never[] = [];

/** The office as known with an event, and its settings. */
export interface OfficeThen {
  readonly zone: Zone;
  readonly calendar: WorkingCalendar;
  readonly extensionRule: ExtensionRule;
}

/** Chart of accounts (hệ thống tài khoản): a closed list; a subject is in exactly one account at a time. */
export interface ChartOfAccounts {
  /** The index of an account is its number in storage: append only, up to 64. */
  readonly names: readonly string[];
  /** The account from which all subjects come: its count is the negative number of subjects. */
  readonly source: string;
  /** Accounts of subjects that were never received, on neither side of the laws. */
  readonly neverReceived: readonly string[];
  /** Accounts of unfinished work: stocks, which carry over from day to day. All others are flows of the day of entry. */
  readonly open: readonly string[];
}

/** The dimensions of the amounts of a book. */
export interface DimensionPlan {
  /** Figures are filtered and broken down by these; up to 4, the unit first. */
  readonly by: readonly string[];
  /** Part of every stored sum; filtered by, never broken down by. */
  readonly always?: string;
  /** Separates the standings of one subject; no figure uses it. */
  readonly apart?: string;
  /**
   * The stored sums, the coarsest first, the last by all dimensions: a figure is read from the first with all its dimensions,
   * so that common figures read few rows for any number of subjects. Each costs one more upsert a movement. Up
   * to 15.
   */
  readonly sums: readonly (readonly string[])[];
}

/** Every dimension of a plan, in the order of storage. */
export const allDimensions = ({ by, always, apart }: DimensionPlan): readonly string[] => [
  ...by,
  ...(always === undefined ? [] : [always]),
  ...(apart === undefined ? [] : [apart]),
];

/** The place of an item in a list, which may be a list of the past. */
export interface Place {
  readonly account: string;
  /** The moment at which an amount in that account counts as overdue. */
  readonly due: Moment | null;
  /** Value of the dimension that separates the standings of one subject. */
  readonly apart: string | null;
}

/** A fact as JSON; only its codec knows the structure. */
export type StoredFact = object;

/** The storage format of a book's facts. */
export interface FactCodec<Fact> {
  encode(fact: Fact): StoredFact;
  decode(stored: StoredFact): Fact;
}
