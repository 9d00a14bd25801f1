import { setTimeout as pause } from 'node:timers/promises';
import { ACKNOWLEDGED, TRANSITIONED } from '../../shared/alerting/facts.ts';
import { type Position, type RecordedEvent, START } from '../../shared/event-store/port.ts';
import type { Commits } from '../../shared/figures/commits.ts';
import type { Observatory } from '../../shared/figures/observatory.ts';
import type { Log } from '../../shared/platform/log.ts';
import type { EventReader } from './history.ts';
import { objectiveView } from './views.ts';

/** Figures are told at most so often; people cannot read faster, and a busy feed commits many times a second. */
const EVERY_MS = 250;
/** After the events could not be read, they are asked for again. */
const AGAIN_MS = 1_000;
const ALERT_TYPES = [TRANSITIONED, ACKNOWLEDGED];

/** How far one client has been told: the ledger position of the figures, the store position of the alerts. */
export interface Cursor {
  readonly ledger: Position;
  readonly alerts: Position;
}

export const cursorText = ({ ledger, alerts }: Cursor): string => `${ledger}-${alerts}`;

/** Undefined for text that no event of ours had as its id. */
export function parseCursor(text: string): Cursor | undefined {
  const parts = /^(\d{1,16})-(\d{1,16})$/.exec(text);
  return parts ? { ledger: Number(parts[1]) as Position, alerts: Number(parts[2]) as Position } : undefined;
}

export interface Told {
  readonly event: 'objective' | 'alert';
  readonly cursor: Cursor;
  readonly data: unknown;
}

export interface HubOptions {
  readonly observatory: Pick<Observatory, 'measureAll'>;
  readonly commits: Commits;
  readonly events: EventReader;
  readonly log: Log;
}

/** Tells everybody who listens what changed: each objective whose figure moved, each step of an alert. Idle without listeners. */
export class StreamHub {
  readonly #options: HubOptions;
  readonly #listeners = new Set<(told: Told) => void>();
  readonly #stop = new AbortController();
  /** The last figure told, by objective, without what changes with every commit. */
  readonly #figures = new Map<string, string>();
  #cursor: Cursor = { ledger: START, alerts: START };
  /** Settled once it is known where the alerts to come begin. */
  readonly #begun: Promise<void>;
  #running = false;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#begun = this.#begin();
    options.commits.subscribe(() => this.#figuresMayHaveMoved());
  }

  /** From the end of the store on: of what is older a client is told by its cursor, and of the rest it is no news. */
  async #begin(): Promise<void> {
    const { events, log } = this.#options;
    while (!this.#stop.signal.aborted) {
      try {
        const head = await events.head();
        this.#cursor = { ...this.#cursor, alerts: head };
        void this.#followAlerts(head);
        return;
      } catch (error) {
        log.warn({ err: error }, 'alerts cannot be streamed yet; trying again');
        await pause(AGAIN_MS, undefined, { ref: false });
      }
    }
  }

  /**
   * First what the client has missed since its cursor (all figures for a new one), then everything new.
   * @returns a function that ends it.
   */
  async listen(listener: (told: Told) => void, last: Cursor | undefined): Promise<() => void> {
    await this.#begun;
    const since = last && (await this.#isBeyond(last.alerts)) ? undefined : last;
    const had = since?.alerts ?? START;
    // From here on nothing is lost: what is told while the client catches up waits, and comes after it.
    const waiting: Told[] = [];
    let caughtUp = false;
    const relay = ({ event, cursor, data }: Told) => {
      // The client may come from another process that was ahead of this one.
      if (event === 'alert' && cursor.alerts <= had) return;
      const told = { event, cursor: { ...cursor, alerts: later(cursor.alerts, had) }, data };
      if (caughtUp) listener(told);
      else waiting.push(told);
    };
    const end = () => this.#listeners.delete(relay);
    const until = this.#cursor.alerts;
    this.#listeners.add(relay);
    try {
      let alerts = since?.alerts ?? until;
      while (alerts < until) alerts = await this.#replayAlerts(listener, alerts, until);
      for (const { data, ledger } of await this.#views()) {
        const cursor = { ledger, alerts };
        if (since === undefined || ledger > since.ledger) listener({ event: 'objective', cursor, data });
      }
    } catch (error) {
      end();
      throw error;
    }
    for (const told of waiting) listener(told);
    caughtUp = true;
    this.#figuresMayHaveMoved();
    return end;
  }

  /** Whether no event is there: then the client speaks of another store, or of what this one lost. */
  async #isBeyond(position: Position): Promise<boolean> {
    return position > this.#cursor.alerts && position > (await this.#options.events.head());
  }

  close(): void {
    this.#stop.abort();
    this.#listeners.clear();
  }

  #tell(told: Told): void {
    this.#cursor = told.cursor;
    for (const listener of this.#listeners) listener(told);
  }

  async #views() {
    const figures = await this.#options.observatory.measureAll();
    return figures.map((figure) => ({ data: objectiveView(figure), ledger: figure.pin.upTo }));
  }

  #figuresMayHaveMoved(): void {
    if (this.#running || this.#listeners.size === 0) return;
    this.#running = true;
    this.#tellFigures()
      .catch((error) => this.#options.log.error({ err: error }, 'figures could not be streamed'))
      .finally(() => {
        this.#running = false;
        if (this.#options.commits.latest.position > this.#cursor.ledger) this.#figuresMayHaveMoved();
      });
  }

  async #tellFigures(): Promise<void> {
    for (const { data, ledger } of await this.#views()) {
      const { position, asOf, freshness, ...lasting } = data;
      const text = JSON.stringify(lasting);
      const cursor = { ...this.#cursor, ledger };
      if (this.#figures.get(data.id) !== text) this.#tell({ event: 'objective', cursor, data });
      this.#figures.set(data.id, text);
      this.#cursor = cursor;
    }
    await pause(EVERY_MS, undefined, { ref: false });
  }

  async #followAlerts(after: Position): Promise<void> {
    const { events, log } = this.#options;
    const { signal } = this.#stop;
    try {
      for await (const page of events.subscribe({ after, signal, types: ALERT_TYPES })) {
        for (const one of page.events) this.#tell(alertTold(one, this.#cursor.ledger));
        this.#cursor = { ...this.#cursor, alerts: page.position };
      }
    } catch (error) {
      if (signal.aborted) return;
      log.error({ err: error }, 'alerts cannot be streamed; trying again');
      await pause(AGAIN_MS, undefined, { ref: false });
      void this.#followAlerts(this.#cursor.alerts);
    }
  }

  async #replayAlerts(listener: (told: Told) => void, after: Position, until: Position): Promise<Position> {
    const stop = new AbortController();
    let reached = after;
    for await (const page of this.#options.events.subscribe({
      after,
      signal: stop.signal,
      types: ALERT_TYPES,
    })) {
      for (const one of page.events) if (one.position <= until) listener(alertTold(one, START));
      // What is beyond comes by the hub, and the client must not be told that it has it.
      reached = page.position < until ? page.position : until;
      if (reached >= until) stop.abort();
    }
    return reached;
  }
}

const later = (a: Position, b: Position): Position => (a > b ? a : b);

const alertTold = ({ position, id, stream, type, data }: RecordedEvent, ledger: Position): Told => ({
  event: 'alert',
  cursor: { ledger, alerts: position },
  data: { id, stream, type, position: String(position), ...JSON.parse(data) },
});
