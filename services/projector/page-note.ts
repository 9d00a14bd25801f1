import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { z } from 'zod';
import type { Position } from '../../shared/contracts/stored-event.ts';
import { PAGE_SIZE, UNFIT } from './projection.ts';

/** How a thread begins. */
export interface FirstPage {
  readonly pageEvents: number;
  /** Why the first event is set aside. */
  readonly setAside: string | undefined;
}

/** After so many threads that an event has ended alone it is set aside: one or two of them may have been killed. */
const ALONE_DEATHS = 3;

const schema = z.object({
  /** Of the ledger before the page. */
  after: z.number(),
  events: z.number(),
  /** Threads in a row that posted this one event first and have not come back. */
  alone: z.number(),
});
type Noted = z.output<typeof schema>;

/**
 * The page in hand, noted in a file before it is posted: a thread that runs out of memory leaves no word, and may take its process
 * along (V8 ends it when one call of it allocates too much). A ledger that stands where the note stands means that the page was not
 * survived: the next thread begins with half of it, down to one event.
 */
export class PageNote {
  readonly #file: number;
  readonly #before: Noted | undefined;
  #first = true;

  /** The file is made when there is none. It needs no sync: it has to outlive the process, not the machine. */
  constructor(path: string) {
    this.#before = read(path);
    this.#file = openSync(path, 'w', 0o600);
    if (this.#before) this.#write(this.#before);
  }

  /** How to begin behind this position. */
  beginAt(position: Position): FirstPage {
    if (this.#before?.after !== position) return { pageEvents: PAGE_SIZE, setAside: undefined };
    const { events, alone } = this.#before;
    return {
      pageEvents: Math.max(1, Math.floor(events / 2)),
      setAside: alone >= ALONE_DEATHS ? UNFIT : undefined,
    };
  }

  posting(after: Position, events: number): void {
    const again = this.#before?.after === after ? this.#before.alone : 0;
    this.#write({ after, events, alone: this.#first && events === 1 ? again + 1 : 0 });
    this.#first = false;
  }

  close(): void {
    closeSync(this.#file);
  }

  /** In its whole length each time: blanks at the end cover a longer note. */
  #write(noted: Noted): void {
    writeSync(this.#file, JSON.stringify(noted).padEnd(NOTE_BYTES), 0);
  }
}

const NOTE_BYTES = 80;

/** Undefined when there is none, or none that can be read: then nothing is known. */
function read(path: string): Noted | undefined {
  try {
    return schema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
}
