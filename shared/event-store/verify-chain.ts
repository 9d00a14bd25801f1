import {
  LossTally,
  type LostEvent,
  type LostEvents,
  REMOVAL_TEXT,
  type Removal,
  type RemovalSource,
} from '../contracts/lost-events.ts';
import { type Position, type RecordedEvent, START } from '../contracts/stored-event.ts';
import { StoreError } from '../kernel/store-error.ts';
import { firstLink, type Link, linkOf, type PlacedLink, type StoredChain } from './chain.ts';
import type { EventStore } from './port.ts';

/** Where the events do not agree with their chain. */
export type ChainFault =
  | { readonly kind: 'first-record-altered' }
  | { readonly kind: 'altered'; readonly position: Position; readonly id: string }
  /** The event agrees with its neighbours, its link does not. */
  | { readonly kind: 'link-altered'; readonly position: Position; readonly id: string }
  | { readonly kind: 'missing'; readonly position: Position }
  | { readonly kind: 'inserted'; readonly position: Position; readonly id: string }
  /** No forgery: its stream begins later by now, or is gone. */
  | ({ readonly kind: 'lost' } & LostEvent);

export const faultText = (fault: ChainFault): string => {
  switch (fault.kind) {
    case 'first-record-altered':
      return 'the first record of the chain was altered';
    case 'altered':
      return `the event at position ${fault.position} (${fault.id}) was altered`;
    case 'link-altered':
      return `the link of the event at position ${fault.position} (${fault.id}) was altered`;
    case 'missing':
      return `the event at position ${fault.position} is missing`;
    case 'inserted':
      return `the event at position ${fault.position} (${fault.id}) was inserted`;
    case 'lost':
      return `the event at position ${fault.position} is gone from its stream ${fault.stream}: ${REMOVAL_TEXT[fault.removal]}`;
  }
};

/**
 * `by-writer`: in the transaction of the event, and positions have no gaps. `by-reader`: afterwards, by a process that has read the
 * event, so the last events may have no link yet, and positions have gaps.
 */
export type WalkedChain = { readonly chain: StoredChain } & (
  | { readonly kept: 'by-writer'; readonly events: Pick<EventStore, 'readAll'> }
  | {
      readonly kept: 'by-reader';
      readonly events: Pick<EventStore, 'readAll' | 'readStream'>;
      /** Knows why events are gone; absent where a walk need not give the reason. */
      readonly removals?: RemovalSource;
    }
);

export interface Step {
  /** The last event that was compared. */
  readonly position: Position;
  readonly faults: readonly ChainFault[];
  /** Nothing follows at present. */
  readonly isEnd: boolean;
}

const PAGE = 1_000;

/**
 * Computes the chain anew from the events, a page at a time, and compares it with the links that are stored. Each difference is
 * one fault: the link after it is computed from the one before as stored.
 */
export class ChainWalk {
  readonly #walked: WalkedChain;
  #position: Position = START;
  #link: Link | undefined;
  /** The last event, while it is open whether it or its link was altered. */
  #doubted: { readonly position: Position; readonly id: string; readonly computed: Link } | undefined;
  #links: PlacedLink[] = [];
  #faults: ChainFault[] = [];

  /** @param from the link to go on from; the whole chain when omitted */
  constructor(walked: WalkedChain, from?: PlacedLink) {
    this.#walked = walked;
    if (!from) return;
    this.#position = from.position;
    this.#link = from.link;
  }

  /** As stored, of the last event that was compared. */
  get link(): Link | undefined {
    return this.#link;
  }

