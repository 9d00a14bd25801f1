import { EventEmitter } from 'node:events';
import { checkAppend, written } from './append-rules.ts';
import { Journal } from './journal.ts';
import type { Decision, Expected, ProposedEvent, StoredEvent } from './stored-event.ts';

/** What a record takes in the log besides its own bytes: positions grow by uneven steps, as offsets do. */
const OVERHEAD = 120n;

/** The log of the stand-in: the streams of an EventStoreDB and the rules by which it appends. */
export class EventLog {
  readonly events: StoredEvent[] = [];
  /** `appended` after every append. */
  readonly signals = new EventEmitter().setMaxListeners(0);
  readonly #streams = new Map<string, StoredEvent[]>();
  /** Where a soft-deleted stream begins again; Infinity for a tombstoned one. */
  readonly #truncatedBefore = new Map<string, number>();
  readonly #journal: Journal | undefined;
  #next = 4_096n;

  constructor(file?: string) {
    if (file === undefined) {
      this.#journal = undefined;
    } else {
      for (const entry of Journal.read(file)) {
        if (entry.kind === 'deleted') this.#truncatedBefore.set(entry.stream, entry.before);
        else this.#store(entry.event);
      }
      this.#journal = new Journal(file);
    }
  }

  append(stream: string, expected: Expected, proposed: readonly ProposedEvent[]): Decision {
    const before = this.#truncatedBefore.get(stream) ?? 0;
    if (before === Number.POSITIVE_INFINITY) return { kind: 'deleted' };
    const all = this.#streams.get(stream) ?? [];
    const found = checkAppend(all, before, expected, proposed);
    return found ?? written(this.#write(stream, all.length - 1, proposed));
  }

  /** Events of a stream that can still be read. */
  stream(name: string): readonly StoredEvent[] | 'deleted' | undefined {
    const before = this.#truncatedBefore.get(name) ?? 0;
    if (before === Number.POSITIVE_INFINITY) return 'deleted';
    const events = this.#streams.get(name)?.slice(before);
    return events === undefined || events.length === 0 ? undefined : events;
  }

  softDelete(stream: string): void {
    this.#delete(stream, this.#streams.get(stream)?.length ?? 0);
  }

  tombstone(stream: string): void {
    this.#delete(stream, Number.POSITIVE_INFINITY);
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

  #delete(stream: string, before: number): void {
    this.#truncatedBefore.set(stream, before);
    this.#journal?.write([{ kind: 'deleted', stream, before }]);
  }

  #write(stream: string, current: number, proposed: readonly ProposedEvent[]): StoredEvent {
    const created = Date.now();
    const events = proposed.map((event, index) => {
      const stored = { ...event, stream, revision: current + 1 + index, position: this.#next, created };
      this.#next += OVERHEAD + BigInt(event.data.length + event.metadata.length + 2 * stream.length);
      return stored;
    });
    this.#journal?.write(events.map((event) => ({ kind: 'event', event })));
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
