import type {
  Balance,
  BalanceQuery,
  Knowledge,
  ListQuery,
  Movement,
  Paged,
} from '../../bookkeeping/balance.ts';
import type { Book, BookFact, BookItem } from '../../bookkeeping/book.ts';
import type {
  ComparedAmount,
  ComparedQuery,
  ListedPlace,
  Moved,
  MovedQuery,
} from '../../bookkeeping/moved.ts';
import type { RulingPage, RulingQuery } from '../../bookkeeping/ruling-query.ts';
import { type Subject, subjectsKnownAt } from '../../bookkeeping/subject.ts';
import type { Zone } from '../../calendar/zone.ts';
import type { UnitId } from '../../contracts/ids.ts';
import type { LostEvents } from '../../contracts/lost-events.ts';
import { type Position, START } from '../../contracts/stored-event.ts';
import type { Moment } from '../../kernel/clock.ts';
import { Agencies } from '../../office/agencies.ts';
import type { DeclaredRow } from '../../office/declared.ts';
import { FeedTable } from '../../office/feed-table.ts';
import { Resolution } from '../../office/resolution.ts';
import type {
  Checkpoint,
  LedgerSnapshot,
  Misplaced,
  Poison,
  SeenAgency,
  StoredFacts,
  TypeCount,
  WrongSubjects,
  WrongSum,
} from '../port.ts';
import type { SourceRecord } from '../source-counts.ts';
import { balancesOf, changesOf, movementsOf } from './balances.ts';
import { columnOf } from './cuboids.ts';
import { type ListedPage, listPlaces } from './lists.ts';
import { misplacedIn } from './misplaced.ts';
import { isAmongMoved, movedBetween, movedPage } from './moved.ts';
import type { Queries } from './queries.ts';
import { declaredRow, type StoredCheckpoint, sourceRow } from './rows.ts';
import { rulingsOf } from './rulings.ts';
import { lostIn, setAsideAfter, setAsideCounts } from './set-aside.ts';
import { decodeState, stateColumns } from './state-codec.ts';
import { subjectsThen } from './subjects-then.ts';
import { storedFactsIn, wrongSubjectsIn } from './wrong-subjects.ts';
import { wrongDimensionsIn, wrongSumsIn } from './wrong-sums.ts';

/** Reads inside one read transaction, of any engine. */
export class SqlSnapshot implements LedgerSnapshot {
  readonly checkpoint: Checkpoint;
  readonly #nextSubject: number;
  readonly #db: Queries;
  readonly #zone: Zone;
  /** What facts are read by, by moment of knowledge. */
  readonly #resolutions = new Map<Moment, Resolution>();

  constructor(db: Queries, { checkpoint, nextSubject }: StoredCheckpoint, zone: Zone) {
    this.#db = db;
    this.checkpoint = checkpoint;
    this.#nextSubject = nextSubject;
    this.#zone = zone;
  }

