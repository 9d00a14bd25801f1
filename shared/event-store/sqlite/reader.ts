import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EventId, FeedName, StreamName } from '../../contracts/ids.ts';
import type { EventMetadata, Position, RecordedEvent } from '../../contracts/stored-event.ts';
import type { Moment } from '../../kernel/clock.ts';
import { StoreError } from '../../kernel/store-error.ts';
import { storeErrorOf } from '../../sql/sqlite/errors.ts';
import type { ChainHead, StoreId } from '../chain.ts';
import { DEFAULT_PAGE, type PageBound, PageFill } from '../page-bound.ts';
import type { EventStore, Page, SubscribeOptions } from '../port.ts';
import { hasChain, Links, readBeginning } from './links.ts';
import { asArrays, eachRow, numberOf, oneRow, type Row } from './rows.ts';
import { openForReading } from './schema.ts';
import { CommitSignal } from './signal.ts';

export type EventReader = Pick<
  EventStore,
  'readStream' | 'readAll' | 'head' | 'lastRecordedAt' | 'subscribe' | 'close'
>;

/** A filter looks through so many positions at a time, so that a rare type does not hold its thread for the whole store. */
const FILTER_WINDOW = 50_000;

const COLUMNS =
  'position, stream, revision, id, type, origin, recorded_at, source_id, place, traceparent, data';

/** Reads a store file on the thread it lives in, by a connection of its own that cannot write. */
export class SqliteReader implements EventReader {
  readonly #path: string;
  readonly #db: DatabaseSync;
  readonly #closing = new AbortController();
  readonly #types: (string | undefined)[] = [];
  readonly #origins: (Origin | undefined)[] = [];
  readonly #head: StatementSync;
  readonly #lastRecordedAt: StatementSync;
  readonly #page: StatementSync;
  readonly #pageOfTypes: StatementSync;
  readonly #streamPage: StatementSync;
  readonly #typeAt: StatementSync;
  readonly #originAt: StatementSync;
  #chain: { readonly links: Links; readonly store: StoreId } | undefined;

