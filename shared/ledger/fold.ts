import type { Book, BookFact, OfficeThen } from '../bookkeeping/book.ts';
import type { ExtensionRule } from '../bookkeeping/extension-rule.ts';
import {
  type BookEffects,
  type BookRules,
  foldStep,
  type JournalEntry,
  type Statement,
} from '../bookkeeping/fold-step.ts';
import type { Subject } from '../bookkeeping/subject.ts';
import type { When } from '../calendar/when.ts';
import type { Zone } from '../calendar/zone.ts';
import { agencyIn, isThreeGroups } from '../contracts/agency-in-id.ts';
import type { StreamName, UnitId } from '../contracts/ids.ts';
import { isOwnType } from '../contracts/own-types.ts';
import type { Position, RecordedEvent } from '../contracts/stored-event.ts';
import type { Moment } from '../kernel/clock.ts';
import { withoutSuffix } from '../office/agencies.ts';
import type { CalendarRecord, DeclaredRow } from '../office/declared.ts';
import type { DeclaredMemory } from '../office/declared-memory.ts';
import { orderOf } from '../office/records.ts';
import type { Resolution } from '../office/resolution.ts';
import {
  type BookEvent,
  isOfBook,
  type OfficeEvent,
  type ParsedEvent,
  type PoisonEvent,
} from './fold-events.ts';
import type { CutStream } from './port.ts';
import type { BookRegistry } from './registry.ts';
import { SourceCounts } from './source-counts.ts';

/** The rules of a ledger. */
export interface FoldRules {
  readonly books: BookRegistry;
  readonly zone: Zone;
  /** It stands in the facts, so a ledger has one: `sql/version.ts`. */
  readonly extensionRule: ExtensionRule;
  /** The office, by the calendar days in force. The list is never modified, so it can serve as a key. */
  readonly officeBy: (declared: readonly CalendarRecord[]) => OfficeThen;
  /** Subjects of this weight are kept open to further facts; {@link LONG} unless stated. */
  readonly long?: number;
  /** Facts or legs on a page of a stored subject, as `state-codec.ts` has it unless stated. */
  readonly page?: number | undefined;
}

/** The subjects of each book, by every id that a batch names. */
export type SubjectsByBook = ReadonlyMap<Book, Map<string, Subject<BookFact>>>;

/** The part of the ledger that a batch builds on; the fold updates it. */
export interface FoldMemory {
  readonly subjects: SubjectsByBook;
  readonly declared: DeclaredMemory;
  readonly allocateSubject: () => number;
}

/** All changes of one batch to the ledger; an adapter stores them in one transaction. */
export interface FoldEffects {
  /** Entries of all books, in the order in which they became known. */
  readonly entries: JournalEntry[];
  readonly books: ReadonlyMap<Book, BookEffects<BookFact>>;
  /** Rows that are new or have a later order, by version. */
  readonly declared: Map<number, DeclaredRow>;
  /** The new events, by source. */
  readonly sources: SourceCounts;
  readonly poison: PoisonEvent[];
  /** Streams whose first events are missing in the store. */
  readonly cut: CutStream[];
  /** Identifiers in three groups that the batch names, with the moment at which each became known. */
  readonly seenAgencies: Map<UnitId, Moment>;
  /** The earliest moment from which the batch knows anything of a book. */
  readonly knownSince: Map<Book, Moment>;
}

/** The state of one fold: effects so far, rules of each book, memory. */
interface Folding {
  readonly effects: FoldEffects;
  readonly rules: ReadonlyMap<Book, BookRules<BookFact>>;
  readonly memory: FoldMemory;
}

/**
 * Folds a batch of events, given in order of position. Pure except for `memory`. After events that change what facts are read by,
 * {@link revise} must run before any other event is folded.
 */
export function foldBatch(events: readonly ParsedEvent[], memory: FoldMemory, rules: FoldRules): FoldEffects {
  const folding = begin(memory, rules);
  for (const step of stepsOf(events)) {
    const statements = new Map<Book, Statement<BookFact>[]>();
    for (const parsed of step) {
      if (!isOfBook(parsed)) {
        declare(parsed, folding, rules.zone);
        continue;
      }
      const { book } = parsed.entry;
      const statement = statementOf(parsed, folding, rules);
      const ofBook = statements.get(book);
      if (ofBook && statement) ofBook.push(statement);
      else if (statement) statements.set(book, [statement]);
    }
    for (const [book, ofBook] of statements) fold(book, ofBook, folding);
  }
  return folding.effects;
}

/** Undefined when the book can make no fact of the event, which is set aside. */
function statementOf(
  { recorded, entry: { book, event: ofBook }, subject: { name, aliases }, event, knownAt }: BookEvent,
  { effects, memory }: Folding,
  { officeBy }: FoldRules,
): Statement<BookFact> | undefined {
  try {
    const fact = ofBook.factOf(recorded, event, officeBy(memory.declared.calendarDays));
    const { source, rank } = recorded.metadata;
    const statement = { fact, name, aliases, source, rank, knownAt, event: recorded };
    recordAgencies(book, statement, effects.seenAgencies);
    return statement;
  } catch (error) {
    effects.poison.push({ recorded, error });
    return undefined;
  }
}

function declare({ recorded, declared, event }: OfficeEvent, { effects, memory }: Folding, zone: Zone) {
  const data: { readonly assertedAt?: When | undefined } = event.data;
  const order = orderOf(recorded, event.time, data, zone);
  const outcome = memory.declared.declare(declared, order);
  if (outcome.kind === 'repeated') return;
  if (outcome.kind !== 'outdone') effects.declared.set(outcome.row.version, outcome.row);
  countSource(effects, recorded);
}

