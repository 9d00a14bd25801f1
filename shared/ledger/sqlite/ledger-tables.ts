import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { EventId } from '../../contracts/ids.ts';
import type { Position } from '../../event-store/port.ts';
import type { Moment } from '../../platform/clock.ts';
import type { DocumentFact } from '../document-fact.ts';
import type { DossierFact } from '../dossier-fact.ts';
import { type FeedDelta, type FoldEffects, type FoldMemory, type FoldRules, foldBatch } from '../fold.ts';
import type { JournalEntry } from '../fold-book.ts';
import { namesIn, type PoisonEvent, parseBatch } from '../fold-events.ts';
import type { Side } from '../leg.ts';
import type { CalendarRecord, Checkpoint, LedgerWriter, Poison } from '../port.ts';
import { BalanceBook } from './balance-book.ts';
import { accountCode, orZero, timingCode } from './codes.ts';
import { DimensionNumbers } from './dimensions.ts';
import { documentFacts, dossierFacts } from './fact-codecs.ts';
import type { Queries } from './statement-cache.ts';
import { SubjectCache } from './subject-cache.ts';
import { SubjectTable } from './subjects.ts';

/** Facts held in memory for each book, at about a kilobyte with all that belongs to them. Raise it where events of a dossier lie far apart. */
const FACTS_HELD = 30_000;

/** The ledger's tables as its writers use them: folds pages of events into them. Transactions are the writer's business. */
export class LedgerTables {
  readonly #rules: FoldRules;
  readonly #db: DatabaseSync;
  readonly #dimensions: DimensionNumbers;
  readonly balances: BalanceBook;
  readonly #dossiers: SubjectCache<DossierFact>;
  readonly #documents: SubjectCache<DocumentFact>;
  readonly #addEntry: StatementSync;
  readonly #addUnit: StatementSync;
  readonly #addDay: StatementSync;
  readonly #addFeed: StatementSync;
  readonly #addPoison: StatementSync;
  readonly #knowSince: StatementSync;
  readonly #moveCheckpoint: StatementSync;
  #calendarDays: CalendarRecord[] = [];
  #declarations = new Set<EventId>();
  #nextSubject = 1;

