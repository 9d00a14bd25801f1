import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { EventId, StreamName } from '../../contracts/ids.ts';
import { contentsOf, formerIdOf, type Position, START } from '../../contracts/stored-event.ts';
import type { Moment } from '../../kernel/clock.ts';
import { StoreError, type StoreErrorCode } from '../../kernel/store-error.ts';
import { storeErrorOf } from '../../sql/sqlite/errors.ts';
import type { ChainHead } from '../chain.ts';
import type { ChainingProgress } from '../chaining-log.ts';
import { isAsExpected } from '../expected-revision.ts';
import type { AppendOutcome, RecordOutcome, RecordResult } from '../port.ts';
import { Dictionary } from './dictionary.ts';
import { Heads } from './heads.ts';
import { IdIndex } from './id-index.ts';
import { ChainEnd } from './links.ts';
import { type EventToWrite, type PackedRequest, unpacked } from './requests.ts';
import { asArrays, numberOf, oneRow } from './rows.ts';
import { openForWriting } from './schema.ts';
import { chainEarlierEvents } from './upgrade.ts';
import { WriteAheadLog } from './write-ahead-log.ts';

export type WriteReply =
  | { readonly kind: 'recorded'; readonly result: RecordResult }
  | { readonly kind: 'append-decided'; readonly outcome: AppendOutcome }
  | { readonly kind: 'failed'; readonly code: StoreErrorCode; readonly message: string };

/** A part of its own, so that a benchmark can measure the writer without it. */
export type ChainStep = Pick<ChainEnd, 'begin' | 'add' | 'settle'>;

/** The one writer of a store file. Synchronous: the store runs it in a worker thread, see `store.ts`. */
export class SqliteWriter {
  readonly #db: DatabaseSync;
  readonly #ids: IdIndex;
  readonly #heads: Heads;
  readonly #chain: ChainStep;
  readonly #log: WriteAheadLog;
  readonly #dictionary: Dictionary;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #lastPosition: StatementSync;
  readonly #insertEvent: StatementSync;
  readonly #contentAt: StatementSync;
  /** The greatest position, in the transaction that is open. */
  #last = 0;