/** What this system itself states comes from no feed. */
function countSource({ sources }: FoldEffects, event: RecordedEvent): void {
  if (!isOwnType(event.type)) sources.count(event);
}

function fold(
  book: Book,
  statements: readonly Statement<BookFact>[],
  { effects, rules, memory }: Folding,
): void {
  const [first] = statements;
  effects.cut.push(...cutStreams(statements, ofBook(book, memory.subjects)));
  if (first && !effects.knownSince.has(book)) effects.knownSince.set(book, first.knownAt);
  foldStep(statements, ofBook(book, memory.subjects), ofBook(book, rules), ofBook(book, effects.books));
}

/** The subjects of a book to evaluate anew after a change of what facts are read by. */
export interface Concerned {
  readonly book: Book;
  readonly subjects: readonly Subject<BookFact>[];
  /** Position of the row. */
  readonly position: Position;
  readonly knownAt: Moment;
}

/** Evaluates subjects by the reference data in force, and joins those that have become one. */
export function revise(
  { book, ...revision }: Concerned,
  memory: FoldMemory,
  foldRules: FoldRules,
): FoldEffects {
  const { effects, rules } = begin(memory, foldRules);
  const subjects = ofBook(book, memory.subjects);
  foldStep([], subjects, ofBook(book, rules), ofBook(book, effects.books), revision);
  return effects;
}

/** The adapter loads the subjects of every book that the batch names. @throws Error when a book is missing */
function ofBook<Value>(book: Book, values: ReadonlyMap<Book, Value>): Value {
  const value = values.get(book);
  if (value === undefined) throw new Error(`The ${book.name} book was not loaded for the fold`);
  return value;
}

function begin(memory: FoldMemory, { books, zone, long = LONG }: FoldRules): Folding {
  const entries: JournalEntry[] = [];
  const effects: FoldEffects = {
    entries,
    books: new Map(books.all.map((book) => [book, { entries, changed: new Map(), absorbed: new Map() }])),
    declared: new Map(),
    sources: new SourceCounts(),
    poison: [],
    cut: [],
    seenAgencies: new Map(),
    knownSince: new Map(),
  };
  const { resolution } = memory.declared;
  const { agencies } = resolution;
  const rulesOf = (book: Book): BookRules<BookFact> => ({
    book,
    evaluate: (known) => book.evaluate(resolution.applied(book, known), zone),
    extending: extendingOf(book, resolution, zone, long),
    namesOf: agencies.isEmpty ? undefined : (ids) => agencies.namesOf(ids),
    allocate: memory.allocateSubject,
    onAdded: ({ event }) => countSource(effects, event),
    onPoison: ({ event }, error) => effects.poison.push({ recorded: event, error }),
  });
  return { effects, memory, rules: new Map(books.all.map((book) => [book, rulesOf(book)])) };
}

/** Below this weight, evaluating anew costs less than the memory that extending takes. */
const LONG = 64;

function extendingOf(
  book: Book,
  resolution: Resolution,
  zone: Zone,
  long: number,
): BookRules<BookFact>['extending'] {
  const { extending } = book;
  if (!extending) return undefined;
  return {
    table: resolution,
    isLong(known) {
      let weight = 0;
      for (const { fact } of known) weight += extending.weightOf(fact);
      return weight >= long;
    },
    idOf: ({ id }) => id,
    open: (known) => extending.open(resolution.applied(book, known), zone),
    applied: (known) => resolution.appliedTo(book, known),
  };
}

/** Streams that begin with a later event than their first, though nothing of their subject is known. */
function cutStreams(
  statements: readonly Statement<BookFact>[],
  subjects: ReadonlyMap<string, Subject<BookFact>>,
): readonly CutStream[] {
  // Almost always: the first event of a subject, or one of a known subject.
  const late = statements.filter(({ event, name }) => event.revision > 0 && !subjects.has(name));
  if (late.length === 0) return [];
  const begun = new Set(
    statements.filter(({ event }) => event.revision === 0).map(({ event }) => event.stream),
  );
  const cut = new Map<StreamName, CutStream>();
  for (const { event } of late) {
    const { stream, type, position, revision } = event;
    if (!begun.has(stream) && !cut.has(stream)) cut.set(stream, { stream, type, position, lost: revision });
  }
  return [...cut.values()];
}

/** Records the identifiers that no rule assigns to a unit. */
function recordAgencies(
  book: Book,
  { name, fact, knownAt }: Statement<BookFact>,
  seen: Map<UnitId, Moment>,
): void {
  const ofName = isDigit(name) ? agencyIn(name) : undefined;
  const named = book.unitsIn(fact);
  for (const each of ofName === undefined ? named : [ofName, ...named]) {
    if (!isDigit(each)) continue;
    const id = withoutSuffix(each);
    if (isThreeGroups(id) && !seen.has(id)) seen.set(id, knownAt);
  }
}

/** Agency identifiers begin with a digit and other ids hardly ever do, so this test is cheap and rejects most ids. */
const isDigit = (id: string): boolean => id.charCodeAt(0) <= 0x39;

/** Groups events that became known at the same moment: no query can ask for the state between them. */
function* stepsOf(events: readonly ParsedEvent[]): Generator<readonly ParsedEvent[]> {
  let start = 0;
  for (let end = 1; end <= events.length; end += 1) {
    if (events[end]?.knownAt === events[start]?.knownAt && end < events.length) continue;
    yield events.slice(start, end);
    start = end;
  }
}
