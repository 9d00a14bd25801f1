import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { EventId } from '../../contracts/ids.ts';
import { allRows, asArrays, numberOf, oneRow } from './rows.ts';

/** An id's slot is its first 40 bits: 9 that name its bucket, then 31, so that a place within a bucket is a small integer. */
const BUCKETS = 2 ** 9;
const PLACES = 2 ** 31;
/** So many ids wait in memory (about 12 MiB). More: fewer pages written an event. Less: a shorter start, less memory. */
const CAPACITY = 2 ** 18;

/**
 * Which ids are in use, and for which positions: what keeps an event id unique in the store.
 *
 * Ids are hashes, so entering each into a table at once dirties a page of its own, and past a million events that was two
 * thirds of the cost of an append. So new ids wait in memory and enter the table `ids` a bucket at a time, within an append's
 * transaction, when hundreds of them share each page. `id_marks` says up to which position the ids of a bucket are in the
 * table; those after it are read from the events when the store is opened, so a crash loses nothing.
 *
 * Ids of one slot stand in the following places of their bucket, and a hit is believed only when the event at its position
 * has the whole id: two ids cannot be made to pass for one.
 */
export class IdIndex {
  readonly #idAt: StatementSync;
  readonly #positionAt: StatementSync;
  readonly #enter: StatementSync;
  readonly #mark: StatementSync;
  readonly #eventsAfter: StatementSync;
  readonly #buckets: readonly Bucket[];
  readonly #capacity: number;
  #waiting = 0;
  /** Ids of events up to this position are here or in the table. */
  #seen: number;

  /** What the open transaction did, in case it is rolled back. */
  readonly #reserved: { readonly bucket: Bucket; readonly place: number }[] = [];
  readonly #entered = new Map<Bucket, number>();

  constructor(db: DatabaseSync, capacity = CAPACITY) {
    this.#idAt = asArrays(db.prepare('SELECT id FROM events WHERE position = ?'));
    this.#positionAt = asArrays(db.prepare('SELECT position FROM ids WHERE slot = ?'));
    this.#enter = db.prepare('INSERT INTO ids (slot, position) VALUES (?, ?) ON CONFLICT DO NOTHING');
    this.#mark = db.prepare('REPLACE INTO id_marks (bucket, position) VALUES (?, ?)');
    this.#eventsAfter = asArrays(
      db.prepare('SELECT position, id FROM events WHERE position > ? ORDER BY position LIMIT 10000'),
    );
    this.#capacity = capacity;
    const marks = asArrays(db.prepare('SELECT bucket, position FROM id_marks'));
    const markOf = new Map(allRows(marks).map(([bucket, position]) => [Number(bucket), Number(position)]));
    this.#buckets = Array.from({ length: BUCKETS }, (_, index) => ({
      index,
      mark: markOf.get(index) ?? 0,
      waiting: new Map<number, number>(),
    }));
    this.#seen = Math.min(...this.#buckets.map(({ mark }) => mark));
  }

  /** First in a transaction, with the greatest position: adds the events that this index has not seen. */
  begin(lastPosition: number): void {
    while (this.#seen < lastPosition) {
      for (const [position, id] of allRows(this.#eventsAfter, this.#seen)) {
        this.#seen = Number(position);
        const slot = slotOf(String(id));
        const bucket = this.#bucketOf(slot);
        if (this.#seen > bucket.mark) this.#wait(bucket, slot % PLACES, this.#seen);
      }
    }
  }

  /** The position of the event that has this id. */
  find(id: EventId): number | undefined {
    return this.#find(id, slotOf(id));
  }

  /** The same, and when there is none the id is reserved for `position`, the next one, where the caller puts an event with it. */
  findOrReserve(id: EventId, position: number): number | undefined {
    const slot = slotOf(id);
    const found = this.#find(id, slot);
    if (found === undefined) {
      const bucket = this.#bucketOf(slot);
      this.#reserved.push({ bucket, place: this.#wait(bucket, slot % PLACES, position) });
      this.#seen = position;
    }
    return found;
  }

  /** Last in a transaction: enters buckets into the table, the one that waited longest first, until the rest has room. */
  settle(): void {
    let excess = this.#waiting - this.#capacity;
    if (excess <= 0) return;
    for (const bucket of this.#buckets.toSorted((a, b) => a.mark - b.mark)) {
      // In the order of the table, so that each of its pages is visited once.
      for (const [place, position] of [...bucket.waiting].sort(([a], [b]) => a - b)) {
        let free = place;
        while (this.#enter.run(bucket.index * PLACES + free, position).changes === 0) free = placeAfter(free);
      }
      this.#mark.run(bucket.index, this.#seen);
      this.#entered.set(bucket, bucket.mark);
      bucket.mark = this.#seen;
      excess -= bucket.waiting.size;
      if (excess <= 0) return;
    }
  }

  committed(): void {
    for (const bucket of this.#entered.keys()) {
      this.#waiting -= bucket.waiting.size;
      bucket.waiting.clear();
    }
    this.#entered.clear();
    this.#reserved.length = 0;
  }

  rolledBack(): void {
    for (const [bucket, mark] of this.#entered) bucket.mark = mark;
    for (const { bucket, place } of this.#reserved) bucket.waiting.delete(place);
    this.#waiting -= this.#reserved.length;
    // Positions are reserved one after the other.
    this.#seen -= this.#reserved.length;
    this.#entered.clear();
    this.#reserved.length = 0;
  }

  #find(id: EventId, slot: number): number | undefined {
    const bucket = this.#bucketOf(slot);
    for (let place = slot % PLACES; ; place = placeAfter(place)) {
      const position = bucket.waiting.get(place);
      if (position === undefined) break;
      if (this.#holds(position, id)) return position;
    }
    for (let place = slot % PLACES; ; place = placeAfter(place)) {
      const position = numberOf(this.#positionAt, bucket.index * PLACES + place);
      if (position === 0) return undefined;
      if (this.#holds(position, id)) return position;
    }
  }

  #holds(position: number, id: EventId): boolean {
    return oneRow(this.#idAt, position)?.[0] === id;
  }

  #wait(bucket: Bucket, home: number, position: number): number {
    let place = home;
    while (bucket.waiting.has(place)) place = placeAfter(place);
    bucket.waiting.set(place, position);
    this.#waiting++;
    return place;
  }

  #bucketOf(slot: number): Bucket {
    const bucket = this.#buckets[Math.floor(slot / PLACES)];
    if (!bucket) throw new RangeError(`no bucket for slot ${slot}`);
    return bucket;
  }
}

interface Bucket {
  readonly index: number;
  /** Ids of events up to this position are in the table. */
  mark: number;
  /** The position at each place, of the ids that are not in the table yet. */
  readonly waiting: Map<number, number>;
}

/** From the text form of a UUID, `xxxxxxxx-xx…`. */
const slotOf = (id: string): number =>
  Number.parseInt(id.slice(0, 8), 16) * 0x100 + Number.parseInt(id.slice(9, 11), 16);

/** The next place of a bucket; after the last one, the first. */
const placeAfter = (place: number): number => (place + 1) % PLACES;
