import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { JournalEntry } from '../../bookkeeping/fold-step.ts';
import type { Subject } from '../../bookkeeping/subject.ts';
import type { DocumentFact } from '../../books/document/fact.ts';
import type { DossierFact } from '../../books/dossier/fact.ts';
import type { UnitId } from '../../contracts/ids.ts';
import type { Position } from '../../event-store/port.ts';
import { agenciesInDocument, agenciesInDossier } from '../../office/agencies.ts';
import { DeclaredMemory } from '../../office/declared-memory.ts';
import { type FoldEffects, type FoldMemory, type FoldRules, foldBatch, revise } from '../fold.ts';
import { namesIn, type ParsedEvent, parseBatch, runsOf } from '../fold-events.ts';
import type { Book, Checkpoint, LedgerWriter, Poison } from '../port.ts';
import { BalanceSums } from '../sql/balance-sums.ts';
import { concernedSql, idsConcerned, namesAround, REVISED_AT_ONCE, speakingOf } from '../sql/concerned.ts';
import { documentFacts, dossierFacts } from '../sql/fact-codecs.ts';
import {
  declaredColumns,
  declaredRow,
  feedColumns,
  journalRow,
  poisonOf,
  type StoredCheckpoint,
  storedCheckpoint,
} from '../sql/rows.ts';
import { FACTS_HELD, SubjectCache } from '../sql/subject-cache.ts';
import { BalanceWriter } from './balance-writer.ts';
import { DimensionNumbers } from './dimensions.ts';
import { SqliteQueries } from './queries.ts';
import { SubjectTable } from './subjects.ts';

/** The ledger's tables as its writers use them: folds pages of events into them. Transactions are the writer's business. */
export class LedgerTables {
  readonly #rules: FoldRules;
  readonly #db: DatabaseSync;
  readonly #queries: SqliteQueries;
  readonly #dimensions: DimensionNumbers;
  readonly #sums = new BalanceSums();
  readonly #balances: BalanceWriter;
  readonly #dossiers: BookTables<DossierFact>;
  readonly #documents: BookTables<DocumentFact>;
  readonly #addEntry: StatementSync;
  readonly #saveDeclared: StatementSync;
  readonly #seeAgency: StatementSync;
  readonly #addFeed: StatementSync;
  readonly #addPoison: StatementSync;
  readonly #knowSince: StatementSync;
  readonly #moveCheckpoint: StatementSync;
  #declared = new DeclaredMemory();
  #nextSubject = 1;
  /** Number of the last journal entry. */
  #entry = 0;

