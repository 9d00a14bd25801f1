import type { Registry } from 'prom-client';
import type { MessageContext } from '../../shared/alerting/message.ts';
import type { Watch } from '../../shared/alerting/rule.ts';
import { AuditLog } from '../../shared/audit/audit-log.ts';
import type { EventStore } from '../../shared/event-store/port.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import type { Commits } from '../../shared/ledger/commits.ts';
import { chainHeadOf } from '../../shared/ledger/port.ts';
import type { Observatory } from '../../shared/measures/observatory.ts';
import type { Config } from '../../shared/platform/config.ts';
import type { Log } from '../../shared/platform/log.ts';
import { type AlerterState, alerterState } from './alerter-state.ts';
import { AlertBook } from './alerts/alert-book.ts';
import { EvaluationLoop } from './alerts/evaluation-loop.ts';
import type { Observe } from './alerts/observations.ts';
import { RegisterWatches } from './alerts/register-watches.ts';
import { SilenceBook } from './alerts/silence-book.ts';
import { observe } from './alerts/watches.ts';
import { showAlerter, showDeliveries, showFeeds, showRegisters } from './metrics.ts';
import { type AlerterPlugin, alerterRoutes } from './routes.ts';
import type { Resolve } from './webhooks/address-guard.ts';
import { Deliverer } from './webhooks/deliverer.ts';
import type { Outbox } from './webhooks/outbox.ts';
import { httpSender } from './webhooks/sender.ts';

export interface AlerterOptions {
  readonly store: EventStore;
  readonly observe: Observe;
  /** Calls the listener after every commit of the ledger, until the function it returns is called. */
  readonly onLedgerCommit: (listener: () => void) => () => void;
  /** Its owner's to close, after the alerter has stopped. */
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly log: Log;
  /** Holds the metrics of the alerter; one process has one alerter. */
  readonly registry: Registry;
  /** Webhooks may go to private addresses (WEBHOOK_ALLOW_PRIVATE). */
  readonly allowPrivate: boolean;
  readonly messages: MessageContext;
  /** Nothing is sent while the time is not sure: it always is unless this says otherwise. */
  readonly isTimeSure?: () => boolean;
  /** Why the routes answer nothing now: another process leads. Undefined, or omitted, while this one does. */
  readonly standby?: () => string | undefined;
  /** Milliseconds for one attempt at a receiver; 15,000 by default. */
  readonly sendTimeoutMs?: number;
  /** Stands in for the system's name server. */
  readonly resolve?: Resolve;
}

export interface Alerter {
  /** Restores the state, completes the work that a stop interrupted, and begins; it may start again after a stop. @throws StoreError */
  start(): Promise<void>;
  /** Ends after the evaluation under way; sends under way are aborted and repeated after the next start. */
  stop(): Promise<void>;
  /** One evaluation of every rule and one round of due messages, done when it resolves. It runs by itself every second. */
  tick(): Promise<void>;
  /** Fastify plugin with the routes of alerts, silences and webhooks; mount it under `/v1`. */
  readonly plugin: AlerterPlugin;
  /** For metrics. @throws StoreError */
  state(): Promise<AlerterState>;
  /** Why the last evaluation failed; undefined when it did not. */
  problem(): string | undefined;
  /** What a newer version has written to streams of alerts and silences, so that it is left out; undefined when it wrote nothing. */
  unread(): string | undefined;
}

/** The subjects of an alerter: every rule of the objectives, the feeds that they need, and what is overdue in registers. */
export function presentWatches(
  observatory: Observatory,
  { TZ_OFFICE, SECOND_PERSON_WORKING_DAYS }: Pick<Config, 'TZ_OFFICE' | 'SECOND_PERSON_WORKING_DAYS'>,
): Observe {
  const registers = new RegisterWatches(TZ_OFFICE, SECOND_PERSON_WORKING_DAYS);
  return () => observe(observatory, registers);
}

/** The surroundings of every message: its links and times, and what the events come to that the figures reflect. */
export const messageContext = (
  { PUBLIC_URL, HOST, PORT, TZ_OFFICE }: Config,
  commits: Commits,
): MessageContext => ({
  publicUrl: PUBLIC_URL ?? `http://${HOST}:${PORT}`,
  zone: TZ_OFFICE,
  storeHead() {
    const head = chainHeadOf(commits.latest);
    return head ? { store: head.store, position: String(head.position), link: head.link } : null;
  },
});

export function buildAlerter(options: AlerterOptions): Alerter {
  const { store, outbox, clock, log, messages, allowPrivate } = options;
  const sendTimeoutMs = options.sendTimeoutMs ?? 15_000;
  const openSender = () =>
    httpSender({
      allowPrivate,
      timeoutMs: sendTimeoutMs,
      ...(options.resolve ? { resolve: options.resolve } : {}),
    });
  const onEnded = showDeliveries(options.registry);
  const isTimeSure = options.isTimeSure ?? (() => true);
  const deliverer = new Deliverer({
    store,
    outbox,
    openSender,
    clock,
    isTimeSure,
    log,
    sendTimeoutMs,
    onEnded,
  });
  const alerts = new AlertBook({ store, outbox, clock, log, messages });
  const silences = new SilenceBook(store, clock);
  let watches: readonly Watch[] = [];
  const loop = new EvaluationLoop({
    store,
    observe: async () => {
      const observed = await options.observe();
      watches = observed.watches;
      return observed;
    },
    alerts,
    silences,
    log,
    afterwards() {
      deliverer.report();
      deliverer.pump();
    },
  });
  const state = () => alerterState(alerts, outbox, clock());
  let isAtWork = false;
  showAlerter(options.registry, state, () => isAtWork);
  showFeeds(options.registry, () => watches);
  showRegisters(options.registry, () => watches);
  let unsubscribe = () => {};

  return {
    async start() {
      await silences.load();
      await loop.start(() => alerts.open());
      isAtWork = true;
      deliverer.start();
      unsubscribe = options.onLedgerCommit(() => loop.trigger());
    },
    async stop() {
      unsubscribe();
      await loop.stop();
      // Another process evaluates from now on: metrics must not show the state known here.
      isAtWork = false;
      watches = [];
      await deliverer.stop();
    },
    async tick() {
      await loop.run();
      await deliverer.idle();
    },
    plugin: alerterRoutes({
      audit: new AuditLog(store, clock),
      outbox,
      alerts,
      silences,
      loop,
      deliverer,
      clock,
      allowPrivate,
      messages,
      standby: options.standby ?? (() => undefined),
    }),
    state,
    problem: () => loop.failure,
    unread: () => alerts.problem() ?? silences.problem(),
  };
}
