import { type Position, type RecordedEvent, START } from '../contracts/stored-event.ts';
import { firstLink, type Link, linkOf, type PlacedLink, type StoredChain } from './chain.ts';
import type { EventStore } from './port.ts';

/** Where the events do not agree with their chain. */
export type ChainFault =
  | { readonly kind: 'first-record-altered' }
  | { readonly kind: 'altered'; readonly position: Position; readonly id: string }
  /** The event agrees with its neighbours, its link does not. */
  | { readonly kind: 'link-altered'; readonly position: Position; readonly id: string }
  | { readonly kind: 'missing'; readonly position: Position }
  | { readonly kind: 'inserted'; readonly position: Position; readonly id: string };

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
  }
};

/**
 * `by-writer`: in the transaction of the event, and positions have no gaps. `by-reader`: afterwards, by a process that has read the
 * event, so the last events may have no link yet, and positions have gaps.
 */
export type Keeping = 'by-writer' | 'by-reader';

export interface WalkedChain {
  readonly events: Pick<EventStore, 'readAll'>;
  readonly chain: StoredChain;
  readonly kept: Keeping;
}

export interface Step {
  /** The last event that was compared. */
  readonly position: Position;
  readonly events: number;
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

  constructor(walked: WalkedChain) {
    this.#walked = walked;
  }

  /** @throws StoreError */
  async step(): Promise<Step> {
    const { chain, events, kept } = this.#walked;
    this.#faults = [];
    if (this.#link === undefined) await this.#begin();
    // Before the events: a link that is stored by now has an event that is read.
    if (this.#links.length === 0) this.#links = [...(await chain.after(this.#position))];
    const page = await events.readAll(this.#position, PAGE);
    let compared = 0;
    for (const event of page.events) {
      const link = await this.#linkFor(event);
      if (link === undefined && kept === 'by-reader' && this.#links.length === 0) break;
      this.#compare(event, link);
      compared++;
    }
    const isEnd = compared === 0;
    if (isEnd) {
      for (const { position, link } of this.#links) this.#miss(position, link);
      this.#links = [];
      this.#settleDoubt('altered');
    }
    return { position: this.#position, events: compared, faults: this.#faults, isEnd };
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
      this.#miss(next.position, next.link);
    }
    return undefined;
  }

  #miss(position: Position, link: Link): void {
    this.#settleDoubt('altered');
    this.#faults.push({ kind: 'missing', position });
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

/** Walks along a whole chain. @param shown so many faults are kept. @throws StoreError */
export async function verifyChain(
  walked: WalkedChain,
  shown: number,
  onProgress: (position: Position) => void = () => {},
): Promise<{ readonly events: number; readonly faults: readonly ChainFault[] }> {
  const walk = new ChainWalk(walked);
  const faults: ChainFault[] = [];
  let events = 0;
  for (;;) {
    const step = await walk.step();
    events += step.events;
    faults.push(...step.faults.slice(0, shown - faults.length));
    if (step.isEnd) return { events, faults };
    onProgress(step.position);
  }
}
