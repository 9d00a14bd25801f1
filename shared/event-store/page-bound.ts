import type { RecordedEvent } from '../contracts/stored-event.ts';

/** Bounds a page of events. The event that reaches a bound is its last, so a page of a store with more to give is never empty. */
export interface PageBound {
  readonly events: number;
  /** Of the events' contents, in UTF-8. */
  readonly bytes: number;
}

/** Enough for 20,000 events of an ordinary feed. A page that is parsed takes several times its bytes. */
const PAGE_BYTES = 8 * 1_024 * 1_024;

/** Of a page whose reader states no bound. */
export const DEFAULT_PAGE: PageBound = { events: 1_000, bytes: PAGE_BYTES };

/** How much of a page is filled. */
export class PageFill {
  readonly #bound: PageBound;
  #events = 0;
  #bytes = 0;

  constructor(bound: PageBound) {
    this.#bound = bound;
  }

  get full(): boolean {
    return this.#events >= this.#bound.events || this.#bytes >= this.#bound.bytes;
  }

  add({ data }: Pick<RecordedEvent, 'data'>): void {
    this.addAll(1, Buffer.byteLength(data));
  }

  addAll(events: number, bytes: number): void {
    this.#events += events;
    this.#bytes += bytes;
  }
}
