import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Position } from '../../shared/contracts/stored-event.ts';
import { PAGE_SIZE } from './page-size.ts';

/** How a projector begins. */
export interface FirstPage {
  readonly pageEvents: number;
  /** Why the first event is set aside. */
  readonly setAside: string | undefined;
}

/** Where the note is kept: it outlives the thread or process that wrote it. */
export interface NotePlace {
  /** Undefined when there is no note. */
  read(): Promise<string | undefined>;
  write(note: string): Promise<void>;
}

/** Why an event is set aside that ended the projectors which folded it. It is not tried again: it would end the next. A rebuild reads it. */
export const UNFIT = 'each projector that began with it ended, so folding it needs more memory than there is';
/** After so many projectors that an event has ended alone it is set aside: one or two of them may have been killed. */
const ALONE_DEATHS = 3;

const schema = z.object({
  /** The thread or process that has the page in hand. */
  by: z.string().optional(),
  /** Position of the ledger before the page. */
  after: z.number(),
  events: z.number(),
  /** Projectors in a row that posted this one event first and have not come back. */
  alone: z.number(),
});
type Noted = z.output<typeof schema>;

/**
 * The page in hand, noted before it is posted: a projector that runs out of memory leaves no word, and a thread may take its process
 * along (V8 ends it when one call of it allocates too much). A ledger that stands where the note of another stands means that the page
 * was not survived: the next projector begins with half of it, down to one event. An error is survived: it takes the note back.
 */
export class PageNote {
  readonly #place: NotePlace;
  readonly #by = randomUUID();
  #before: Noted | undefined;
  #first = true;

  constructor(place: NotePlace) {
    this.#place = place;
  }

  /** How to begin behind this position. */
  async beginAt(position: Position): Promise<FirstPage> {
    const noted = parsed(await this.#place.read());
    this.#before = noted?.after === position && noted.by !== this.#by ? noted : undefined;
    this.#first = true;
    if (!this.#before) return { pageEvents: PAGE_SIZE, setAside: undefined };
    const { events, alone } = this.#before;
    return {
      pageEvents: Math.max(1, Math.floor(events / 2)),
      setAside: alone >= ALONE_DEATHS ? UNFIT : undefined,
    };
  }

  /** Posts a page, noted before. @throws the error of the post */
  async around<Value>(after: Position, events: number, post: () => Promise<Value>): Promise<Value> {
    const again = this.#before?.after === after ? this.#before.alone : 0;
    const alone = this.#first && events === 1 ? again + 1 : 0;
    await this.#write({ by: this.#by, after, events, alone });
    this.#first = false;
    try {
      return await post();
    } catch (error) {
      // Where that fails too, the error of the post says more; beginAt knows its own notes.
      await this.#write(null).catch(() => {});
      throw error;
    }
  }

  #write(noted: Noted | null): Promise<void> {
    return this.#place.write(JSON.stringify(noted));
  }
}

/** Undefined when there is none, or none that can be read: then nothing is known. */
function parsed(note: string | undefined): Noted | undefined {
  try {
    return note === undefined ? undefined : schema.safeParse(JSON.parse(note)).data;
  } catch {
    return undefined;
  }
}
