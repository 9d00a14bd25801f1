import type { Zone } from '../../calendar/zone.ts';
import type { DocumentId, DossierId, FeedName } from '../../contracts/ids.ts';
import { type Position, START } from '../../event-store/port.ts';
import type { Moment } from '../../platform/clock.ts';
import { isOpen } from '../accounts.ts';
import { documentSummary, exchangeSummaries } from '../fold-document.ts';
import { dossierSummary } from '../fold-dossier.ts';
import { type Subject, subjectsKnownAt } from '../fold-subject.ts';
import type { Finding } from '../leg.ts';
import type {
  Balance,
  BalanceQuery,
  Book,
  Checkpoint,
  Declared,
  DocumentSummary,
  DossierSummary,
  ExchangeSummary,
  FeedRecord,
  Knowledge,
  LedgerSnapshot,
  ListQuery,
  Movement,
  Paged,
} from '../port.ts';
import { balancesOf, changesOf, movementsOf } from './balances.ts';
import { BOOKS } from './codes.ts';
import { documentFacts, dossierFacts } from './fact-codecs.ts';
import { type Listed, listPlaces } from './lists.ts';
import type { Queries } from './queries.ts';
import { declaredOf } from './rows.ts';
import { decodeState, type FactCodec } from './state-codec.ts';
import { subjectsThen } from './subjects-then.ts';

/** Reads inside one read transaction, of any engine. */
export class SqlSnapshot implements LedgerSnapshot {
  readonly checkpoint: Checkpoint;
  readonly #db: Queries;
  readonly #zone: Zone;

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
      const subjects = await this.#listed('dossier', listed, query, dossierFacts);
      return subjects.map((subject, index) => standing(dossierSummary(subject, this.#zone), listed[index]));
    });
  }

  async dossier(id: DossierId, known: Knowledge = {}): Promise<DossierSummary | undefined> {
    const subject = await this.#named('dossier', id, known, dossierFacts);
    return subject && dossierSummary(subject, this.#zone);
  }

  async exchanges(query: ListQuery): Promise<Paged<ExchangeSummary>> {
    return this.#list(query, async (listed) => {
      const subjects = await this.#listed('document', listed, query, documentFacts);
      return subjects.map((subject, index) => {
        const to = listed[index]?.recipient;
        const pair = exchangeSummaries(subject, this.#zone).find(({ recipient }) => recipient === to);
        if (!pair) throw new Error(`The ledger lists an exchange with ${to} that its document does not have`);
        return pair;
      });
    });
  }

  async document(id: DocumentId, known: Knowledge = {}): Promise<DocumentSummary | undefined> {
    const subject = await this.#named('document', id, known, documentFacts);
    return subject && documentSummary(subject, this.#zone);
  }

  async declared({
    since = 0,
    knownAt = Number.MAX_SAFE_INTEGER,
  }: {
    since?: number;
    knownAt?: Moment;
  } = {}): Promise<readonly Declared[]> {
    const text = `SELECT kind, record FROM ${this.#db.table('declared')} WHERE version > ? AND known_at <= ? ORDER BY version`;
    return (await this.#db.rows({ text, values: [since, knownAt] })).map(declaredOf);
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
    book: Book,
    name: string,
    { knownAt }: Knowledge,
    codec: FactCodec<Fact>,
  ): Promise<Subject<Fact> | undefined> {
    const [row] = await this.#db.rows({
      text: `SELECT s.number, s.state FROM ${this.#db.table('name')} n JOIN ${this.#db.table('subject')} s
        ON s.number = n.subject WHERE n.book = ? AND n.name = ?`,
      values: [BOOKS[book], name],
    });
    const subject = row && decodeState(Number(row.number), String(row.state), codec);
    if (!subject || knownAt === undefined) return subject;
    return subjectsKnownAt(subject, knownAt).find(({ names }) => names.some((one) => one.name === name));
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
    book: Book,
    listed: readonly Listed[],
    { knownAt }: Knowledge,
    codec: FactCodec<Fact>,
  ): Promise<Subject<Fact>[]> {
    const numbers = listed.map(({ subject }) => subject);
    const subjects = await subjectsThen(this.#db, book, numbers, knownAt ?? Number.POSITIVE_INFINITY, codec);
    return numbers.map((number) => {
      const subject = subjects.get(number);
      if (!subject) throw new Error(`The ledger lists subject ${number} but does not have it`);
      return subject;
    });
  }
}

/** A dossier in the account that it stood in on the day of the list; what came of it since stands beside that. */
const standing = (dossier: DossierSummary, place: Listed | undefined): DossierSummary =>
  place && place.account !== dossier.account
    ? { ...dossier, account: place.account, ...(isOpen(place.account) && { overdueFrom: place.due }) }
    : dossier;