  /** @throws StoreError when there is no such file. */
  constructor(path: string) {
    this.#path = path;
    const db = openForReading(path);
    this.#db = db;
    this.#head = asArrays(db.prepare('SELECT max(position) FROM events'));
    this.#lastRecordedAt = asArrays(
      db.prepare('SELECT recorded_at FROM events ORDER BY position DESC LIMIT 1'),
    );
    this.#page = asArrays(
      db.prepare(
        `SELECT ${COLUMNS} FROM events WHERE position > ? AND position <= ? ORDER BY position LIMIT ?`,
      ),
    );
    this.#pageOfTypes = asArrays(
      db.prepare(
        `SELECT ${COLUMNS} FROM events WHERE position > ? AND position <= ?
           AND type IN (SELECT key FROM types WHERE name IN (SELECT value FROM json_each(?)))
         ORDER BY position LIMIT ?`,
      ),
    );
    // From the head back to the first revision wanted, along the chain.
    this.#streamPage = asArrays(
      db.prepare(
        `WITH RECURSIVE chain (at, revision) AS (
           SELECT position, revision FROM streams JOIN heads ON stream = key WHERE name = ?1 AND revision >= ?2
           UNION ALL
           SELECT e.previous, c.revision - 1 FROM chain c JOIN events e ON e.position = c.at WHERE c.revision > ?2
         )
         SELECT ${COLUMNS} FROM events WHERE position IN (SELECT at FROM chain WHERE revision < ?2 + ?3)
         ORDER BY position`,
      ),
    );
    this.#typeAt = asArrays(db.prepare('SELECT name FROM types WHERE key = ?'));
    // All columns: a file from before `by` has none of that name.
    this.#originAt = asArrays(db.prepare('SELECT * FROM origins WHERE key = ?'));
  }

  async readStream(
    stream: StreamName,
    from = 0,
    limit = Number.MAX_SAFE_INTEGER,
  ): Promise<readonly RecordedEvent[]> {
    const bound = { ...DEFAULT_PAGE, events: limit };
    return this.#guarded(() => this.#filled(eachRow(this.#streamPage, stream, from, limit), bound).events);
  }

  async readAll(after: Position, limit: number, bytes?: number): Promise<Page> {
    return this.readPage(after, limit, bytes);
  }

  /** {@link readAll} for a thread that has nothing else to do. */
  readPage(after: Position, limit: number, bytes = DEFAULT_PAGE.bytes): Page {
    return this.#guarded(() => this.#readPage(after, { events: limit, bytes }));
  }

  async head(): Promise<Position> {
    return this.#guarded(() => this.#headNow());
  }

  async lastRecordedAt(): Promise<Moment | null> {
    return this.#guarded(() => {
      const [last] = oneRow(this.#lastRecordedAt) ?? [];
      return last === undefined ? null : Number(last);
    });
  }

  async *subscribe({
    after,
    signal,
    types,
    pageSize = DEFAULT_PAGE.events,
    pageBytes = DEFAULT_PAGE.bytes,
  }: SubscribeOptions): AsyncGenerator<Page> {
    const bound: PageBound = { events: pageSize, bytes: pageBytes };
    const ended = AbortSignal.any([signal, this.#closing.signal]);
    if (ended.aborted) return;
    // It listens before it reads, so a commit is either in what is read or signalled after it.
    const commits = new CommitSignal(this.#path, ended);
    try {
      let position = after;
      while (!ended.aborted) {
        const page = this.#guarded(() =>
          types ? this.#readPageOfTypes(position, types, bound) : this.#readPage(position, bound),
        );
        if (page.position > position) {
          position = page.position;
          yield page;
          // Reading is synchronous: without this a long catch-up would let nothing else run on the thread.
          await nextTurn();
        } else {
          await commits.next();
        }
      }
    } finally {
      commits.close();
    }
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    this.#db.close();
  }

  #headNow(): Position {
    return numberOf(this.#head) as Position;
  }

  // The head is read first and bounds the page: nothing committed in between can be in the one and not in the other.
  #readPage(after: Position, bound: PageBound): Page {
    const head = this.#headNow();
    const { events } = this.#filled(eachRow(this.#page, after, head, bound.events), bound);
    const position = events.at(-1)?.position ?? after;
    const link = events.length > 0 ? this.#chainAt(position) : undefined;
    return { events, position, head, ...(link && { chain: link }) };
  }

  /** A store from before the chain gets its tables before it is read by a server. */
  #chainAt(position: Position): ChainHead | undefined {
    if (!this.#chain && !hasChain(this.#db)) return undefined;
    this.#chain ??= { links: new Links(this.#db), store: readBeginning(this.#db).store };
    const { store, links } = this.#chain;
    const link = links.at(position);
    return link && { store, position, link };
  }

  #readPageOfTypes(after: Position, types: readonly string[], bound: PageBound): Page {
    const head = this.#headNow();
    const until = Math.min(head, after + FILTER_WINDOW);
    const rows = eachRow(this.#pageOfTypes, after, until, JSON.stringify(types), bound.events);
    const { events, full } = this.#filled(rows, bound);
    const last = full ? events.at(-1)?.position : undefined;
    return { events, position: last ?? (Math.max(after, until) as Position), head };
  }

  /** The rows that go into a page; of the others none is read. */
  #filled(rows: Iterable<Row>, bound: PageBound) {
    const events: RecordedEvent[] = [];
    const fill = new PageFill(bound);
    for (const row of rows) {
      const event = this.#event(row);
      events.push(event);
      fill.add(event);
      if (fill.full) break;
    }
    return { events, full: fill.full };
  }

  #event(row: Row): RecordedEvent {
    // The table is STRICT, so the columns have these types.
    const [position, stream, revision, id, type, origin, recordedAt, sourceId, place, traceparent, data] =
      row as unknown as EventColumns;
    const { source, feed, rank, by } = this.#origins[origin] ?? this.#originOf(origin);
    const metadata: EventMetadata =
      place === null && traceparent === null && by === undefined
        ? { source, sourceId, feed, rank }
        : {
            source,
            sourceId,
            feed,
            rank,
            ...(place !== null && { origin: place }),
            ...(traceparent !== null && { traceparent }),
            ...(by !== undefined && { by }),
          };
    return {
      position,
      stream,
      revision,
      id,
      type: this.#types[type] ?? this.#typeOf(type),
      data,
      metadata,
      recordedAt,
    };
  }

  #typeOf(key: number): string {
    const name = String(oneRow(this.#typeAt, key)?.[0]);
    this.#types[key] = name;
    return name;
  }

  #originOf(key: number): Origin {
    const [, source, feed, rank, by] = oneRow(this.#originAt, key) ?? [];
    const origin = {
      source: String(source),
      feed: String(feed) as FeedName,
      rank: Number(rank),
      by: by === undefined || by === '' ? undefined : String(by),
    };
    this.#origins[key] = origin;
    return origin;
  }

  #guarded<Result>(read: () => Result): Result {
    if (this.#closing.signal.aborted) throw new StoreError('closed', 'the event store is closed');
    try {
      return read();
    } catch (error) {
      throw storeErrorOf(error);
    }
  }
}

type Origin = Pick<EventMetadata, 'source' | 'feed' | 'rank'> & { readonly by: string | undefined };
type EventColumns = [
  position: Position,
  stream: StreamName,
  revision: number,
  id: EventId,
  type: number,
  origin: number,
  recordedAt: number,
  sourceId: string,
  place: string | null,
  traceparent: string | null,
  data: string,
] &
  SQLOutputValue[];
