import { Gauge, type Registry } from 'prom-client';
import type { Position } from '../contracts/stored-event.ts';
import type { Moment } from '../kernel/clock.ts';
import type { Log } from '../platform/log.ts';
import type { ChainHead } from './chain.ts';

/** How fast a scrubber goes. A million events take two minutes and longer. */
export const SCRUBBING = {
  /** After a page of 1,000 events. */
  pageMs: 100,
  /** Between two comparisons of all. */
  restMs: 3_600_000,
};
const HEAD_LOG_MS = 3_600_000;
const SHOWN = 10;

/** Findings that outlive the process. */
export interface KeptFindings {
  /** At the start. */
  readonly known: readonly string[];
  /** None once a whole comparison found nothing. @throws when they cannot be written */
  keep(findings: readonly string[]): void;
}

const NOT_KEPT: KeptFindings = { known: [], keep: () => {} };

/** The findings of a scrubber, as metrics, in the log, and as the one fault that casts a doubt on every figure. */
export class ScrubReport {
  readonly #log: Log;
  readonly #gauges: ReturnType<typeof gauges>;
  readonly #kept: KeptFindings;
  /** Of the last complete comparison, or from before the start; and of the one under way. */
  #last: readonly string[];
  #found: readonly string[] = [];
  #headLogged = -Infinity;

  /** @param head what the events come to */
  constructor(
    { log, registry }: { readonly log: Log; readonly registry: Registry },
    head: () => ChainHead | undefined,
    kept = NOT_KEPT,
  ) {
    this.#log = log;
    this.#gauges = gauges(registry, head);
    this.#kept = kept;
    this.#last = kept.known;
    this.#gauges.faults.set(kept.known.length);
    if (kept.known.length > 0)
      log.error(
        { faults: kept.known },
        'scrubber: found before this start, and stands until a whole comparison',
      );
  }

  /** A log that is kept elsewhere proves later what the past was. */
  logHead(head: ChainHead): void {
    const now = performance.now();
    if (now - this.#headLogged < HEAD_LOG_MS) return;
    this.#headLogged = now;
    this.#log.info(head, 'event store: head of the chain');
  }

  /** Forgets the findings of a comparison that was broken off. */
  begin(): void {
    this.#found = [];
  }

  compared(position: Position): void {
    this.#gauges.position.set(position);
  }

  fault(text: string): void {
    if (this.#found.includes(text)) return;
    this.#found = [...this.#found, text].slice(0, SHOWN);
    this.#gauges.faults.set(Math.max(this.#found.length, this.#last.length));
    this.#keep(this.#found);
    if (!this.#last.includes(text))
      this.#log.error({ fault: text }, 'scrubber: the stored data were altered or damaged');
  }

  /** A comparison of all has ended. */
  complete(at: Moment): void {
    if (this.#last.length > 0 && this.#found.length === 0)
      this.#log.info('scrubber: the stored data agree again');
    if (this.#last.length + this.#found.length > 0) this.#keep(this.#found);
    [this.#last, this.#found] = [this.#found, []];
    this.#gauges.faults.set(this.#last.length);
    this.#gauges.completed.set(at / 1_000);
  }

  #keep(findings: readonly string[]): void {
    try {
      this.#kept.keep(findings);
    } catch (error) {
      this.#log.error({ err: error }, 'scrubber: the findings cannot be kept for the next start');
    }
  }

  /** A comparison could not be ended: it proves nothing either way. */
  brokenOff(error: unknown): void {
    this.#log.warn({ err: error }, 'scrubber: the comparison was broken off, and begins again');
  }

  /** Events that the store no longer has by its retention: no fault. */
  lost(events: number): void {
    this.#gauges.lost.set(events);
  }

  /** What the last complete comparison found, or this one so far; undefined when they found nothing. */
  get first(): string | undefined {
    return this.#found[0] ?? this.#last[0];
  }
}

function gauges(registry: Registry, head: () => ChainHead | undefined) {
  const registers = [registry];
  new Gauge({
    name: 'nhip_event_chain_head_info',
    help: 'Always 1. The labels name the store, the position of its last event, and the link of the chain there.',
    labelNames: ['store', 'position', 'link'],
    registers,
    collect() {
      this.reset();
      const now = head();
      if (now) this.set({ ...now, position: String(now.position) }, 1);
    },
  });
  return {
    position: new Gauge({
      name: 'nhip_scrub_position',
      help: 'The position up to which the running comparison of the events with their chain has come.',
      registers,
    }),
    faults: new Gauge({
      name: 'nhip_scrub_faults',
      help: 'Faults that the last comparison of the stored data found, up to 10: events, files and sums.',
      registers,
    }),
    lost: new Gauge({
      name: 'nhip_scrub_lost_events',
      help: 'Events of the chain that the store no longer has by its retention, or since their streams were deleted.',
      registers,
    }),
    completed: new Gauge({
      name: 'nhip_scrub_last_complete_timestamp_seconds',
      help: 'When the last comparison of all stored data ended; 0 before the first one.',
      registers,
    }),
  };
}
