import { hash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { ACKNOWLEDGED, TRANSITIONED } from '../../shared/alerting/facts.ts';
import { type Position, type RecordedEvent, START } from '../../shared/contracts/stored-event.ts';
import type { EventStore } from '../../shared/event-store/port.ts';
import type { Commits } from '../../shared/ledger/commits.ts';
import type { Observatory } from '../../shared/measures/observatory.ts';
import type { Log } from '../../shared/platform/log.ts';
import type { ObjectiveView } from './measures/schemas.ts';
import { objectiveView } from './measures/views.ts';
import { alertStepView } from './views.ts';

/** Figures are told at most so often; people cannot read faster, and a busy feed commits many times a second. */
const EVERY_MS = 250;
/** Time alone moves a figure so soon. */
const TICK_MS = 1_000;
/** After the events could not be read, they are asked for again. */
const AGAIN_MS = 1_000;
const ALERT_TYPES = [TRANSITIONED, ACKNOWLEDGED];

/** How far one client has been told. */
export interface Cursor {
  /** The ledger position of the figures. */
  readonly ledger: Position;
  /** The store position of the alerts. */
  readonly alerts: Position;
  /** A digest of all figures as it was told them: time alone moves them, too. Empty when it was not told all. */
  readonly figures: string;
}

export const cursorText = ({ ledger, alerts, figures }: Cursor): string => `${ledger}-${alerts}-${figures}`;

/** Undefined for text that no event of ours had as its id. */
export function parseCursor(text: string): Cursor | undefined {
  const [, ledger, alerts, figures = ''] = /^(\d{1,16})-(\d{1,16})(?:-([0-9a-f]*))?$/.exec(text) ?? [];
  if (ledger === undefined) return undefined;
  return { ledger: Number(ledger) as Position, alerts: Number(alerts) as Position, figures };
}

export interface Told {
  readonly event: 'objective' | 'alert';
  readonly cursor: Cursor;
  readonly data: unknown;
}

export interface HubOptions {
  readonly observatory: Pick<Observatory, 'measureAll'>;
  readonly commits: Commits;
  readonly events: Pick<EventStore, 'head' | 'subscribe'>;
  readonly log: Log;
}

/** A figure as it was told, and as text without what changes with every commit. */
interface ToldFigure {
  readonly data: ObjectiveView;
  readonly ledger: Position;
  readonly text: string;
}

/** Tells everybody who listens what changed: each objective whose figure moved, each step of an alert. Idle without listeners. */
export class StreamHub {
  readonly #options: HubOptions;
  readonly #listeners = new Set<(told: Told) => void>();
  readonly #stop = new AbortController();
  /** What everybody who listens has been told last, by objective. */
  readonly #figures = new Map<string, ToldFigure>();
  #cursor: Cursor = { ledger: START, alerts: START, figures: '' };
  /** Settled once it is known where the alerts to come begin. */
  readonly #begun: Promise<void>;
  readonly #ticking: NodeJS.Timeout;
  #refreshing: Promise<void> | undefined;
  #isPaused = false;
  #isFailing = false;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#begun = this.#begin();
    options.commits.subscribe(() => this.#figuresMayHaveMoved());
    // A dossier falls due without any event.
    this.#ticking = setInterval(() => this.#figuresMayHaveMoved(), TICK_MS);
    this.#ticking.unref();
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
   * First what the client has missed since its cursor (all figures for a new one, or when any has moved), then everything new.
   * @returns a function that ends it.
   */
  async listen(listener: (told: Told) => void, last: Cursor | undefined): Promise<() => void> {
    await this.#begun;
    const since = last && (await this.#isBeyond(last.alerts)) ? undefined : last;
    const had = since?.alerts ?? START;
    // From here on nothing is lost: alerts that are told while the client catches up wait, and figures are told as they stand then.
    const waiting: Told[] = [];
    let caughtUp = false;
    const relay = ({ event, cursor, data }: Told) => {
      // The client may come from another process that was ahead of this one.
      if (event === 'alert' ? cursor.alerts <= had : !caughtUp) return;
      const told = { event, cursor: { ...cursor, alerts: later(cursor.alerts, had) }, data };
      if (caughtUp) listener(told);
      else waiting.push(told);
    };
    const end = () => this.#listeners.delete(relay);
    const until = this.#cursor.alerts;
    this.#listeners.add(relay);
    const before: Cursor = since ?? { ledger: START, alerts: until, figures: '' };
    let alerts = before.alerts;
    try {
      while (alerts < until) alerts = await this.#replayAlerts(listener, { ...before, alerts }, until);
      await this.#refresh();
    } catch (error) {
      end();
      throw error;
    }
    const { figures } = this.#cursor;
    if (before.figures !== figures) {
      const all = [...this.#figures.values()];
      for (const [index, { data, ledger }] of all.entries()) {
        const isLast = index === all.length - 1;
        const cursor = { ledger, alerts, figures: isLast ? figures : before.figures };
        listener({ event: 'objective', cursor, data });
      }
    }
    for (const told of waiting) listener(told);
    caughtUp = true;
    return end;
  }

  /** Whether no event is there: then the client speaks of another store, or of what this one lost. */
  async #isBeyond(position: Position): Promise<boolean> {
    return position > this.#cursor.alerts && position > (await this.#options.events.head());
  }

  close(): void {
    this.#stop.abort();
    clearInterval(this.#ticking);
    this.#listeners.clear();
  }

  #tell(told: Told): void {
    this.#cursor = told.cursor;
    for (const listener of this.#listeners) listener(told);
  }

  #figuresMayHaveMoved(): void {
    if (this.#isPaused || this.#listeners.size === 0 || this.#stop.signal.aborted) return;
    this.#isPaused = true;
    this.#refresh()
      .then(
        () => {
          this.#isFailing = false;
        },
        (error) => {
          if (!this.#isFailing) this.#options.log.error({ err: error }, 'figures cannot be streamed');
          this.#isFailing = true;
        },
      )
      .then(() => pause(EVERY_MS, undefined, { ref: false }))
      .finally(() => {
        this.#isPaused = false;
        if (this.#options.commits.latest.position > this.#cursor.ledger) this.#figuresMayHaveMoved();
      });
  }

  /** Tells of every figure that has moved; whoever asks while it runs waits for the same. */
  #refresh(): Promise<void> {
    this.#refreshing ??= this.#tellFigures().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #tellFigures(): Promise<void> {
    for (const figure of await this.#options.observatory.measureAll()) {
      const data = objectiveView(figure);
      const { position: _, asOf: __, freshness: ___, ...lasting } = data;
      const text = JSON.stringify(lasting);
      const ledger = figure.pin.upTo;
      const hasMoved = this.#figures.get(data.id)?.text !== text;
      this.#figures.set(data.id, { data, ledger, text });
      this.#cursor = { ...this.#cursor, ledger };
      if (hasMoved)
        this.#tell({ event: 'objective', cursor: { ...this.#cursor, figures: this.#digest() }, data });
    }
  }

  #digest(): string {
    const texts = [...this.#figures.values()].map(({ text }) => text);
    return hash('sha1', texts.join('\n'), 'hex').slice(0, 12);
  }

  async #followAlerts(after: Position): Promise<void> {
    const { events, log } = this.#options;
    const { signal } = this.#stop;
    try {
      for await (const page of events.subscribe({ after, signal, types: ALERT_TYPES })) {
        for (const one of page.events) this.#tell(alertTold(one, this.#cursor));
        this.#cursor = { ...this.#cursor, alerts: page.position };
      }
    } catch (error) {
      if (signal.aborted) return;
      log.error({ err: error }, 'alerts cannot be streamed; trying again');
      await pause(AGAIN_MS, undefined, { ref: false });
      void this.#followAlerts(this.#cursor.alerts);
    }
  }

  async #replayAlerts(listener: (told: Told) => void, since: Cursor, until: Position): Promise<Position> {
    const stop = new AbortController();
    let reached = since.alerts;
    for await (const page of this.#options.events.subscribe({
      after: since.alerts,
      signal: stop.signal,
      types: ALERT_TYPES,
    })) {
      for (const one of page.events) if (one.position <= until) listener(alertTold(one, since));
      // What is beyond comes by the hub, and the client must not be told that it has it.
      reached = page.position < until ? page.position : until;
      if (reached >= until) stop.abort();
    }
    return reached;
  }
}

const later = (a: Position, b: Position): Position => (a > b ? a : b);

const alertTold = ({ position, id, stream, type, data }: RecordedEvent, cursor: Cursor): Told => ({
  event: 'alert',
  cursor: { ...cursor, alerts: position },
  data: { id, stream, type, position: String(position), ...alertStepView(data) },
});
