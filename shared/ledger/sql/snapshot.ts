import { isOpen } from '../../bookkeeping/accounts.ts';
import type { Finding } from '../../bookkeeping/leg.ts';
import { type KnownFact, type Subject, subjectsKnownAt } from '../../bookkeeping/subject.ts';
import { documentSummary, exchangeSummaries } from '../../books/document/book.ts';
import type { DocumentFact } from '../../books/document/fact.ts';
import { dossierSummary } from '../../books/dossier/book.ts';
import type { DossierFact } from '../../books/dossier/fact.ts';
import type { Zone } from '../../calendar/zone.ts';
import type { DocumentId, DossierId, FeedName, UnitId } from '../../contracts/ids.ts';
import { type Position, START } from '../../event-store/port.ts';
import type { Moment } from '../../kernel/clock.ts';
import { Agencies } from '../../office/agencies.ts';
import type { DeclaredRow } from '../../office/declared.ts';
import type {
  Balance,
  BalanceQuery,
  Book,
  Checkpoint,
  DocumentSummary,
  DossierSummary,
  ExchangeSummary,
  FeedRecord,
  Knowledge,
  LedgerSnapshot,
  ListQuery,
  Movement,
  Paged,
  SeenAgency,
} from '../port.ts';
import { balancesOf, changesOf, movementsOf } from './balances.ts';
import { BOOKS } from './codes.ts';
import { documentFacts, dossierFacts } from './fact-codecs.ts';
import { type Listed, listPlaces } from './lists.ts';
import type { Queries } from './queries.ts';
import { declaredRow } from './rows.ts';
import { decodeState, type FactCodec } from './state-codec.ts';
import { subjectsThen } from './subjects-then.ts';

/** Reads inside one read transaction, of any engine. */
export class SqlSnapshot implements LedgerSnapshot {
  readonly checkpoint: Checkpoint;
  readonly #db: Queries;
  readonly #zone: Zone;
  /** The table of agency identifiers, by the moment of knowledge. */
  readonly #tables = new Map<Moment, Agencies>();

  constructor(db: Queries, checkpoint: Checkpoint, zone: Zone) {
    this.#db = db;
    this.checkpoint = checkpoint;
    this.#zone = zone;
  }

