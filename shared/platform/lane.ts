/** What a lane may begin in one turn of the event loop, so that other lanes, timers and sockets get theirs. */
const SLICE_MS = 5;
/** Up to so many begin in one phase of the event loop; the slice ends them earlier where they are costly. */
const BURST = 32;
/** How often what waits is looked at while nothing else moves. */
const CHECK_MS = 100;

export interface LaneOptions {
  /** In bytes; a single request may hold more while it is alone. */
  readonly limit: number;
  /** How long a request waits for its turn. Beyond that its client is better served by asking again. */
  readonly patienceMs: number;
  /** Turns of the event loop that the lane leaves to others after it began what took longer than its slice. */
  readonly restTurns: number;
}

/** What one request holds of a lane. */
export interface Place {
  resize(bytes: number): void;
  /** From now on it is ended by `giveWay` when others need the room and `isSlow` says so. */
  yields(isSlow: () => boolean, giveWay: () => void): void;
  /** It is kept from now on. */
  stays(): void;
  leave(): void;
}

interface Waiting {
  readonly bytes: number;
  readonly until: number;
  readonly start: (place: Place) => void;
  readonly refuse: () => void;
}

/** Bytes that requests of one kind may hold together, and the order in which they get them: that of their arrival. */
export class Lane {
  readonly #options: LaneOptions;
  /** The oldest first. */
  readonly #waiting = new Set<Waiting>();
  readonly #yielding = new Map<Place, { readonly isSlow: () => boolean; readonly giveWay: () => void }>();
  #used = 0;
  #turnBegan: number | undefined;
  #scheduled = 0;
  #checking: NodeJS.Timeout | undefined;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  get used(): number {
    return this.#used;
  }

  /** Enters now, or not at all. */
  tryEnter(bytes: number): Place | undefined {
    return this.#hasRoom(bytes) ? this.#take(bytes) : undefined;
  }

  /**
   * Calls `start` when there is room and the event loop has time, in the order of arrival; or `refuse`, when that is not soon.
   * @returns ends the wait
   */
  enter(bytes: number, start: (place: Place) => void, refuse: () => void): () => void {
    if (this.#waiting.size === 0 && this.#hasRoom(bytes) && this.#hasTime()) {
      start(this.#take(bytes));
      return () => {};
    }
    const one = { bytes, until: performance.now() + this.#options.patienceMs, start, refuse };
    this.#waiting.add(one);
    this.#schedule();
    this.#checking ??= setInterval(() => this.#startNext(), CHECK_MS).unref();
    return () => this.#waiting.delete(one);
  }

  #startNext(): void {
    const now = performance.now();
    for (const one of this.#waiting) {
      if (one.until > now) break;
      this.#waiting.delete(one);
      one.refuse();
    }
    const [first] = this.#waiting;
    if (first === undefined) {
      clearInterval(this.#checking);
      this.#checking = undefined;
      return;
    }
    // The one that leaves makes the next one start.
    if (!this.#hasRoom(first.bytes)) return;
    if (this.#hasTime()) {
      this.#waiting.delete(first);
      first.start(this.#take(first.bytes));
    }
    this.#schedule();
  }

  /** Each in a callback of its own: what it does at once has then been done, and is seen by the next. */
  #schedule(): void {
    const wanted = Math.min(this.#waiting.size, BURST);
    for (; this.#scheduled < wanted; this.#scheduled++)
      setImmediate(() => {
        this.#scheduled--;
        this.#startNext();
      });
  }

  #hasTime(): boolean {
    if (this.#turnBegan !== undefined) return performance.now() - this.#turnBegan < SLICE_MS;
    const began = performance.now();
    this.#turnBegan = began;
    let turns = 0;
    const rest = () => {
      if (performance.now() - began < SLICE_MS || ++turns > this.#options.restTurns)
        this.#turnBegan = undefined;
      else setImmediate(rest);
    };
    setImmediate(rest);
    return true;
  }

  #hasRoom(bytes: number): boolean {
    for (const [place, { isSlow, giveWay }] of this.#yielding) {
      if (this.#fits(bytes)) return true;
      if (!isSlow()) continue;
      place.leave();
      giveWay();
    }
    return this.#fits(bytes);
  }

  #fits(bytes: number): boolean {
    return this.#used === 0 || this.#used + bytes <= this.#options.limit;
  }

  #take(bytes: number): Place {
    let held = bytes;
    this.#used += bytes;
    const resize = (now: number) => {
      this.#used += now - held;
      held = now;
    };
    const place: Place = {
      resize,
      yields: (isSlow, giveWay) => this.#yielding.set(place, { isSlow, giveWay }),
      stays: () => this.#yielding.delete(place),
      leave: () => {
        resize(0);
        this.#yielding.delete(place);
        if (this.#waiting.size > 0) this.#schedule();
      },
    };
    return place;
  }
}
