import type { Book } from '../bookkeeping/book.ts';
import { agencyIn, withAgency } from '../contracts/agency-in-id.ts';
import { fromStored } from '../contracts/event-kind.ts';
import type { UnitId } from '../contracts/ids.ts';
import { type Position, type RecordedEvent, START } from '../contracts/stored-event.ts';
import type { PageBound } from '../event-store/page-bound.ts';
import type { EventStore, Page } from '../event-store/port.ts';
import type { Moment } from '../kernel/clock.ts';
import { errorText } from '../kernel/error-text.ts';
import { StoreError } from '../kernel/store-error.ts';
import { agencyIdMapped } from '../office/agency-id-mapped.v1.ts';
import type { FoldRules } from './fold.ts';
import type { BookRegistry } from './registry.ts';
import { Recomputation } from './verify-recompute.ts';

type Events = Pick<EventStore, 'readAll'>;
type OnProgress = (position: Position, of: Position) => void;

/** How many events' facts are in memory at a time, and of how many bytes, some 300 MiB; each partition reads the store once. */
const PART: PageBound = { events: 500_000, bytes: 128 * 1_024 * 1_024 };
const PAGE_SIZE = 5_000;
/** After so many positions that cannot be read the rest of the store is given up. */
const MOST_SKIPPED = 1_000;

/** Whether the store itself is damaged, rather than unreachable. */
const isDamage = (error: unknown): boolean => !(error instanceof StoreError) || error.code === 'corrupt';

export interface Extent {
  readonly source: Events;
  /** Last position that is included. */
  readonly until: Position;
  readonly onProgress: OnProgress;
}

/**
 * The events up to a position, in partitions of whole subjects, so that memory is bounded for any number of events.
 * @returns the number of events, and the recomputation of each partition in turn
 */
export async function recomputationsOf(
  extent: Extent,
  rules: FoldRules,
): Promise<{
  readonly events: number;
  readonly unreadable: readonly string[];
  readonly parts: AsyncIterable<Recomputation>;
}> {
  const links = new Links(rules.books);
  let [events, bytes] = [0, 0];
  const unreadable: string[] = [];
  for await (const { recorded } of eventsOf(extent, (what) => unreadable.push(what))) {
    events += 1;
    bytes += Buffer.byteLength(recorded.data);
    try {
      links.learn(recorded);
    } catch {
      // Named by the recomputation, which parses it too.
    }
  }
  links.close();
  const parts = Math.max(1, Math.ceil(events / PART.events), Math.ceil(bytes / PART.bytes));
  return { events, unreadable, parts: partsOf(extent, rules, links, parts) };
}

async function* partsOf(
  extent: Extent,
  rules: FoldRules,
  links: Links,
  parts: number,
): AsyncGenerator<Recomputation> {
  for (let part = 0; part < parts; part += 1) {
    const isMine = (book: Book, name: string) => links.hash(book, name) % parts === part;
    const recomputation = new Recomputation(rules, isMine);
    // Named by the first reading.
    for await (const { recorded, knownAt } of eventsOf(extent, () => {}))
      recomputation.add(recorded, knownAt);
    yield recomputation;
  }
}

/** @param onUnreadable is called with each position behind which the store cannot read, and the reason */
async function* eventsOf(
  { source, until, onProgress }: Extent,
  onUnreadable: (what: string) => void,
): AsyncGenerator<{ recorded: RecordedEvent; knownAt: Moment }> {
  let knownAt = 0;
  let limit = PAGE_SIZE;
  let skipped = 0;
  for (let position = START; position < until; ) {
    let page: Page;
    try {
      page = await source.readAll(position, limit);
    } catch (error) {
      if (!isDamage(error)) throw error;
      // Down to the one event that cannot be read; a store counts its positions one by one, or the next reading fails too.
      if (limit > 1) limit = Math.ceil(limit / 10);
      else {
        position = (position + 1) as Position;
        onUnreadable(`position ${position}: ${errorText(error)}`);
        skipped += 1;
        if (skipped === MOST_SKIPPED) return;
      }
      continue;
    }
    limit = PAGE_SIZE;
    if (page.position === position) return;
    for (const recorded of page.events) {
      if (recorded.position > until) return;
      knownAt = Math.max(knownAt, recorded.recordedAt);
      yield { recorded, knownAt };
    }
    position = page.position;
    onProgress(position, until);
  }
}

/**
 * Groups the ids of one subject: those that an alias links, and those that differ only in identifiers of one agency. Holds
 * only ids with a link.
 */
class Links {
  readonly #next = new Map<string, string>();
  #hasTable = false;
  readonly #aliases: [book: Book, a: string, b: string][] = [];
  readonly #books: BookRegistry;

  constructor(books: BookRegistry) {
    this.#books = books;
  }

  learn({ type, data }: RecordedEvent): void {
    const entry = this.#books.entries.get(type);
    if (entry?.kind === agencyIdMapped) {
      const { agencyId, unitId } = fromStored(agencyIdMapped, data).data;
      this.#hasTable = true;
      this.#link(agencyKey(agencyId), agencyKey(unitId));
    }
    // Almost no event has an alias: this test of the text avoids most parsing.
    if (entry?.of !== 'book' || !data.includes('"aliases"')) return;
    const { name, aliases } = entry.event.subjectOf(fromStored(entry.kind, data).data);
    for (const alias of aliases) this.#aliases.push([entry.book, name, alias]);
  }

  /** Call it after the last event: only then all identifiers of each agency are known. */
  close(): void {
    for (const [book, a, b] of this.#aliases) this.#link(this.#keyOf(book, a), this.#keyOf(book, b));
  }

  /** The same whole number ≥ 0 for all ids of a subject. */
  hash(book: Book, name: string): number {
    let hash = 0;
    for (const character of this.#root(this.#keyOf(book, name))) {
      hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
    }
    return hash;
  }

  #keyOf(book: Book, name: string): string {
    const agency = this.#hasTable ? agencyIn(name) : undefined;
    if (agency === undefined) return `${book.name} ${name}`;
    return `${book.name} ${withAgency(name, this.#root(agencyKey(agency)) as UnitId)}`;
  }

  #link(a: string, b: string): void {
    const from = this.#root(a);
    const to = this.#root(b);
    if (from !== to) this.#next.set(from, to);
  }

  #root(id: string): string {
    let root = id;
    for (let next = this.#next.get(root); next !== undefined; next = this.#next.get(root)) root = next;
    return root;
  }
}

const agencyKey = (id: UnitId): string => `agency ${id}`;
