import { Counter, Gauge, type Registry } from 'prom-client';
import { remembered } from '../../shared/platform/remembered.ts';
import type { Alerter } from '../alerter/app.ts';
import type { BrokerFeed } from '../ingest/app.ts';

export interface Watched {
  readonly alerter: Alerter;
  readonly lag: BrokerFeed['lag'];
}

const SCRAPE_MS = 100;

/** The metrics of the embedded topology, read when they are asked for. */
export function watchProcess(registry: Registry, { alerter, lag }: Watched): void {
  const registers = [registry];
  // One question for the metrics of one scrape. A database that is away must not take the others with it: these are missing then.
  const known = remembered(() => alerter.state(), SCRAPE_MS);
  const alerting = () => known.get().catch(() => undefined);
  new Gauge({
    name: 'nhip_kafka_lag_messages',
    help: 'Messages of a partition that are not durable here yet.',
    labelNames: ['topic', 'partition'],
    registers,
    collect() {
      this.reset();
      for (const { topic, partition, position, end } of lag()) {
        this.set({ topic, partition }, Number(end - (position ?? 0n)));
      }
    },
  });
  new Gauge({
    name: 'nhip_alerts',
    help: 'Alerts by phase.',
    labelNames: ['phase'],
    registers,
    async collect() {
      const state = await alerting();
      this.reset();
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
  new Counter({
    name: 'nhip_webhook_deliveries_total',
    help: 'Webhook messages by final outcome.',
    labelNames: ['outcome'],
    registers,
    async collect() {
      const state = await alerting();
      this.reset();
      for (const [outcome, count] of Object.entries(state?.deliveries ?? {})) this.inc({ outcome }, count);
    },
  });
}