  async balances(query: BalanceQuery): Promise<readonly Balance[]> {
    return balancesOf(this.#db, query, this.checkpoint);
  }

  async changes(query: BalanceQuery, afterEntry: number): Promise<readonly Balance[]> {
    return changesOf(this.#db, query, afterEntry, this.checkpoint);
  }

  async movements(book: Book): Promise<readonly Movement[]> {
    return movementsOf(this.#db, book);
  }

  async knownSince(book: Book): Promise<Moment | null> {
    const column = book === 'dossier' ? 'dossiers_known_since' : 'documents_known_since';
    const text = `SELECT ${column} AS since FROM ${this.#db.table('checkpoint')}`;
    const [row] = await this.#db.rows({ text, values: [] });
    return row?.since == null ? null : Number(row.since);
  }

  async dossiers(query: ListQuery): Promise<Paged<DossierSummary>> {
    return this.#list(query, async (listed) => {
      const subjects = await this.#listed(DOSSIERS, listed, query);
      return subjects.map((subject, index) => standing(dossierSummary(subject, this.#zone), listed[index]));
    });
  }

  async dossier(id: DossierId, known: Knowledge = {}): Promise<DossierSummary | undefined> {
    const subject = await this.#named(DOSSIERS, id, known);
    return subject && dossierSummary(subject, this.#zone);
  }

  async exchanges(query: ListQuery): Promise<Paged<ExchangeSummary>> {
    return this.#list(query, async (listed) => {
      const subjects = await this.#listed(DOCUMENTS, listed, query);
      return subjects.map((subject, index) => {
        const to = listed[index]?.recipient;
        const pair = exchangeSummaries(subject, this.#zone).find(({ recipient }) => recipient === to);
        if (!pair) throw new Error(`The ledger lists an exchange with ${to} that its document does not have`);
        return pair;
      });
    });
  }

  async document(id: DocumentId, known: Knowledge = {}): Promise<DocumentSummary | undefined> {
    const subject = await this.#named(DOCUMENTS, id, known);
    return subject && documentSummary(subject, this.#zone);
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

  async feeds(since: Position = START): Promise<readonly FeedRecord[]> {
    const text = `SELECT * FROM ${this.#db.table('feed')} WHERE position > ? ORDER BY feed`;
    return (await this.#db.rows({ text, values: [since] })).map((row) => ({
      feed: String(row.feed) as FeedName,
      rank: Number(row.rank),
      types: JSON.parse(String(row.types)),
      events: Number(row.events),
      firstRecordedAt: Number(row.first_recorded_at),
      lastRecordedAt: Number(row.last_recorded_at),
    }));
  }

  async #named<Fact>(
    { book, codec, known }: Reading<Fact>,
    name: string,
    { knownAt }: Knowledge,
  ): Promise<Subject<Fact> | undefined> {
    const [row] = await this.#db.rows({
      text: `SELECT s.number, s.state FROM ${this.#db.table('name')} n JOIN ${this.#db.table('subject')} s
        ON s.number = n.subject WHERE n.book = ? AND n.name = ?`,
      values: [BOOKS[book], name],
    });
    const subject = row && decodeState(Number(row.number), String(row.state), codec);
    if (!subject) return undefined;
    const agencies = await this.agencies(knownAt === undefined ? {} : { knownAt });
    const then =
      knownAt === undefined
        ? subject
        : subjectsKnownAt(subject, knownAt, (ids) => agencies.namesOf(ids)).find(({ names }) =>
            names.some((one) => one.name === name),
          );
    return then && { ...then, known: known(then.known, agencies) };
  }

  /** One page of a list; by a finding of the past page after page, since only facts tell of it. */
  async #list<Item extends { readonly findings: readonly Finding[] }>(
    query: ListQuery,
    itemsOf: (listed: readonly Listed[]) => Promise<readonly Item[]>,
  ): Promise<Paged<Item>> {
    const { finding, knownAt, ...others } = query;
    if (finding === undefined || knownAt === undefined) {
      const { listed, ...next } = await listPlaces(this.#db, query, this.checkpoint);
      return { items: await itemsOf(listed), ...next };
    }
    const items: Item[] = [];
    for (let after = query.after; ; ) {
      const limit = Math.max(1, query.limit - items.length);
      const rest = { ...others, knownAt, limit, ...(after && { after }) };
      const { listed, next } = await listPlaces(this.#db, rest, this.checkpoint);
      const all = await itemsOf(listed);
      items.push(...all.filter(({ findings }) => findings.some(({ code }) => code === finding)));
      if (!next) return { items };
      if (items.length >= query.limit) return { items, next };
      after = next;
    }
  }

  /** The subjects of a page, one for each of its items, with what is known of them. */
  async #listed<Fact>(
    { book, codec, known }: Reading<Fact>,
    listed: readonly Listed[],
    { knownAt = Number.POSITIVE_INFINITY }: Knowledge,
  ): Promise<Subject<Fact>[]> {
    const numbers = listed.map(({ subject }) => subject);
    const agencies = await this.agencies({ knownAt });
    const subjects = await subjectsThen(this.#db, book, numbers, knownAt, codec, agencies);
    return numbers.map((number) => {
      const subject = subjects.get(number);
      if (!subject) throw new Error(`The ledger lists subject ${number} but does not have it`);
      return { ...subject, known: known(subject.known, agencies) };
    });
  }

  async agencies({ knownAt = Number.POSITIVE_INFINITY }: Knowledge = {}): Promise<Agencies> {
    if (this.checkpoint.office === 0) return Agencies.NONE;
    const known = this.#tables.get(knownAt);
    if (known) return known;
    const rows = await this.#db.rows({
      text: `SELECT * FROM ${this.#db.table('declared')} WHERE kind = 'agency' AND known_at <= ?`,
      values: [Math.min(knownAt, Number.MAX_SAFE_INTEGER)],
    });
    const agencies = new Agencies(rows.map(declaredRow));
    this.#tables.set(knownAt, agencies);
    return agencies;
  }
}

/** How the subjects of a book are read. */
interface Reading<Fact> {
  readonly book: Book;
  readonly codec: FactCodec<Fact>;
  /** What is known of a subject, with the units that its identifiers stand for. */
  readonly known: (known: readonly KnownFact<Fact>[], agencies: Agencies) => readonly KnownFact<Fact>[];
}
const DOSSIERS: Reading<DossierFact> = {
  book: 'dossier',
  codec: dossierFacts,
  known: (known, agencies) => agencies.ofDossier(known),
};
const DOCUMENTS: Reading<DocumentFact> = {
  book: 'document',
  codec: documentFacts,
  known: (known, agencies) => agencies.ofDocument(known),
};

/** A dossier in the account that it stood in on the day of the list; what came of it since stands beside that. */
const standing = (dossier: DossierSummary, place: Listed | undefined): DossierSummary =>
  place && place.account !== dossier.account
    ? { ...dossier, account: place.account, ...(isOpen(place.account) && { overdueFrom: place.due }) }
    : dossier;
