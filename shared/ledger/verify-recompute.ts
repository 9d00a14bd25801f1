import { type Balance, type BalanceQuery, passes } from '../bookkeeping/balance.ts';
import type { Book, BookFact } from '../bookkeeping/book.ts';
import type { Leg, Side } from '../bookkeeping/leg.ts';
import type { KnownFact } from '../bookkeeping/subject.ts';
import type { LocalDay } from '../calendar/zone.ts';
import { type DomainEvent, fromStored } from '../contracts/event-kind.ts';
import type { StreamName } from '../contracts/ids.ts';
import type { RecordedEvent } from '../contracts/stored-event.ts';
import type { Moment } from '../kernel/clock.ts';
import { errorText } from '../kernel/error-text.ts';
import { Agencies } from '../office/agencies.ts';
import type { CalendarRecord, DeclaredOrder, DeclaredRow } from '../office/declared.ts';
import { FeedTable } from '../office/feed-table.ts';
import { compareOrders, orderOf } from '../office/records.ts';
import { Resolution } from '../office/resolution.ts';
import type { FoldRules } from './fold.ts';
import type { Entry } from './registry.ts';

interface Group {
  readonly names: Set<string>;
  readonly known: KnownFact<BookFact>[];
  /** Made when it is first asked for. */
  byId?: ReadonlyMap<string, KnownFact<BookFact>>;
}

/**
 * Computes the legs of the ledger in the plainest way: every fact in the list of its subject; no journal, no reversals, no
 * batches. Shares with the ledger only the reading of an event and the evaluation of a subject's facts.
 */
export class Recomputation {
  readonly #rules: FoldRules;
  readonly #isMine: (book: Book, name: string) => boolean;
  readonly #seen = new Set<string>();
  readonly #subjects: ReadonlyMap<Book, Map<string, Group>>;
  readonly #days = new Map<LocalDay, { readonly order: DeclaredOrder; readonly record: CalendarRecord }>();
  #declared: readonly CalendarRecord[] = [];
  /** The rows of the table of agency identifiers, and the feeds. */
  readonly #table: DeclaredRow[] = [];
  /** The next expected revision of each stream. */
  readonly #next = new Map<StreamName, number>();
  /** Streams with the revisions missing in the store. */
  readonly missing: string[] = [];
  /** Events that cannot be parsed, with the reason; the ledger sets them aside too. */
  readonly unreadable: string[] = [];

  /** @param isMine excludes subjects, so that partitions can run in turn; all ids of a subject must be in one partition */
  constructor(rules: FoldRules, isMine: (book: Book, name: string) => boolean = () => true) {
    this.#rules = rules;
    this.#isMine = isMine;
    this.#subjects = new Map(rules.books.all.map((book) => [book, new Map()]));
  }

  /** Adds the next event in order of position; `knownAt` is the greatest recordedAt so far. */
  add(recorded: RecordedEvent, knownAt: Moment): void {
    const entry = this.#rules.books.entries.get(recorded.type);
    if (!entry) {
      this.#follow(recorded);
      return;
    }
    try {
      const event = fromStored(entry.kind, recorded.data);
      if (entry.of === 'book') this.#addFact(entry, event, recorded, knownAt);
      else this.#addReference(entry, event, recorded, knownAt);
    } catch (error) {
      this.#follow(recorded);
      this.unreadable.push(`position ${recorded.position}, ${recorded.type}: ${errorText(error)}`);
    }
  }

