import type { Position } from '../contracts/stored-event.ts';
import type { Moment } from '../kernel/clock.ts';
import { StoreError } from '../kernel/store-error.ts';
import {
  type ChainBeginning,
  type ChainHead,
  type Link,
  linkOf,
  newStoreId,
  type PlacedLink,
  type StoredChain,
} from './chain.ts';
import type { ChainingProgress } from './chaining-log.ts';
import type { EventStore, Page } from './port.ts';
import { type ChainFault, ChainWalk, faultText } from './verify-chain.ts';

/** The chain of a store that keeps none itself: kept elsewhere, by a process that reads the events. */
export interface KeptChain extends StoredChain {
  /** The last link at or before a position, or that of the first record; undefined without a chain. */
  upTo(position: Position): Promise<PlacedLink | undefined>;
  /** The link that the links stored last follow. */
  beforeLastPage(): Promise<PlacedLink | undefined>;
  begin(beginning: ChainBeginning): Promise<void>;
  /** Stores links that follow the one at `after`. */
  append(after: Position, links: readonly PlacedLink[]): Promise<void>;
}

type ReadEvents = Pick<EventStore, 'readAll' | 'readStream' | 'head'>;

const PAGE = 5_000;

/** The part of a ledger's checkpoint that the chain is compared with. */
export interface LedgerPlace {
  readonly position: Position;
  readonly chain?: Pick<ChainHead, 'store'>;
}

export interface ChainingObserver {
  /** A chain begins: with events before it where `covered` is above 0. */
  readonly onBegin: (beginning: ChainBeginning) => void;
  readonly onProgress: ChainingProgress;
}

/**
 * Brings the chain up to where the ledger stands, and begins it where there is none: for a ledger from before the chain.
 * @throws StoreError `corrupt` when the ledger knows another chain
 */
export async function chainUpTo(
  ledger: LedgerPlace,
  events: ReadEvents,
  chain: KeptChain,
  now: Moment,
  { onBegin, onProgress }: ChainingObserver,
): Promise<void> {
  let head = await chain.head();
  if (ledger.chain && ledger.chain.store !== head?.store) {
    throw new StoreError(
      'corrupt',
      `the ledger knows the chain of store ${ledger.chain.store}, and the database has ${head ? `that of ${head.store}` : 'none'}`,
    );
  }
  if (!head) {
    const beginning = { store: newStoreId(), begunAt: now, covered: await events.head() };
    await chain.begin(beginning);
    onBegin(beginning);
    head = await chain.head();
  }
  for (let last: PlacedLink | undefined = head; last && last.position < ledger.position; ) {
    const page = await events.readAll(last.position, PAGE);
    const links = linksAfter(
      last.link,
      page.events.filter(({ position }) => position <= ledger.position),
    );
    await chain.append(last.position, links);
    last = links.at(-1);
    if (last) onProgress(last.position, ledger.position);
  }
}

/**
 * Compares both ends of the chain with the events, so that the events of another store, and fewer ones, are noticed before anything
 * is made of them. What was changed between is the scrubber's to find. @throws StoreError `corrupt`
 */
export async function assertContinues(events: ReadEvents, chain: KeptChain): Promise<void> {
  const walked = { events, chain, kept: 'by-reader' } as const;
  const { faults } = await new ChainWalk(walked).step();
  assertKept(faults);
  const last = new ChainWalk(walked, await chain.beforeLastPage());
  for (let isEnd = false; !isEnd; ) {
    const step = await last.step();
    assertKept(step.faults);
    isEnd = step.isEnd;
  }
}

/** Links the pages that a ledger is made of, and compares those that were linked before. */
export class ChainKeeper {
  readonly #store: ChainHead['store'];
  /** The last link that was stored before. */
  readonly #stored: Position;
  #last: PlacedLink;
  /** While the ledger is behind the chain. */
  #walk: ChainWalk | undefined;

  private constructor({ store, ...head }: ChainHead, walk: ChainWalk | undefined) {
    this.#store = store;
    this.#stored = head.position;
    this.#last = head;
    this.#walk = walk;
  }

  /** @param after the position of the ledger, not beyond the end of the chain */
  static async open(events: ReadEvents, chain: KeptChain, after: Position): Promise<ChainKeeper> {
    const head = await chain.head();
    if (!head) throw new StoreError('corrupt', 'the events have no chain');
    const isBehind = after < head.position;
    const walked = { events, chain, kept: 'by-reader' } as const;
    return new ChainKeeper(head, isBehind ? new ChainWalk(walked, await chain.upTo(after)) : undefined);
  }

  /** Pages in their order. Their new links are stored in the transaction that posts them. @throws StoreError `corrupt` */
  async chained(page: Page): Promise<Page> {
    const known = page.events.filter(({ position }) => position <= this.#stored);
    const link = await this.#compared(known, page.position);
    const fresh = page.events.slice(known.length);
    const after = this.#last;
    const links = linksAfter(after.link, fresh);
    this.#last = links.at(-1) ?? after;
    const chain = { store: this.#store, position: page.position, link: link ?? this.#last.link };
    return { ...page, chain, ...(links.length > 0 && { newLinks: { after: after.position, links } }) };
  }

  /** @returns the link at the end of the page, when that is before the end of the stored chain */
  async #compared(events: Page['events'], end: Position): Promise<Link | undefined> {
    const walk = this.#walk;
    if (!walk) return undefined;
    await walk.prepare();
    assertKept((await walk.take(events)).faults);
    if (end < this.#stored) return walk.link;
    assertKept(await walk.end());
    this.#walk = undefined;
    return undefined;
  }
}

/** Reads events from the first on, and compares them with the chain as far as that goes. */
export async function comparedEvents(
  events: Pick<EventStore, 'readAll' | 'readStream'>,
  chain: StoredChain,
): Promise<Pick<EventStore, 'readAll'>> {
  const beginning = await chain.beginning();
  if (!beginning) return events;
  const walk = new ChainWalk({ events, chain, kept: 'by-reader' });
  return {
    /** @throws StoreError `corrupt` */
    async readAll(after, limit, bytes) {
      await walk.prepare();
      const page = await events.readAll(after, limit, bytes);
      const { compared, faults } = await walk.take(page.events);
      assertKept(faults);
      if (page.events.length === 0) assertKept(await walk.end());
      if (compared < page.events.length || !walk.link) return page;
      return { ...page, chain: { store: beginning.store, position: page.position, link: walk.link } };
    },
  };
}

/** What retention has removed is a doubt of figures, and stops nothing. */
function assertKept(faults: readonly ChainFault[]): void {
  const fault = faults.find(({ kind }) => kind !== 'lost');
  if (fault) {
    throw new StoreError(
      'corrupt',
      `the event store is not the one that was read before, or was changed: ${faultText(fault)}. docs/backup.md has the remedies`,
    );
  }
}

function linksAfter(link: Link, events: Page['events']): readonly PlacedLink[] {
  let last = link;
  return events.map((event) => {
    last = linkOf(last, event);
    const { position, stream, revision, type } = event;
    return { position, link: last, of: { stream, revision, type } };
  });
}
