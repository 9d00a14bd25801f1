import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { checkAppend, written } from './append-rules.ts';
import { Journal } from './journal.ts';
import {
  type Decision,
  type Expected,
  type ProposedEvent,
  type StoredEvent,
  TOMBSTONE_REVISION,
} from './stored-event.ts';
import { type CutSettings, cutOf, cutting, deletion, metadataStream, shown } from './stream-metadata.ts';

/** The bytes of a record in the log besides its own: positions grow by uneven steps, as offsets do. */
const OVERHEAD = 120n;

/** The log of the stand-in: the streams of an EventStoreDB and the rules by which it appends. */
export class EventLog {
  readonly events: StoredEvent[] = [];
  /** `appended` after every append. */
  readonly signals = new EventEmitter().setMaxListeners(0);
  readonly #streams = new Map<string, StoredEvent[]>();
  readonly #journal: Journal | undefined;
  #next = 4_096n;

  constructor(file?: string) {
    if (file === undefined) {
      this.#journal = undefined;
    } else {
      for (const event of Journal.read(file)) this.#store(event);
      this.#journal = new Journal(file);
    }
  }

  append(stream: string, expected: Expected, proposed: readonly ProposedEvent[]): Decision {
    const all = this.#streams.get(stream) ?? [];
    if (isTombstoned(all)) return { kind: 'deleted' };
    const described = this.#streams.get(metadataStream(stream));
    const { truncateBefore: before } = cutOf(described);
    const found = checkAppend(all, { before, described: described !== undefined }, expected, proposed);
    if (found) return found;
    const last = this.#write(stream, all.length, proposed);
    if (before === Number.POSITIVE_INFINITY)
      this.#describe(stream, cutting({ $tb: last.revision - proposed.length + 1 }));
    return written(last);
  }

  /** Events of a stream that can still be read. */
  stream(name: string): readonly StoredEvent[] | 'deleted' | undefined {
    const all = this.#streams.get(name) ?? [];
    if (isTombstoned(all)) return 'deleted';
    const cut = cutOf(this.#streams.get(metadataStream(name)));
    const isThere = all.length > 0 && cut.truncateBefore < Number.POSITIVE_INFINITY;
    return isThere ? shown(all, cut, Date.now()) : undefined;
  }

  /** Sets the stream's metadata, as an operator does to keep less. */
  cut(stream: string, settings: CutSettings): void {
    this.#describe(stream, cutting(settings));
  }

  softDelete(stream: string): void {
    this.#describe(stream, deletion());
  }

  tombstone(stream: string): void {
    this.#write(stream, TOMBSTONE_REVISION, [
      {
        id: randomUUID(),
        type: '$streamDeleted',
        contentType: 'application/octet-stream',
        data: Buffer.alloc(0),
        metadata: Buffer.alloc(0),
      },
    ]);
  }

  /** Index of the first event at or beyond a position. */
  indexFrom(position: bigint): number {
    let [low, high] = [0, this.events.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.events[middle]?.position ?? 0n) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  close(): void {
    this.#journal?.close();
  }

  #describe(stream: string, metadata: ProposedEvent): void {
    const name = metadataStream(stream);
    this.#write(name, this.#streams.get(name)?.length ?? 0, [metadata]);
  }

  /** @param first the revision of the first of them */
  #write(stream: string, first: number, proposed: readonly ProposedEvent[]): StoredEvent {
    const created = Date.now();
    const events = proposed.map((event, index) => {
      const stored = { ...event, stream, revision: first + index, position: this.#next, created };
      this.#next += OVERHEAD + BigInt(event.data.length + event.metadata.length + 2 * stream.length);
      return stored;
    });
    this.#journal?.write(events);
    for (const event of events) this.#store(event);
    this.signals.emit('appended');
    const last = events.at(-1);
    if (last === undefined) throw new Error('an append of no events reached the log');
    return last;
  }

  #store(event: StoredEvent): void {
    this.events.push(event);
    const stream = this.#streams.get(event.stream);
    if (stream) stream.push(event);
    else this.#streams.set(event.stream, [event]);
    const end =
      event.position + OVERHEAD + BigInt(event.data.length + event.metadata.length + 2 * event.stream.length);
    if (end > this.#next) this.#next = end;
  }
}

const isTombstoned = (all: readonly StoredEvent[]): boolean => all.at(-1)?.revision === TOMBSTONE_REVISION;
