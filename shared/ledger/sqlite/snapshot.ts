import type { Zone } from '../../calendar/zone.ts';
import type { DocumentId, DossierId, FeedName } from '../../contracts/ids.ts';
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
  CalendarRecord,
  Checkpoint,
  DocumentSummary,
  DossierSummary,
  ExchangeSummary,
  FeedRecord,
  LedgerSnapshot,
  ListQuery,
  Movement,
  Paged,
  UnitRecord,
} from '../port.ts';
import { balancesOf, changesOf, movementsOf } from './balances.ts';
import { BOOKS } from './codes.ts';
import { documentFacts, dossierFacts } from './fact-codecs.ts';
import { listStandings } from './lists.ts';
import { listKnownAt } from './lists-as-of.ts';
import { decodeState, type FactCodec } from './state-codec.ts';
import type { Queries } from './statement-cache.ts';

/** Reads inside one read transaction. */
export class SqliteSnapshot implements LedgerSnapshot {
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
    const since = this.#db.prepare(`SELECT ${column} AS since FROM checkpoint`).get()?.since;
    return since == null ? null : Number(since);
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
    const { listed, ...rest } = listStandings(this.#db, query);
    const items = listed.map(({ subject }) =>
      dossierSummary(subjectNumbered(this.#db, subject, dossierFacts), this.#zone),
    );
    return { items, ...rest };
  }

  async dossier(id: DossierId): Promise<DossierSummary | undefined> {
    const subject = this.#named('dossier', id, dossierFacts);
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
    const { listed, ...rest } = listStandings(this.#db, query);
    const items = listed.flatMap(({ subject, recipient }) => {
      const document = subjectNumbered(this.#db, subject, documentFacts);
      return exchangeSummaries(document, this.#zone).filter((pair) => pair.recipient === recipient);
    });
    return { items, ...rest };
  }

  async document(id: DocumentId): Promise<DocumentSummary | undefined> {
    const subject = this.#named('document', id, documentFacts);
    return subject && documentSummary(subject, this.#zone);
  }

  async units(knownAt?: Moment): Promise<readonly UnitRecord[]> {
    return this.#records<UnitRecord>('unit', knownAt);
  }

  async calendarDays(knownAt?: Moment): Promise<readonly CalendarRecord[]> {
    return this.#records<CalendarRecord>('calendar_day', knownAt);
  }

  async feeds(): Promise<readonly FeedRecord[]> {
    return this.#db
      .prepare('SELECT * FROM feed ORDER BY feed')
      .all()
      .map((row) => ({
        feed: String(row.feed) as FeedName,
        rank: Number(row.rank),
        types: JSON.parse(String(row.types)),
        events: Number(row.events),
        firstRecordedAt: Number(row.first_recorded_at),
        lastRecordedAt: Number(row.last_recorded_at),
      }));
  }

  #named<Fact>(book: Book, name: string, codec: FactCodec<Fact>): Subject<Fact> | undefined {
    const row = this.#db
      .prepare(
        'SELECT number, state FROM name JOIN subject ON number = subject WHERE name.book = ? AND name = ?',
      )
      .get(BOOKS[book], name);
    return row && decodeState(Number(row.number), String(row.state), codec);
  }

  #records<Record>(table: 'unit' | 'calendar_day', knownAt: Moment = Number.MAX_SAFE_INTEGER): Record[] {
    return this.#db
      .prepare(`SELECT record FROM ${table} WHERE known_at <= ? ORDER BY rowid`)
      .all(knownAt)
      .map(({ record }) => JSON.parse(String(record)));
  }
}

function subjectNumbered<Fact>(db: Queries, number: number, codec: FactCodec<Fact>): Subject<Fact> {
  const row = db.prepare('SELECT state FROM subject WHERE number = ?').get(number);
  if (!row) throw new Error(`The ledger lists subject ${number} but does not have it`);
  return decodeState(number, String(row.state), codec);
}