  async balances(query: BalanceQuery): Promise<readonly Balance[]> {
    return balancesOf(this.#db, query, this.checkpoint, this.#zone);
  }

  async changes(query: BalanceQuery, afterEntry: number): Promise<readonly Balance[]> {
    return changesOf(this.#db, query, afterEntry, this.checkpoint);
  }

  moved(query: MovedQuery): Promise<readonly Moved[]> {
    return movedBetween(this.#db, query, this.checkpoint);
  }

  async compared(query: ComparedQuery): Promise<Paged<ComparedAmount>> {
    if (isAmongMoved(query.place)) return movedPage(this.#db, query, this.checkpoint);
    const { book, by, from, filter, before, after, anyOf, limit, place } = query;
    const page = { limit, ...(place && { after: place }) };
    const { listed, next } = await this.#places(book, {
      ...{ anyOf, filter, from, unmoved: { before, after } },
      ...{ ...after, ...page },
    });
    const items = listed.map(({ subject, apart, at, dimensions, account, due, dueOriginal, original }) => {
      const key = by.map((name) => {
        const value = dimensions[columnOf(book, name) ?? ''];
        return value == null ? null : String(value);
      });
      const stands = { account, due, dueOriginal, original, key };
      return { subject, apart, at, before: stands, after: stands, byOffice: false };
    });
    return { items, ...(next && { next }) };
  }

  async rulings(query: RulingQuery): Promise<RulingPage> {
    const { knownAt = Number.POSITIVE_INFINITY } = query;
    const resolution = await this.#resolution({ knownAt });
    return rulingsOf(this.#db, query, { zone: this.#zone, resolution, nextSubject: this.#nextSubject });
  }

  async movements(book: Book): Promise<readonly Movement[]> {
    return movementsOf(this.#db, book);
  }

  async misplaced(book: Book, limit: number): Promise<readonly Misplaced[]> {
    return misplacedIn(this.#db, book, limit);
  }

  async wrongSums(book: Book, limit: number): Promise<readonly WrongSum[]> {
    return wrongSumsIn(this.#db, book, limit);
  }

  async wrongSubjects(book: Book, after: number, limit: number): Promise<WrongSubjects> {
    const by = { zone: this.#zone, resolution: await this.#resolution({}) };
    return wrongSubjectsIn(this.#db, book, by, after, limit);
  }

  async storedFacts(book: Book, after: number, limit: number): Promise<StoredFacts> {
    return storedFactsIn(this.#db, book, after, limit);
  }

  async wrongDimensions(limit: number): Promise<readonly number[]> {
    return wrongDimensionsIn(this.#db, limit);
  }

  async knownSince({ number }: Book): Promise<Moment | null> {
    const text = `SELECT known_since FROM ${this.#db.table('book')} WHERE number = ?`;
    const [row] = await this.#db.rows({ text, values: [number] });
    return row ? Number(row.known_since) : null;
  }

  /** Lists of past findings are read page by page and filtered, since findings follow from the facts of each subject. */
  async list<Fact extends BookFact, Item extends BookItem>(
    book: Book<Fact, Item>,
    query: ListQuery,
  ): Promise<Paged<Item>> {
    const { finding, knownAt, ...others } = query;
    if (finding === undefined || knownAt === undefined) {
      const { listed, ...next } = await this.#places(book, query);
      return { items: await this.items(book, listed, query), ...next };
    }
    const items: Item[] = [];
    for (let after = query.after; ; ) {
      const limit = Math.max(1, query.limit - items.length);
      const { listed, next } = await this.#places(book, {
        ...others,
        knownAt,
        limit,
        ...(after && { after }),
      });
      const all = await this.items(book, listed, query);
      items.push(...all.filter(({ findings }) => findings.some(({ code }) => code === finding)));
      if (!next) return { items };
      if (items.length >= query.limit) return { items, next };
      after = next;
    }
  }

  async subject<Fact extends BookFact>(
    book: Book<Fact>,
    name: string,
    { knownAt }: Knowledge = {},
  ): Promise<Subject<Fact> | undefined> {
    const [row] = await this.#db.rows({
      text: `SELECT ${stateColumns('s', this.#db.table('subject_page'))} FROM ${this.#db.table('name')} n JOIN ${this.#db.table('subject')} s
        ON s.number = n.subject WHERE n.book = ? AND n.name = ?`,
      values: [book.number, name],
    });
    const subject = row && decodeState(book, row);
    if (!subject) return undefined;
    const resolution = await this.#resolution(knownAt === undefined ? {} : { knownAt });
    const { agencies } = resolution;
    const then =
      knownAt === undefined
        ? subject
        : subjectsKnownAt(subject, knownAt, (ids) => agencies.namesOf(ids)).find(({ names }) =>
            names.some((one) => one.name === name),
          );
    return then && { ...then, known: resolution.applied(book, then.known) };
  }

  async declared({
    since = 0,
    knownAt = Number.MAX_SAFE_INTEGER,
  }: {
    since?: number;
    knownAt?: Moment;
  } = {}): Promise<readonly DeclaredRow[]> {
    const text = `SELECT * FROM ${this.#db.table('declared')} WHERE version > ? AND known_at <= ? ORDER BY version`;
    return (await this.#db.rows({ text, values: [since, knownAt] })).map(declaredRow);
  }

  async seenAgencies(): Promise<readonly SeenAgency[]> {
    const text = `SELECT * FROM ${this.#db.table('seen_agency')} ORDER BY id`;
    return (await this.#db.rows({ text, values: [] })).map((row) => ({
      id: String(row.id) as UnitId,
      knownSince: Number(row.known_since),
    }));
  }

  async sources(since: Position = START): Promise<readonly SourceRecord[]> {
    const text = `SELECT * FROM ${this.#db.table('source')} WHERE position > ? ORDER BY source, feed, rank, type`;
    return (await this.#db.rows({ text, values: [since] })).map(sourceRow);
  }

  setAside(): Promise<readonly TypeCount[]> {
    return setAsideCounts(this.#db);
  }

  lost(): Promise<readonly LostEvents[]> {
    return lostIn(this.#db);
  }

  setAsideEvents(after: Position, limit: number): Promise<readonly Poison[]> {
    return setAsideAfter(this.#db, after, limit);
  }

  #places(book: Book, query: ListQuery): Promise<ListedPage> {
    return listPlaces(this.#db, book, query, this.checkpoint);
  }

  /** The items of places in a list, with the facts of their subjects. */
  async items<Fact extends BookFact, Item extends BookItem>(
    book: Book<Fact, Item>,
    listed: readonly ListedPlace[],
    { knownAt = Number.POSITIVE_INFINITY }: Knowledge,
  ): Promise<readonly Item[]> {
    const resolution = await this.#resolution({ knownAt });
    const numbers = listed.map(({ subject }) => subject);
    const subjects = await subjectsThen(this.#db, book, numbers, knownAt, resolution.agencies);
    return listed.map((place) => {
      const subject = subjects.get(place.subject);
      if (!subject) throw new Error(`The ledger lists subject ${place.subject} but does not have it`);
      return book.itemOf({ ...subject, known: resolution.applied(book, subject.known) }, place, this.#zone);
    });
  }

  async agencies(known: Knowledge = {}): Promise<Agencies> {
    return (await this.#resolution(known)).agencies;
  }

  async #resolution({ knownAt = Number.POSITIVE_INFINITY }: Knowledge): Promise<Resolution> {
    if (this.checkpoint.office === 0) return Resolution.NONE;
    const known = this.#resolutions.get(knownAt);
    if (known) return known;
    const rows = await this.#db.rows({
      text: `SELECT * FROM ${this.#db.table('declared')} WHERE kind IN ('agency', 'feed') AND known_at <= ?`,
      values: [Math.min(knownAt, Number.MAX_SAFE_INTEGER)],
    });
    const declared = rows.map(declaredRow);
    const resolution = new Resolution(new Agencies(declared), new FeedTable(declared));
    this.#resolutions.set(knownAt, resolution);
    return resolution;
  }
}
