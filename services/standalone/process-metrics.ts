import { Counter, Gauge, type Registry } from 'prom-client';
import type { Alerter } from '../alerter/app.ts';
import type { BrokerFeed } from '../ingest/app.ts';

export interface Watched {
  readonly alerter: Alerter;
  readonly lag: BrokerFeed['lag'];
}

/** The metrics of the embedded topology, read when they are asked for. */
export function watchProcess(registry: Registry, { alerter, lag }: Watched): void {
  const registers = [registry];
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
    collect() {
      for (const [phase, count] of Object.entries(alerter.state().alerts)) this.set({ phase }, count);
    },
  });
  new Gauge({
    name: 'nhip_webhook_outbox_messages',
    help: 'Webhook messages not delivered yet.',
    registers,
    collect() {
      this.set(alerter.state().outbox.depth);
    },
  });
  new Gauge({
    name: 'nhip_webhook_outbox_oldest_seconds',
    help: 'Age of the oldest webhook message not delivered yet.',
    registers,
    collect() {
      this.set(alerter.state().outbox.oldestAgeMs / 1_000);
    },
  });
  new Counter({
    name: 'nhip_webhook_deliveries_total',
    help: 'Webhook messages by final outcome.',
    labelNames: ['outcome'],
    registers,
    collect() {
      this.reset();
      const { delivered, failed } = alerter.state().deliveries;
      this.inc({ outcome: 'delivered' }, delivered);
      this.inc({ outcome: 'failed' }, failed);
    },
  });
}
