import { readFileSync } from 'node:fs';
import { type Clock, type Moment, momentText, systemClock } from '../kernel/clock.ts';
import { StoreError } from '../kernel/store-error.ts';
import type { Log } from './log.ts';

/** Where time comes from; a test drives all three. */
export interface TimeSources {
  readonly wall: Clock;
  /** Milliseconds of a clock that cannot be set; it may stand still while the machine is suspended. */
  readonly monotonic: () => number;
  /** Milliseconds since the machine was started, those of a suspension included; undefined where the system does not tell. */
  readonly sinceBoot: () => number | undefined;
}

export const systemTime: TimeSources = {
  wall: systemClock,
  monotonic: () => performance.now(),
  sinceBoot() {
    try {
      // The first number of proc(5) uptime, in seconds, counts by CLOCK_BOOTTIME.
      return Number.parseFloat(readFileSync('/proc/uptime', 'utf8')) * 1_000;
    } catch {
      return undefined;
    }
  },
};

/** Time that only moves as the wall clock does: for tests that set it freely. */
export const timeOf = (wall: Clock): TimeSources => ({ wall, monotonic: wall, sinceBoot: wall });

/** What is known of the events recorded before this process began. */
export interface RecordedBefore {
  /** Null in an empty store. */
  readonly last: Moment | null;
  /** The greatest `recordedAt` that a person has declared to be wrong; null when none was. */
  readonly accepted: Moment | null;
}

/** The wall clock may differ by so much from what it should be. */
const LIMIT_MS = 60_000;
/** Steps within this time add up; slower differences are the drift that time synchronisation mends. */
const ANCHOR_MS = 3_600_000;

interface Anchor {
  readonly wall: Moment;
  readonly monotonic: number;
  readonly sinceBoot: number | undefined;
}

/**
 * Holds the wall clock against the monotonic clock, and against the last recorded event. While they contradict each other the
 * time is not sure: nothing is recorded until the clock is right again, or a person declares it to be right.
 */
export class ClockGuard {
  readonly #time: TimeSources;
  readonly #log: Log;
  #anchor: Anchor;
  /** The greatest `recordedAt` known. */
  #last: Moment = Number.NEGATIVE_INFINITY;
  /** Events recorded up to this moment do not contradict the clock. */
  #accepted: Moment = Number.NEGATIVE_INFINITY;
  #reported: string | undefined;

  constructor(time: TimeSources, log: Log) {
    this.#time = time;
    this.#log = log.child({ component: 'clock' });
    this.#anchor = this.#anchored();
  }

  /** The wall clock, right or wrong. */
  get wall(): Clock {
    return this.#time.wall;
  }

  /** Call it once, before anything is recorded. */
  learn({ last, accepted }: RecordedBefore): void {
    this.#last = Math.max(this.#last, last ?? Number.NEGATIVE_INFINITY);
    this.#accepted = Math.max(this.#accepted, accepted ?? Number.NEGATIVE_INFINITY);
  }

  /** Why the time is not sure; undefined while it is. */
  problem(): string | undefined {
    const wall = this.#time.wall();
    const problem = this.#step(wall) ?? this.#beforeLast(wall);
    if (problem === undefined && this.#reported !== undefined)
      this.#log.info('clock: right again, events are taken');
    // A reason names how much it is, which may change; it is reported once.
    if (problem !== undefined && this.#reported === undefined)
      this.#log.error({ problem }, 'clock: not sure, no event is taken until it is right or accepted');
    this.#reported = problem;
    return problem;
  }

  /** The moment at which something is recorded now, never before an earlier one. @throws StoreError while the time is not sure */
  readonly recordingClock: Clock = () => this.recordedAt(this.#time.wall());

  /** As {@link recordingClock}, for a moment that was read already. @throws StoreError while the time is not sure */
  recordedAt(moment: Moment): Moment {
    const problem = this.problem();
    if (problem !== undefined) throw new StoreError('clock', problem);
    this.#last = Math.max(this.#last, moment);
    return this.#last;
  }

  /** A person declares the clock to be right. @returns what was wrong with it, and the events that it then contradicts */
  accept(): { readonly problem: string | undefined; readonly accepted: Moment | null } {
    const problem = this.problem();
    this.#anchor = this.#anchored();
    const contradicts = this.#last > this.#time.wall();
    if (contradicts) this.#accepted = this.#last;
    return { problem, accepted: contradicts ? this.#last : null };
  }

  #step(wall: Moment): string | undefined {
    const anchor = this.#anchor;
    const elapsed = this.#time.monotonic() - anchor.monotonic;
    const step = wall - anchor.wall - elapsed;
    if (Math.abs(step) <= LIMIT_MS) {
      if (elapsed > ANCHOR_MS) this.#anchor = this.#anchored();
      return undefined;
    }
    // The file is read only here: this is asked with every batch of events.
    const now = this.#time.sinceBoot();
    const suspended =
      now === undefined || anchor.sinceBoot === undefined ? 0 : now - anchor.sinceBoot - elapsed;
    if (Math.abs(step - suspended) <= LIMIT_MS) {
      this.#log.info({ seconds: Math.round(suspended / 1_000) }, 'clock: the machine was suspended');
      this.#anchor = this.#anchored();
      return undefined;
    }
    const seconds = Math.round(Math.abs(step - suspended) / 1_000);
    return `the clock was set ${step > 0 ? 'forward' : 'back'} by ${seconds} s`;
  }

  #beforeLast(wall: Moment): string | undefined {
    if (this.#last <= this.#accepted || wall >= this.#last - LIMIT_MS) return undefined;
    const seconds = Math.round((this.#last - wall) / 1_000);
    return `the clock is ${seconds} s before the last event, recorded at ${momentText(this.#last)}`;
  }

  #anchored(): Anchor {
    const { wall, monotonic, sinceBoot } = this.#time;
    return { wall: wall(), monotonic: monotonic(), sinceBoot: sinceBoot() };
  }
}