  constructor(db: DatabaseSync, ids = new IdIndex(db), chain: ChainStep = new ChainEnd(db)) {
    this.#db = db;
    this.#ids = ids;
    this.#heads = new Heads(db);
    this.#chain = chain;
    this.#log = new WriteAheadLog(db);
    this.#dictionary = new Dictionary(db);
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
    this.#lastPosition = asArrays(db.prepare('SELECT max(position) FROM events'));
    this.#insertEvent = db.prepare(
      'INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS TEXT))',
    );
    this.#contentAt = asArrays(
      db.prepare(
        'SELECT t.name, e.data, e.stream FROM events e JOIN types t ON t.key = e.type WHERE e.position = ?',
      ),
    );
  }

  /**
   * @param onChaining called now and then while a store from before the chain is chained
   * @param copyOf see {@link openForWriting}
   * @throws StoreError
   */
  static open(path: string, onChaining?: ChainingProgress, copyOf?: ChainHead): SqliteWriter {
    const db = openForWriting(path, copyOf);
    chainEarlierEvents(db, onChaining);
    const writer = new SqliteWriter(db);
    // What it has to know of earlier events (half a second after millions) is read now, not while a caller waits.
    const [failed] = writer.write([]);
    if (failed?.kind === 'failed') throw new StoreError(failed.code, failed.message);
    return writer;
  }

  /**
   * Carries out all requests in one transaction, in their order, and reports on each. A request that fails harms no other: when
   * the common transaction fails, each is tried in one of its own. Nothing of a failed request is stored.
   */
  write(requests: readonly PackedRequest[]): readonly WriteReply[] {
    try {
      const replies = this.#transaction(() => requests.map((request) => this.#carryOut(request)));
      this.#log.bound();
      return replies;
    } catch (error) {
      if (requests.length > 1) return requests.flatMap((request) => this.write([request]));
      const { code, message } = storeErrorOf(error);
      return [{ kind: 'failed', code, message }];
    }
  }

  close(): void {
    this.#db.close();
  }

  #transaction<Result>(work: () => Result): Result {
    this.#begin.run();
    try {
      this.#last = numberOf(this.#lastPosition);
      this.#chain.begin(this.#last);
      this.#ids.begin(this.#last);
      this.#heads.begin(this.#last);
      const result = work();
      this.#ids.settle();
      this.#heads.settle();
      this.#chain.settle();
      this.#commit.run();
      this.#ids.committed();
      this.#heads.committed(this.#last);
      return result;
    } catch (error) {
      // Some failures, a full disk among them, have rolled back already.
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      this.#dictionary.forget();
      this.#ids.rolledBack();
      this.#heads.rolledBack();
      throw error;
    }
  }

  #carryOut(request: PackedRequest): WriteReply {
    const events = unpacked(request);
    return request.kind === 'record'
      ? { kind: 'recorded', result: this.#record(events, request.recordedAt) }
      : { kind: 'append-decided', outcome: this.#append(request, events) };
  }

  #record(events: readonly EventToWrite[], recordedAt: Moment): RecordResult {
    let greatest = START;
    const outcomes = events.map((event) => {
      const outcome = this.#recordOne(event, recordedAt);
      if (outcome.kind !== 'stream-full' && outcome.position > greatest) greatest = outcome.position;
      return outcome;
    });
    return { outcomes, position: greatest };
  }

  #recordOne(
    event: EventToWrite,
    recordedAt: Moment,
  ): Exclude<RecordOutcome, { kind: 'too-large' | 'refused' }> {
    const full = this.#fullStreamOf(event);
    const known =
      this.#formerPosition(event) ??
      (full ? this.#ids.find(event.id) : this.#ids.findOrReserve(event.id, this.#last + 1));
    if (known === undefined) {
      return full ?? { kind: 'recorded', position: this.#insert(event, recordedAt) };
    }
    const [type, data] = oneRow(this.#contentAt, known) ?? [];
    const contents = contentsOf({ data: event.bytes.text, former: event.former });
    const same = type === event.type && contents.includes(String(data));
    return { kind: same ? 'duplicate' : 'id-reused', position: known as Position };
  }

  #fullStreamOf({ stream, streamLimit: limit }: EventToWrite) {
    if (limit === undefined) return undefined;
    const events = this.#heads.revisionOf(stream) + 1;
    return events < limit ? undefined : { kind: 'stream-full' as const, events, limit };
  }

  #formerPosition(event: EventToWrite): number | undefined {
    const id = formerIdOf(event);
    return id === undefined ? undefined : this.#ids.find(id);
  }

  #append(
    { stream, expected, recordedAt }: PackedRequest & { kind: 'append' },
    events: readonly EventToWrite[],
  ): AppendOutcome {
    const earlier = this.#earlierTry(stream, events);
    if (earlier) return earlier;
    const revision = this.#heads.revisionOf(stream);
    const actual = revision < 0 ? 'no-stream' : revision;
    if (!isAsExpected(expected, actual)) return { kind: 'conflict', actual };
    let position = START;
    for (const event of events) {
      this.#ids.findOrReserve(event.id, this.#last + 1);
      position = this.#insert(event, recordedAt);
    }
    return { kind: 'appended', revision: revision + events.length, position };
  }

  /** What is to be said of an append when some of its ids are known; undefined when none is. */
  #earlierTry(stream: StreamName, events: readonly EventToWrite[]): AppendOutcome | undefined {
    const seen = new Set<EventId>();
    let position = 0;
    let stranger: EventId | undefined;
    let known = 0;
    for (const event of events) {
      const earlier = this.#ids.find(event.id);
      if (seen.has(event.id)) stranger ??= event.id;
      seen.add(event.id);
      if (earlier === undefined) continue;
      known++;
      position = Math.max(position, earlier);
      const [type, data, itsStream] = oneRow(this.#contentAt, earlier) ?? [];
      if (type !== event.type || data !== event.bytes.text || itsStream !== stream) stranger ??= event.id;
    }
    // An append is all or nothing, so one that is known in part is not an earlier try of this one.
    if (!stranger && known > 0 && known < events.length) {
      stranger = events.find((event) => this.#ids.find(event.id) !== undefined)?.id;
    }
    if (stranger) return { kind: 'id-reused', id: stranger };
    return known > 0 ? { kind: 'duplicate', position: position as Position } : undefined;
  }

  #insert(event: EventToWrite, recordedAt: Moment): Position {
    const { id, type, stream, origin, bytes } = event;
    const position = (this.#last + 1) as Position;
    const { revision, previous } = this.#heads.advance(stream, position);
    this.#chain.add(position, revision, bytes);
    this.#insertEvent.run(
      position,
      previous,
      stream,
      revision,
      id,
      this.#dictionary.typeKey(type),
      this.#dictionary.originKey(origin),
      recordedAt,
      event.sourceId,
      event.place ?? null,
      event.traceparent ?? null,
      bytes.data,
    );
    this.#last = position;
    return position;
  }
}
