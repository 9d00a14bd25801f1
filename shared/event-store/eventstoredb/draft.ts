import type { Position, RecordedEvent } from '../../contracts/stored-event.ts';
import { type PageBound, PageFill } from '../page-bound.ts';
import { decode, positionOf, type Received } from './event-codec.ts';

/** A page in the making. */
export class Draft {
  readonly events: RecordedEvent[] = [];
  /** Of the last event that was looked at, whether it is in the page or not. */
  position: Position;
  readonly #types: ReadonlySet<string> | undefined;
  readonly #fill: PageFill;

  constructor(after: Position, types: ReadonlySet<string> | undefined, bound: PageBound) {
    this.position = after;
    this.#types = types;
    this.#fill = new PageFill(bound);
  }

  get full(): boolean {
    return this.#fill.full;
  }

  add(received: Received): void {
    const at = positionOf(received);
    if (at <= this.position) return;
    this.position = at;
    const event = decode(received);
    if (!event || (this.#types && !this.#types.has(event.type))) return;
    this.events.push(event);
    this.#fill.add(event);
  }
}
