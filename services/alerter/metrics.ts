import { Counter, Gauge, type Registry } from 'prom-client';
import { type FeedSubject, REGISTERS, type Watch } from '../../shared/alerting/rule.ts';
import { remembered } from '../../shared/kernel/remembered.ts';
import type { AlerterState } from './alerter-state.ts';
import type { Ended } from './webhooks/deliverer.ts';

const SCRAPE_MS = 100;

/**
 * Shows alerts and pending messages, read at each scrape.
 * @param isAtWork whether the alerts in memory are current: a standby would show those of its last term
 */
export function showAlerter(
  registry: Registry,
  state: () => Promise<AlerterState>,
  isAtWork: () => boolean,
): void {
  const registers = [registry];
  // One question for the metrics of one scrape. An unreachable database leaves out these metrics only, not the others.
  const known = remembered(state, SCRAPE_MS);
  const alerting = () => known.get().catch(() => undefined);
  new Gauge({
    name: 'nhip_alerts',
    help: 'Alerts by phase.',
    labelNames: ['phase'],
    registers,
    async collect() {
      const state = await alerting();
      this.reset();
      if (!isAtWork()) return;
      for (const [phase, count] of Object.entries(state?.alerts ?? {})) this.set({ phase }, count);
    },
  });
  new Gauge({
    name: 'nhip_webhook_outbox_messages',
    help: 'Webhook messages not delivered yet.',
    registers,
    async collect() {
      const state = await alerting();
      this.remove();
      if (state) this.set(state.outbox.depth);
    },
  });
  new Gauge({
    name: 'nhip_webhook_outbox_oldest_seconds',
    help: 'Age of the oldest webhook message not delivered yet.',
    registers,
    async collect() {
      const state = await alerting();
      this.remove();
      if (state) this.set(state.outbox.oldestAgeMs / 1_000);
    },
  });
}

/**
 * Counts how messages ended, in this process: a count out of the outbox falls when one is replayed or its webhook deleted.
 * @returns the function to call when a message has ended
 */
export function showDeliveries(registry: Registry): (outcome: Ended) => void {
  const ended = new Counter({
    name: 'nhip_webhook_deliveries_total',
    help: 'Webhook messages by final outcome, since the process began.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  // From 0 on, so that the first failure is seen as one.
  for (const outcome of ['delivered', 'failed'] as const) ended.inc({ outcome }, 0);
  return (outcome) => ended.inc({ outcome });
}

/** Feeds with a series of their own: any sender can name as many sources as it likes. */
const MOST_FEEDS = 100;
const OTHER = 'other';

/** The feeds by label: the silent ones first, then by name, and those beyond the limit together. */
function labelled(watches: readonly Watch[]): ReadonlyMap<string, readonly FeedSubject[]> {
  const feeds = watches
    .flatMap(({ subject }) => (subject.kind === 'feed' ? [subject] : []))
    .sort((a, b) => Number(b.silent) - Number(a.silent) || (a.feed < b.feed ? -1 : 1));
  return Map.groupBy(feeds, ({ feed }, at) => (at < MOST_FEEDS ? feed : OTHER));
}

/**
 * Shows how fresh the feeds are that objectives need. Silence is judged in working hours, so a night does not look like one. `other`
 * is silent when one of its feeds is, and as old as the one that was heard least lately.
 */
export function showFeeds(registry: Registry, watches: () => readonly Watch[]): void {
  const feeds = () => labelled(watches());
  new Gauge({
    name: 'nhip_feed_last_event_timestamp_seconds',
    help: 'When the last new event of a feed was recorded.',
    labelNames: ['feed'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [feed, subjects] of feeds()) {
        const heard = subjects.flatMap(({ lastEventAt }) => lastEventAt ?? []);
        if (heard.length > 0) this.set({ feed }, Math.min(...heard) / 1_000);
      }
    },
  });
  new Gauge({
    name: 'nhip_feed_silent',
    help: 'Whether a feed has been silent beyond its limit in working hours: 1, or 0.',
    labelNames: ['feed'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [feed, subjects] of feeds())
        this.set({ feed }, subjects.some(({ silent }) => silent) ? 1 : 0);
    },
  });
}

/** Shows how much of what people keep is overdue, of all units together. */
export function showRegisters(registry: Registry, watches: () => readonly Watch[]): void {
  new Gauge({
    name: 'nhip_register_overdue_entries',
    help: 'Entries of a register that are overdue.',
    labelNames: ['register'],
    registers: [registry],
    collect() {
      this.reset();
      const asked = watches();
      if (asked.length === 0) return;
      for (const register of REGISTERS) this.set({ register }, 0);
      for (const { subject } of asked)
        if (subject.kind === 'register') this.inc({ register: subject.register }, subject.overdue);
    },
  });
}