  /** Reads a page and compares it. @throws StoreError */
  async step(): Promise<Step> {
    const { events } = this.#walked;
    await this.prepare();
    const page = await events.readAll(this.#position, PAGE);
    const { compared, faults } = await this.take(page.events);
    const isEnd = compared === 0;
    if (isEnd) faults.push(...(await this.end()));
    return { position: this.#position, faults, isEnd };
  }

  /** Before events are read for {@link take}: a link that is stored by now has an event that is read. */
  async prepare(): Promise<void> {
    if (this.#link === undefined) await this.#begin();
    if (this.#links.length === 0) this.#links = [...(await this.#walked.chain.after(this.#position))];
  }

  /** Compares the next events of the store. @returns how many: those without a link yet are left */
  async take(events: readonly RecordedEvent[]): Promise<{ compared: number; faults: ChainFault[] }> {
    let compared = 0;
    for (const event of events) {
      const link = await this.#linkFor(event);
      if (link === undefined && this.#walked.kept === 'by-reader' && this.#links.length === 0) break;
      this.#compare(event, link);
      compared++;
    }
    return { compared, faults: this.#found() };
  }

  /** After the last event that the store had when the links were read: what else has a link is missing. */
  async end(): Promise<readonly ChainFault[]> {
    for (const link of this.#links) this.#miss(link, undefined);
    this.#links = [];
    this.#settleDoubt('altered');
    return this.#found();
  }

  #found(): ChainFault[] {
    const faults = this.#faults;
    this.#faults = [];
    return faults;
  }

  async #begin(): Promise<void> {
    const { chain } = this.#walked;
    const beginning = await chain.beginning();
    const stored = await chain.linkAt(START);
    this.#link = beginning && firstLink(beginning);
    if (this.#link === undefined || stored !== this.#link)
      this.#faults.push({ kind: 'first-record-altered' });
    this.#link = stored;
  }

  /** The stored link of an event; links of positions before it have lost theirs. */
  async #linkFor({ position }: RecordedEvent): Promise<Link | undefined> {
    for (;;) {
      if (this.#links.length === 0) this.#links = [...(await this.#walked.chain.after(this.#position))];
      const [next] = this.#links;
      if (!next || next.position > position) break;
      this.#links.shift();
      if (next.position === position) return next.link;
      this.#miss(next, await this.#removalOf(next));
    }
    return undefined;
  }

  /** Why an event is missing, where the stream begins later by now, or is gone; undefined where it was taken out of its stream. */
  async #removalOf({ of }: PlacedLink): Promise<Removal | undefined> {
    if (!of || this.#walked.kept === 'by-writer') return undefined;
    const { events, removals } = this.#walked;
    try {
      const [first] = await events.readStream(of.stream, 0, 1);
      if (first !== undefined && first.revision <= of.revision) return undefined;
      return (await removals?.removalOf(of.stream)) ?? 'unknown';
    } catch (error) {
      // A stream that was deleted for good cannot be read.
      if (error instanceof StoreError && error.code === 'corrupt') return 'deleted';
      throw error;
    }
  }

  #miss({ position, link, of }: PlacedLink, removal: Removal | undefined): void {
    this.#settleDoubt('altered');
    this.#faults.push(
      of && removal ? { kind: 'lost', position, ...of, removal } : { kind: 'missing', position },
    );
    this.#position = position;
    this.#link = link;
  }

  #compare(event: RecordedEvent, stored: Link | undefined): void {
    const { position, id } = event;
    if (this.#walked.kept === 'by-writer')
      for (let gap = this.#position + 1; gap < position && this.#faults.length < PAGE; gap++)
        this.#faults.push({ kind: 'missing', position: gap as Position });
    this.#position = position;
    if (stored === undefined || this.#link === undefined) {
      this.#faults.push({ kind: 'inserted', position, id });
      return;
    }
    const computed = linkOf(this.#link, event);
    const doubted = this.#doubted;
    const isLinkAltered = doubted && computed !== stored && linkOf(doubted.computed, event) === stored;
    this.#settleDoubt(isLinkAltered ? 'link-altered' : 'altered');
    if (computed !== stored && !isLinkAltered) this.#doubted = { position, id, computed };
    this.#link = stored;
  }

  #settleDoubt(kind: 'altered' | 'link-altered'): void {
    const doubted = this.#doubted;
    if (doubted) this.#faults.push({ kind, position: doubted.position, id: doubted.id });
    this.#doubted = undefined;
  }
}

export interface VerifiedChain {
  readonly faults: readonly ChainFault[];
  /** No forgery. */
  readonly lost: readonly LostEvents[];
}

/** Walks along a whole chain. @param shown so many faults are kept. @throws StoreError */
export async function verifyChain(walked: WalkedChain, shown: number): Promise<VerifiedChain> {
  const walk = new ChainWalk(walked);
  const faults: ChainFault[] = [];
  const lost = new LossTally();
  for (;;) {
    const step = await walk.step();
    for (const fault of step.faults) {
      if (fault.kind === 'lost') lost.add(fault);
      else if (faults.length < shown) faults.push(fault);
    }
    if (step.isEnd) return { faults, lost: lost.all };
  }
}