  legs(book: Book): Leg[] {
    const agencies = new Agencies(this.#table);
    const resolution = new Resolution(agencies, new FeedTable(this.#table));
    const subjects = joined(this.#subjects.get(book) ?? new Map(), agencies);
    const legsOf = (known: readonly KnownFact<BookFact>[]) =>
      book.evaluate(resolution.applied(book, known), this.#rules.zone).legs;
    return subjects.flatMap((known) => legsOfSound(known, legsOf));
  }

  /** A fact of an event by the name under which it was stated; undefined where this partition has none of it. */
  fact(book: Book, name: string, id: string): KnownFact<BookFact> | undefined {
    const group = this.#subjects.get(book)?.get(name);
    if (!group) return undefined;
    group.byId ??= new Map(group.known.map((known) => [known.fact.id, known]));
    return group.byId.get(id);
  }

  /** How many facts this partition has. */
  facts(book: Book): number {
    const groups = new Set(this.#subjects.get(book)?.values());
    return [...groups].reduce((sum, { known }) => sum + known.length, 0);
  }

  #addFact(
    { book, event: ofBook }: Extract<Entry, { of: 'book' }>,
    event: DomainEvent,
    recorded: RecordedEvent,
    knownAt: Moment,
  ): void {
    const { name, aliases } = ofBook.subjectOf(event.data);
    if (!this.#isNew(book, name, recorded)) return;
    const fact = ofBook.factOf(recorded, event, this.#rules.officeBy(this.#declared));
    const { source, rank } = recorded.metadata;
    const groups = this.#subjects.get(book);
    if (groups) addTo(groups, [name, ...aliases], [{ fact, name, aliases, source, rank, knownAt }]);
  }

  #addReference(
    { event: ofOffice }: Extract<Entry, { of: 'office' }>,
    event: DomainEvent,
    recorded: RecordedEvent,
    knownAt: Moment,
  ): void {
    this.#follow(recorded);
    const declared = ofOffice.declaredBy(event.data, knownAt);
    const order = orderOf(recorded, event.time, event.data, this.#rules.zone);
    if (declared.kind === 'calendar-day') this.#declareDay(declared.record, order);
    if (declared.kind === 'agency' || declared.kind === 'feed')
      this.#table.push({ version: this.#table.length, order, declared });
  }

  #declareDay(record: CalendarRecord, order: DeclaredOrder): void {
    const known = this.#days.get(record.day);
    if (known && compareOrders(known.order, order) >= 0) return;
    this.#days.set(record.day, { order, record });
    this.#declared = [...this.#days.values()].map((each) => each.record);
  }

  #isNew(book: Book, name: string, recorded: RecordedEvent): boolean {
    const { id } = recorded;
    if (!this.#isMine(book, name)) return false;
    this.#follow(recorded);
    if (this.#seen.has(id)) return false;
    this.#seen.add(id);
    return true;
  }

  /** A stream counts 0, 1, 2, …: a gap means that events were lost. */
  #follow({ stream, revision }: RecordedEvent): void {
    const next = this.#next.get(stream) ?? 0;
    if (revision > next) this.missing.push(`${stream} lacks its events ${next} to ${revision - 1}`);
    this.#next.set(stream, revision + 1);
  }
}

/** The legs of a subject without the facts that cannot be evaluated with those before them: the ledger sets these aside too. */
function legsOfSound(
  known: readonly KnownFact<BookFact>[],
  legsOf: (known: readonly KnownFact<BookFact>[]) => readonly Leg[],
): readonly Leg[] {
  try {
    return legsOf(known);
  } catch {
    const sound: KnownFact<BookFact>[] = [];
    let legs: readonly Leg[] = [];
    for (const fact of known) {
      try {
        legs = legsOf([...sound, fact]);
        sound.push(fact);
      } catch {
        // Named by the list of events that are set aside.
      }
    }
    return legs;
  }
}

/** The facts of each subject, after the table has joined the ids of each. */
function joined(groups: ReadonlyMap<string, Group>, agencies: Agencies): (readonly KnownFact<BookFact>[])[] {
  const merged = new Map<string, Group>();
  for (const { names, known } of new Set(groups.values())) addTo(merged, agencies.namesOf([...names]), known);
  return [...new Set(merged.values())].map(({ known }) => known);
}

function addTo(
  groups: Map<string, Group>,
  names: readonly string[],
  known: readonly KnownFact<BookFact>[],
): void {
  const linked = new Set(names.map((name) => groups.get(name)).filter((group) => group !== undefined));
  const [group = { names: new Set<string>(), known: [] }, ...others] = linked;
  for (const other of others) {
    for (const name of other.names) group.names.add(name);
    group.known.push(...other.known);
  }
  for (const name of names) group.names.add(name);
  group.known.push(...known);
  for (const name of group.names) groups.set(name, group);
}

/** Counts by place, where a place is a balance without its count. */
export type Counts = Map<string, number>;

/** Adds the contribution of legs to the answer of a query about the present; places that come to zero stay, with 0. */
export function countLegs(legs: readonly Leg[], query: BalanceQuery, counts: Counts): void {
  const count = (leg: Leg, side: Side, change: number) => {
    const stock = query.book.accounts.open.includes(side.account);
    if (leg.day > query.to || (!stock && leg.day < query.from)) return;
    const { dimensions } = leg;
    const key = query.by.map((each) =>
      each === 'day' ? (stock ? null : leg.day) : (dimensions[each] ?? null),
    );
    const { account, original, due, dueOriginal } = side;
    const place = placeOf({ account, original, due, dueOriginal, key });
    counts.set(place, (counts.get(place) ?? 0) + change);
  };
  for (const leg of legs) {
    if (!passes(leg.dimensions, query.filter)) continue;
    count(leg, leg.from, -1);
    count(leg, leg.to, 1);
  }
}

export const placeOf = ({ account, original, due, dueOriginal, key }: Omit<Balance, 'count'>): string =>
  JSON.stringify([account, original, due, dueOriginal, key]);
