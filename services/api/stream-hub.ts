import { hash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { ACKNOWLEDGED, TRANSITIONED } from '../../shared/alerting/facts.ts';
import { type Position, type RecordedEvent, START } from '../../shared/contracts/stored-event.ts';
import type { EventStore } from '../../shared/event-store/port.ts';
import type { Commits } from '../../shared/ledger/commits.ts';
import type { FigureSettings } from '../../shared/measures/measure.ts';
import type { ObjectiveFigure, Objectives } from '../../shared/measures/observatory.ts';
import type { Log } from '../../shared/platform/log.ts';
import type { ObjectiveView } from './measures/schemas.ts';
import { objectiveView } from './measures/views.ts';
import { alertStepView } from './views.ts';

/** Least time between two rounds of figures: people cannot read faster, and a busy feed commits many times a second. */
const EVERY_MS = 250;
/** Time between checks for figures that time alone changes. */
const TICK_MS = 1_000;
/** Time before unreadable events are read again. */
const AGAIN_MS = 1_000;
const ALERT_TYPES = [TRANSITIONED, ACKNOWLEDGED];

/** The state that one client has received. */
export interface Cursor {
  /** The ledger position of the figures. */
  readonly ledger: Position;
  /** The store position of the alerts. */
  readonly alerts: Position;
  /** A digest of all figures as it received them: time alone changes them, too. Empty when it has not received all. */
  readonly figures: string;
}

export const cursorText = ({ ledger, alerts, figures }: Cursor): string => `${ledger}-${alerts}-${figures}`;

/** Undefined for text that is not the id of an event of this stream. */
export function parseCursor(text: string): Cursor | undefined {
  const [, ledger, alerts, figures = ''] = /^(\d{1,16})-(\d{1,16})(?:-([0-9a-f]*))?$/.exec(text) ?? [];
  if (ledger === undefined) return undefined;
  return { ledger: Number(ledger) as Position, alerts: Number(alerts) as Position, figures };
}

export interface HubMessage {
  readonly event: 'objective' | 'objective-closed' | 'alert';
  readonly cursor: Cursor;
  readonly data: unknown;
}

export interface HubOptions {
  readonly observatory: {
    measureAllWithWorst(): Promise<Pick<Objectives<ObjectiveFigure>, 'figures' | 'closed'>>;
  };
  readonly settings: FigureSettings;
  readonly commits: Commits;
  readonly events: Pick<EventStore, 'head' | 'subscribe'>;
  readonly log: Log;
}

/** A figure as it was sent, and a digest of it without the fields that change with every commit. */
interface SentFigure {
  readonly data: ObjectiveView;
  readonly ledger: Position;
  readonly digest: string;
}

/** Sends changes to all listeners: each objective whose figure changed, each step of an alert. Idle without listeners. */
export class StreamHub {
  readonly #options: HubOptions;
  readonly #listeners = new Set<(message: HubMessage) => void>();
  readonly #stop = new AbortController();
  /** The last figure that all listeners received, by objective. */
  readonly #figures = new Map<string, SentFigure>();
  #cursor: Cursor = { ledger: START, alerts: START, figures: '' };
  /** Settled when the position of the first new alert is known. */
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

  /** Starts at the end of the store: older alerts go only to a client whose cursor is before them. */
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
   * Sends first the changes since the client's cursor (all figures to a new client, or when any has changed), then all new ones.
   * @returns a function that ends it.
   */
  async listen(listener: (message: HubMessage) => void, last: Cursor | undefined): Promise<() => void> {
    await this.#begun;
    const since = last && (await this.#isBeyond(last.alerts)) ? undefined : last;
    const had = since?.alerts ?? START;
    // From here on nothing is lost: alerts that arrive while the client catches up wait, and figures are sent in their newest state.
    const waiting: HubMessage[] = [];
    let caughtUp = false;
    const relay = ({ event, cursor, data }: HubMessage) => {
      // The client may come from another process that was ahead of this one.
      if (event === 'alert' ? cursor.alerts <= had : !caughtUp) return;
      const message = { event, cursor: { ...cursor, alerts: later(cursor.alerts, had) }, data };
      if (caughtUp) listener(message);
      else waiting.push(message);
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
    for (const message of waiting) listener(message);
    caughtUp = true;
    return end;
  }

  /** Whether the position is after the last event: then the cursor belongs to another store, or to events that this one lost. */
  async #isBeyond(position: Position): Promise<boolean> {
    return position > this.#cursor.alerts && position > (await this.#options.events.head());
  }

  close(): void {
    this.#stop.abort();
    clearInterval(this.#ticking);
    this.#listeners.clear();
  }

  #send(message: HubMessage): void {
    this.#cursor = message.cursor;
    for (const listener of this.#listeners) listener(message);
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

  /** Sends every figure that has changed; calls while it runs wait for the same round. */
  #refresh(): Promise<void> {
    this.#refreshing ??= this.#sendFigures().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #sendFigures(): Promise<void> {
    const { figures, closed } = await this.#options.observatory.measureAllWithWorst();
    for (const figure of figures) {
      const data = objectiveView(figure, this.#options.settings);
      const { position: _, asOf: __, freshness: ___, ...lasting } = data;
      const digest = hash('sha1', JSON.stringify(lasting), 'hex');
      const ledger = figure.pin.upTo;
      const hasMoved = this.#figures.get(data.id)?.digest !== digest;
      this.#figures.set(data.id, { data, ledger, digest });
      this.#cursor = { ...this.#cursor, ledger };
      if (hasMoved)
        this.#send({ event: 'objective', cursor: { ...this.#cursor, figures: this.#digest() }, data });
    }
    for (const id of closed) {
      if (!this.#figures.delete(id)) continue;
      const cursor = { ...this.#cursor, figures: this.#digest() };
      this.#send({ event: 'objective-closed', cursor, data: { id } });
    }
  }

  /** Of the digests: it is made anew for each figure that has moved, and at the beginning all have. */
  #digest(): string {
    const digests = [...this.#figures.values()].map(({ digest }) => digest);
    return hash('sha1', digests.join('\n'), 'hex').slice(0, 12);
  }

  async #followAlerts(after: Position): Promise<void> {
    const { events, log } = this.#options;
    const { signal } = this.#stop;
    try {
      for await (const page of events.subscribe({ after, signal, types: ALERT_TYPES })) {
        for (const one of page.events) this.#send(alertMessage(one, this.#cursor));
        this.#cursor = { ...this.#cursor, alerts: page.position };
      }
    } catch (error) {
      if (signal.aborted) return;
      log.error({ err: error }, 'alerts cannot be streamed; trying again');
      await pause(AGAIN_MS, undefined, { ref: false });
      void this.#followAlerts(this.#cursor.alerts);
    }
  }

  async #replayAlerts(
    listener: (message: HubMessage) => void,
    since: Cursor,
    until: Position,
  ): Promise<Position> {
    const stop = new AbortController();
    let reached = since.alerts;
    for await (const page of this.#options.events.subscribe({
      after: since.alerts,
      signal: stop.signal,
      types: ALERT_TYPES,
    })) {
      for (const one of page.events) if (one.position <= until) listener(alertMessage(one, since));
      // Later alerts come from the hub, so that the client's cursor must stay before them.
      reached = page.position < until ? page.position : until;
      if (reached >= until) stop.abort();
    }
    return reached;
  }
}

const later = (a: Position, b: Position): Position => (a > b ? a : b);

const alertMessage = ({ position, id, stream, type, data }: RecordedEvent, cursor: Cursor): HubMessage => ({
  event: 'alert',
  cursor: { ...cursor, alerts: position },
  data: { id, stream, type, position: String(position), ...alertStepView(data) },
});