  constructor(db: DatabaseSync, rules: FoldRules) {
    this.#db = db;
    this.#queries = new SqliteQueries(db);
    this.#rules = rules;
    this.#dimensions = new DimensionNumbers(db);
    this.#balances = new BalanceWriter(db);
    this.#dossiers = bookTables(new SubjectTable(db, 'dossier', dossierFacts, this.#dimensions));
    this.#documents = bookTables(new SubjectTable(db, 'document', documentFacts, this.#dimensions));
    this.#addEntry = db.prepare('INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#saveDeclared = db.prepare(
      `INSERT INTO declared VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET time = excluded.time, asserted_at = excluded.asserted_at, event = excluded.event`,
    );
    this.#seeAgency = db.prepare('INSERT OR IGNORE INTO seen_agency (id, known_since) VALUES (?, ?)');
    this.#addFeed = db.prepare(
      `INSERT INTO feed (feed, rank, types, events, first_recorded_at, last_recorded_at, position) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET
         rank = excluded.rank,
         types = (SELECT json_group_array(value ORDER BY value) FROM (
           SELECT value FROM json_each(feed.types) UNION SELECT value FROM json_each(excluded.types))),
         events = events + excluded.events,
         first_recorded_at = min(first_recorded_at, excluded.first_recorded_at),
         last_recorded_at = max(last_recorded_at, excluded.last_recorded_at),
         position = excluded.position`,
    );
    this.#addPoison = db.prepare(
      'INSERT OR REPLACE INTO poison (position, event, stream, type, error) VALUES (?, ?, ?, ?, ?)',
    );
    this.#knowSince = db.prepare(
      `UPDATE checkpoint SET dossiers_known_since = coalesce(dossiers_known_since, ?),
         documents_known_since = coalesce(documents_known_since, ?)`,
    );
    this.#moveCheckpoint = db.prepare(
      'UPDATE checkpoint SET position = ?, known_at = ?, entry = ?, office = ?, next_subject = ?',
    );
    this.reload();
  }

  /** Forgets all that is in memory and reads it anew: after a rollback it may be void. @returns where the file stands */
  reload(): Checkpoint {
    this.#dimensions.clear();
    this.#sums.clear();
    this.#dossiers.cache.clear();
    this.#documents.cache.clear();
    this.#declared = new DeclaredMemory();
    const declared = this.#db.prepare('SELECT * FROM declared ORDER BY version').all();
    for (const row of declared) this.#declared.hold(declaredRow(row));
    const row = this.stored();
    this.#nextSubject = row.nextSubject;
    return row.checkpoint;
  }

  /** Where the file stands. */
  stored(): StoredCheckpoint {
    return readCheckpoint(this.#queries);
  }

  /** Folds a page on top of `before`; nothing is saved of subjects and balances until {@link save}. */
  fold(
    page: Parameters<LedgerWriter['post']>[0],
    before: Checkpoint,
  ): { checkpoint: Checkpoint; poison: Poison[] } {
    const { position } = page;
    const batch = parseBatch(page.events, before.knownAt);
    const poison = [...batch.poison];
    this.#entry = before.entry;
    for (const { isTable, events } of runsOf(batch.events)) {
      const { dossiers, documents } = namesIn(events, this.#declared.agencies);
      const effects = foldBatch(events, this.#memory(dossiers, documents), this.#rules);
      poison.push(...effects.poison);
      this.#take(effects, position);
      if (isTable) this.#revise(events, position);
    }
    const setAside = poison.map(poisonOf);
    for (const { position: at, event, stream, type, error } of setAside) {
      this.#addPoison.run(at, event, stream, type, error);
    }
    return {
      checkpoint: {
        position,
        knownAt: batch.knownAt,
        entry: this.#entry,
        office: this.#declared.version,
        generation: before.generation,
      },
      poison: setAside,
    };
  }

  #memory(dossiers: ReadonlySet<string>, documents: ReadonlySet<string>): FoldMemory {
    return {
      dossiers: load(this.#dossiers, dossiers),
      documents: load(this.#documents, documents),
      declared: this.#declared,
      allocateSubject: () => this.#nextSubject++,
    };
  }

  #take(effects: FoldEffects, position: Position): void {
    for (const each of effects.entries) this.#post(++this.#entry, each);
    this.#dossiers.cache.take(effects.dossiers);
    this.#documents.cache.take(effects.documents);
    this.#declare(effects, position);
  }

  /** Evaluates anew what rows of the table of agency identifiers, known at one moment, concern. */
  #revise(rows: readonly ParsedEvent[], page: Position): void {
    const last = rows.at(-1);
    if (!last) return;
    const { agencies } = this.#declared;
    const ids = idsConcerned(rows, agencies);
    const known = { position: last.recorded.position, knownAt: last.knownAt };
    for (const dossiers of this.#concerned('dossier', this.#dossiers, ids, agenciesInDossier)) {
      const memory = this.#memory(namesAround(dossiers, agencies), NOTHING);
      this.#take(revise({ dossiers, documents: [], ...known }, memory, this.#rules), page);
    }
    for (const documents of this.#concerned('document', this.#documents, ids, agenciesInDocument)) {
      const memory = this.#memory(NOTHING, namesAround(documents, agencies));
      this.#take(revise({ dossiers: [], documents, ...known }, memory, this.#rules), page);
    }
  }

  /** The subjects that speak of one of the identifiers, so many at a time; what is changed between is seen. */
  *#concerned<Fact>(
    book: Book,
    { cache, table }: BookTables<Fact>,
    ids: ReadonlySet<UnitId>,
    agenciesIn: (fact: Fact) => readonly UnitId[],
  ): Generator<readonly Subject<Fact>[]> {
    cache.save();
    const queries = concernedSql(this.#queries, book, ids, this.#declared.agencies);
    const numbers = [
      ...new Set(queries.flatMap((sql) => this.#queries.rows(sql)).map(({ subject }) => Number(subject))),
    ];
    for (let from = 0; from < numbers.length; from += REVISED_AT_ONCE) {
      cache.save();
      cache.shrink();
      const subjects = numbers
        .slice(from, from + REVISED_AT_ONCE)
        .flatMap((number) => table.numbered(number) ?? []);
      yield speakingOf(subjects, ids, agenciesIn);
    }
  }

  /** Writes what is in memory only: changed subjects and sums. */
  save(): void {
    this.#dossiers.cache.save();
    this.#documents.cache.save();
    this.saveSums();
  }

  /** How many sums wait in memory. */
  get sums(): number {
    return this.#sums.size;
  }

  saveSums(): void {
    this.#balances.write(this.#sums.take((leaf) => this.#dimensions.rollUps(leaf)));
  }

  /** Keeps memory within its bounds. */
  shrink(): void {
    this.#dossiers.cache.shrink();
    this.#documents.cache.shrink();
  }

  move({ position, knownAt, entry, office }: Checkpoint): void {
    this.#moveCheckpoint.run(position, knownAt, entry, office, this.#nextSubject);
  }

  #post(entry: number, posting: JournalEntry): void {
    const leaf = this.#dimensions.leaf(posting.leg.dimensions);
    this.#addEntry.run(...journalRow(entry, posting, leaf));
    this.#sums.add(posting, leaf);
  }

  #declare({ declared, seenAgencies, feeds, knownSince }: FoldEffects, position: Position): void {
    for (const [id, since] of seenAgencies) this.#seeAgency.run(id, since);
    for (const row of declared.values()) this.#saveDeclared.run(...declaredColumns(row));
    for (const [feed, delta] of feeds) this.#addFeed.run(feed, ...feedColumns(delta, position));
    const { dossier, document } = knownSince;
    if (dossier !== undefined || document !== undefined)
      this.#knowSince.run(dossier ?? null, document ?? null);
  }
}

const NOTHING: ReadonlySet<string> = new Set();

/** One book's subjects: those in memory, and all of them. */
interface BookTables<Fact> {
  readonly cache: SubjectCache<Fact>;
  readonly table: SubjectTable<Fact>;
}

const bookTables = <Fact>(table: SubjectTable<Fact>): BookTables<Fact> => ({
  table,
  cache: new SubjectCache(table, FACTS_HELD),
});

/** Those that exist among the named, by each of their names. */
function load<Fact>(
  { cache, table }: BookTables<Fact>,
  names: ReadonlySet<string>,
): Map<string, Subject<Fact>> {
  for (const name of cache.missing(names)) {
    const stored = table.find(name);
    if (stored) cache.hold(stored);
  }
  return cache.among(names);
}

/** The checkpoint row. `successor` names the ledger that has replaced this one, if any. */
export function readCheckpoint(db: SqliteQueries): StoredCheckpoint & { successor: string | undefined } {
  const [row] = db.rows({ text: 'SELECT * FROM checkpoint', values: [] });
  return { ...storedCheckpoint(row), successor: row?.successor == null ? undefined : String(row.successor) };
}
