import type { Position, RecordedEvent } from '../../contracts/stored-event.ts';
import { decode, positionOf, type Received } from './event-codec.ts';

/** Characters of data after which a page is given, however few its events. */
const FULL_CHARACTERS = 8_000_000;

/** A page in the making. */
export class Draft {
  readonly events: RecordedEvent[] = [];
  /** Of the last event that was looked at, whether it is in the page or not. */
  position: Position;
  readonly #types: ReadonlySet<string> | undefined;
  readonly #size: number;
  #characters = 0;

  constructor(after: Position, types: ReadonlySet<string> | undefined, size: number) {
    this.position = after;
    this.#types = types;
    this.#size = size;
  }

  get full(): boolean {
    return this.events.length === this.#size || this.#characters > FULL_CHARACTERS;
  }

  add(received: Received): void {
    const at = positionOf(received);
    if (at <= this.position) return;
    this.position = at;
    const event = decode(received);
    if (!event || (this.#types && !this.#types.has(event.type))) return;
    this.events.push(event);
    this.#characters += event.data.length;
  }
}
