import { Counter, Gauge, type Registry } from 'prom-client';
import type { EventStore } from '../../shared/event-store/port.ts';
import type { Commits } from '../../shared/figures/commits.ts';
import { lastBackupAt } from '../../shared/platform/backup-note.ts';
import type { Alerter } from '../alerter/app.ts';
import type { BrokerFeed } from '../ingest/app.ts';

export interface Watched {
  readonly store: Pick<EventStore, 'head'>;
  readonly commits: Commits;
  readonly alerter: Alerter;
  readonly lag: BrokerFeed['lag'];
  readonly dataDir: string;
}

/** The metrics of the embedded topology, read when they are asked for. */
export function watchProcess(registry: Registry, { store, commits, alerter, lag, dataDir }: Watched): void {
  const registers = [registry];
  new Gauge({
    name: 'nhip_ledger_lag_events',
    help: 'Events in the store that the ledger does not reflect yet.',
    registers,
    async collect() {
      this.set((await store.head()) - commits.latest.position);
    },
  });
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
  new Gauge({
    name: 'nhip_backup_last_success_timestamp_seconds',
    help: 'When `nhip backup` last made a complete copy of DATA_DIR; absent while it has made none.',
    registers,
    collect() {
      const at = lastBackupAt(dataDir);
      if (at === undefined) this.remove();
      else this.set(at / 1_000);
    },
  });
}