  constructor(db: DatabaseSync, rules: FoldRules) {
    this.#db = db;
    this.#rules = rules;
    this.#dimensions = new DimensionNumbers(db);
    this.balances = new BalanceBook(db, this.#dimensions);
    this.#dossiers = new SubjectCache(
      new SubjectTable(db, 'dossier', dossierFacts, this.#dimensions),
      FACTS_HELD,
    );
    this.#documents = new SubjectCache(
      new SubjectTable(db, 'document', documentFacts, this.#dimensions),
      FACTS_HELD,
    );
    this.#addEntry = db.prepare('INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#addUnit = db.prepare('INSERT INTO unit (event, known_at, record) VALUES (?, ?, ?)');
    this.#addDay = db.prepare('INSERT INTO calendar_day (event, known_at, record) VALUES (?, ?, ?)');
    this.#addFeed = db.prepare(
      `INSERT INTO feed (feed, rank, types, events, first_recorded_at, last_recorded_at) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET
         rank = excluded.rank,
         types = (SELECT json_group_array(value ORDER BY value) FROM (
           SELECT value FROM json_each(feed.types) UNION SELECT value FROM json_each(excluded.types))),
         events = events + excluded.events,
         first_recorded_at = min(first_recorded_at, excluded.first_recorded_at),
         last_recorded_at = max(last_recorded_at, excluded.last_recorded_at)`,
    );
    this.#addPoison = db.prepare(
      'INSERT OR REPLACE INTO poison (position, event, stream, type, error) VALUES (?, ?, ?, ?, ?)',
    );
    this.#knowSince = db.prepare(
      `UPDATE checkpoint SET dossiers_known_since = coalesce(dossiers_known_since, ?),
         documents_known_since = coalesce(documents_known_since, ?)`,
    );
    this.#moveCheckpoint = db.prepare(
      'UPDATE checkpoint SET position = ?, known_at = ?, entry = ?, next_subject = ?',
    );
    this.reload();
  }

  /** Forgets all that is in memory and reads it anew: after a rollback it may be void. @returns where the file stands */
  reload(): Checkpoint {
    this.#dimensions.clear();
    this.balances.clear();
    this.#dossiers.clear();
    this.#documents.clear();
    const declared = (table: string) =>
      this.#db.prepare(`SELECT event, record FROM ${table} ORDER BY rowid`).all();
    const days = declared('calendar_day');
    this.#calendarDays = days.map(({ record }) => JSON.parse(String(record)));
    this.#declarations = new Set([...days, ...declared('unit')].map(({ event }) => String(event) as EventId));
    const row = readCheckpoint(this.#db);
    this.#nextSubject = row.nextSubject;
    return row.checkpoint;
  }

  /** Folds a page on top of `before`; nothing is saved of subjects and balances until {@link save}. */
  fold(
    page: Parameters<LedgerWriter['post']>[0],
    before: Checkpoint,
  ): { checkpoint: Checkpoint; poison: Poison[] } {
    const batch = parseBatch(page.events, before.knownAt);
    const names = namesIn(batch.events);
    const memory: FoldMemory = {
      dossiers: this.#dossiers.load(names.dossiers),
      documents: this.#documents.load(names.documents),
      calendarDays: this.#calendarDays,
      declarations: this.#declarations,
      allocateSubject: () => this.#nextSubject++,
    };
    const effects = foldBatch(batch, memory, this.#rules);
    let { entry } = before;
    for (const each of effects.entries) {
      entry += 1;
      this.#post(entry, each);
    }
    this.#dossiers.take(effects.dossiers);
    this.#documents.take(effects.documents);
    this.#declare(effects);
    const poison = effects.poison.map(poisonOf);
    for (const { position, event, stream, type, error } of poison) {
      this.#addPoison.run(position, event, stream, type, error);
    }
    return {
      checkpoint: { position: page.position, knownAt: batch.knownAt, entry, generation: before.generation },
      poison,
    };
  }

  /** Writes what is in memory only: changed subjects and sums. */
  save(): void {
    this.#dossiers.save();
    this.#documents.save();
    this.balances.flush();
  }

  /** Keeps memory within its bounds. */
  shrink(): void {
    this.#dossiers.shrink();
    this.#documents.shrink();
  }

  move({ position, knownAt, entry }: Checkpoint): void {
    this.#moveCheckpoint.run(position, knownAt, entry, this.#nextSubject);
  }

  #post(entry: number, posting: JournalEntry): void {
    const { position, knownAt, subject, sign, leg } = posting;
    const leaf = this.#dimensions.leaf(leg.dimensions);
    this.#addEntry.run(
      ...[entry, position, knownAt, subject, sign, leg.day, leaf],
      ...sideColumns(leg.from),
      ...sideColumns(leg.to),
    );
    this.balances.add(posting, leaf);
  }

  #declare({ units, calendarDays, feeds, knownSince }: FoldEffects): void {
    for (const { event, record } of units) this.#addUnit.run(event, record.knownAt, JSON.stringify(record));
    for (const { event, record } of calendarDays) {
      this.#addDay.run(event, record.knownAt, JSON.stringify(record));
    }
    for (const [feed, delta] of feeds) this.#addFeed.run(feed, ...feedColumns(delta));
    const { dossier, document } = knownSince;
    if (dossier !== undefined || document !== undefined)
      this.#knowSince.run(dossier ?? null, document ?? null);
  }
}

/** The checkpoint row. `successor` names the ledger that has replaced this one, if any. */
export function readCheckpoint(db: Queries): {
  checkpoint: Checkpoint;
  nextSubject: number;
  successor: string | undefined;
} {
  const row = db.prepare('SELECT * FROM checkpoint').get();
  if (!row) throw new Error('The ledger has no checkpoint');
  return {
    checkpoint: {
      position: Number(row.position) as Position,
      knownAt: Number(row.known_at) as Moment,
      entry: Number(row.entry),
      generation: String(row.generation),
    },
    nextSubject: Number(row.next_subject),
    successor: row.successor === null ? undefined : String(row.successor),
  };
}

const sideColumns = ({ account, due, dueOriginal, original }: Side): number[] => [
  accountCode(account),
  orZero(due),
  orZero(dueOriginal),
  timingCode(original),
];

const feedColumns = (delta: FeedDelta) =>
  [
    delta.rank,
    JSON.stringify([...delta.types].sort()),
    delta.events,
    delta.firstRecordedAt,
    delta.lastRecordedAt,
  ] as const;

function poisonOf({ recorded, error }: PoisonEvent): Poison {
  const { position, id, stream, type } = recorded;
  return { position, event: id, stream, type, error: error instanceof Error ? error.message : String(error) };
}
