import type { When } from '../calendar/when.ts';
import type { WorkingCalendar } from '../calendar/working-calendar.ts';
import type { Zone } from '../calendar/zone.ts';
import type { EventKind } from '../contracts/event-kind.ts';
import type { EventId, UnitId } from '../contracts/ids.ts';
import type { RecordedEvent } from '../contracts/stored-event.ts';
import type { Moment } from '../kernel/clock.ts';
import type { Finding } from './leg.ts';
import type { Evaluation, KnownFact, Subject } from './subject.ts';

/**
 * One thing that is counted (a dossier, a document), and all that the engine must know of it. The engine loops over books and
 * names none. A book's functions are methods, so that books of different facts stand in one list; each is only ever given
 * facts of its own.
 */
export interface Book<Fact extends BookFact = BookFact, Item extends BookItem = BookItem> {
  /** In messages and questions: `dossier`. */
  readonly name: string;
  /** In storage, from 1 to 500; never changed, never given to another book. */
  readonly number: number;
  /** What a list of its items is called in an answer: `dossiers`. */
  readonly collection: string;
  readonly events: readonly BookEvent<Fact>[];
  readonly accounts: ChartOfAccounts;
  readonly dimensions: DimensionPlan;
  readonly codec: FactCodec<Fact>;
  /** What the facts of one subject come to: a pure function of their set. */
  evaluate(known: readonly KnownFact<Fact>[], zone: Zone): Evaluation;
  /** What a list shows of one standing of a subject. @param place where the subject stands in the list */
  itemOf(subject: Subject<Fact>, place: Place, zone: Zone): Item;
  /** Identifiers of units that a fact names. */
  unitsIn(fact: Fact): readonly UnitId[];
  /** The fact with each unit replaced by the one that its identifier stands for. */
  withUnits(fact: Fact, unitOf: (id: UnitId) => UnitId): Fact;
  /** The character behind the agency where an id of a subject begins with one. */
  readonly behindAgency: string;
}

/** What every fact of a book has. */
export interface BookFact {
  readonly id: EventId;
}

/** What every item of a book has. */
export interface BookItem {
  readonly findings: readonly Finding[];
}

/** One type of event that a book is kept by. */
export interface BookEvent<Fact extends BookFact = BookFact, Data extends object = object> {
  readonly kind: EventKind<Data>;
  /** The id of the subject, and others that the event says are the same subject's. */
  subjectOf(data: Data): SubjectIds;
  /** What the ledger keeps of the event. */
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

/** The office as it was known with an event. */
export interface OfficeThen {
  readonly zone: Zone;
  readonly calendar: WorkingCalendar;
}

/** Chart of accounts (hệ thống tài khoản): a closed list; a subject stands in exactly one at a time. */
export interface ChartOfAccounts {
  /** Their order is their number in storage: append only, up to 64. */
  readonly names: readonly string[];
  /** Where subjects come from: its count is as much below zero as there are subjects. */
  readonly source: string;
  /** Accounts of what never was received, on neither side of the laws. */
  readonly neverReceived: readonly string[];
  /** Accounts of work not yet ended: stocks, which stand from one day to the next. All others are flows of the day of entry. */
  readonly open: readonly string[];
}

/** What the amounts of a book are told apart by. */
export interface DimensionPlan {
  /** By these figures are filtered and broken down; up to 4, the unit first. */
  readonly by: readonly string[];
  /** Told apart in every sum that is kept; filtered by, never broken down by. */
  readonly always?: string;
  /** Tells the standings of one subject apart; no figure asks for it. */
  readonly apart?: string;
  /**
   * The sums that are kept, the coarsest first, the last by everything: a figure is read from the first that tells apart all it
   * asks for, so that the common ones touch few rows however many subjects there are. Each costs one more upsert a movement. Up
   * to 15.
   */
  readonly sums: readonly (readonly string[])[];
}

/** Every dimension of a plan, in the order in which they are stored. */
export const allDimensions = ({ by, always, apart }: DimensionPlan): readonly string[] => [
  ...by,
  ...(always === undefined ? [] : [always]),
  ...(apart === undefined ? [] : [apart]),
];

/** Where an item stands in a list, which may be of the past. */
export interface Place {
  readonly account: string;
  /** When an amount in that account counts as overdue. */
  readonly due: Moment | null;
  /** Value of the dimension that tells the standings of one subject apart. */
  readonly apart: string | null;
}

/** A fact as JSON can hold it; what it is, its codec knows. */
export type StoredFact = object;

/** How a book's facts are stored. */
export interface FactCodec<Fact> {
  encode(fact: Fact): StoredFact;
  decode(stored: StoredFact): Fact;
}
