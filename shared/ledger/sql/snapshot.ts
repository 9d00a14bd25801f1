import type { Zone } from '../../calendar/zone.ts';
import type { DocumentId, DossierId, FeedName } from '../../contracts/ids.ts';
import { type Position, START } from '../../event-store/port.ts';
import type { Moment } from '../../platform/clock.ts';
import type { DocumentFact } from '../document-fact.ts';
import type { DossierFact } from '../dossier-fact.ts';
import { documentSummary, evaluateDocument, exchangeSummaries } from '../fold-document.ts';
import { dossierSummary, evaluateDossier } from '../fold-dossier.ts';
import type { Subject } from '../fold-subject.ts';
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
  LedgerSnapshot,
  ListQuery,
  Movement,
  Paged,
} from '../port.ts';
import { balancesOf, changesOf, movementsOf } from './balances.ts';
import { BOOKS } from './codes.ts';
import { documentFacts, dossierFacts } from './fact-codecs.ts';
import { type Listed, listStandings } from './lists.ts';
import { listKnownAt } from './lists-as-of.ts';
import type { Queries } from './queries.ts';
import { declaredOf } from './rows.ts';
import { decodeState, type FactCodec } from './state-codec.ts';

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
    if (query.knownAt !== undefined) {
      return listKnownAt<DossierFact, DossierSummary>(this.#db, query, query.knownAt, {
        book: 'dossier',
        codec: dossierFacts,
        itemsOf: (subject) => {
          const item = dossierSummary(subject, this.#zone);
          return evaluateDossier(subject.known, this.#zone).standings.map((standing) => ({ standing, item }));
        },
      });
    }
    const { listed, ...rest } = await listStandings(this.#db, query);
    const subjects = await this.#listed(listed, dossierFacts);
    return { items: subjects.map((subject) => dossierSummary(subject, this.#zone)), ...rest };
  }

  async dossier(id: DossierId): Promise<DossierSummary | undefined> {
    const subject = await this.#named('dossier', id, dossierFacts);
    return subject && dossierSummary(subject, this.#zone);
  }

  async exchanges(query: ListQuery): Promise<Paged<ExchangeSummary>> {
    if (query.knownAt !== undefined) {
      return listKnownAt<DocumentFact, ExchangeSummary>(this.#db, query, query.knownAt, {
        book: 'document',
        codec: documentFacts,
        itemsOf: (subject) => {
          const items = new Map(exchangeSummaries(subject, this.#zone).map((item) => [item.recipient, item]));
          return evaluateDocument(subject.known, this.#zone).standings.flatMap((standing) => {
            const { recipient } = standing.dimensions;
            const item = recipient === null ? undefined : items.get(recipient);
            return item ? [{ standing, item }] : [];
          });
        },
      });
    }
    const { listed, ...rest } = await listStandings(this.#db, query);
    const documents = await this.#listed(listed, documentFacts);
    const items = documents.flatMap((document, index) =>
      exchangeSummaries(document, this.#zone).filter(
        ({ recipient }) => recipient === listed[index]?.recipient,
      ),
    );
    return { items, ...rest };
  }

  async document(id: DocumentId): Promise<DocumentSummary | undefined> {
    const subject = await this.#named('document', id, documentFacts);
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

  async #named<Fact>(book: Book, name: string, codec: FactCodec<Fact>): Promise<Subject<Fact> | undefined> {
    const [row] = await this.#db.rows({
      text: `SELECT s.number, s.state FROM ${this.#db.table('name')} n JOIN ${this.#db.table('subject')} s
        ON s.number = n.subject WHERE n.book = ? AND n.name = ?`,
      values: [BOOKS[book], name],
    });
    return row && decodeState(Number(row.number), String(row.state), codec);
  }

  /** The subjects of a list, one for each of its items. */
  async #listed<Fact>(listed: readonly Listed[], codec: FactCodec<Fact>): Promise<Subject<Fact>[]> {
    const numbers = listed.map(({ subject }) => subject);
    const among = this.#db.anyOf('number', numbers);
    const rows = await this.#db.rows({
      text: `SELECT number, state FROM ${this.#db.table('subject')} WHERE ${among.text}`,
      values: among.values,
    });
    const states = new Map(rows.map(({ number, state }) => [Number(number), String(state)]));
    return numbers.map((number) => {
      const state = states.get(number);
      if (state === undefined) throw new Error(`The ledger lists subject ${number} but does not have it`);
      return decodeState(number, state, codec);
    });
  }
}
