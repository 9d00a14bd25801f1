import { Gauge, type Registry } from 'prom-client';
import type { EventStore } from '../event-store/port.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Checkpoint } from './port.ts';

export interface LagOptions {
  readonly store: Pick<EventStore, 'readAll'>;
  /** The progress of the ledger as this process knows it; undefined while unknown. */
  readonly checkpoint: () => Checkpoint | undefined;
  readonly clock: Clock;
}

/** Exports the lag of the ledger behind the store. In time, since positions of different stores are not comparable. */
export function showLedgerLag(registry: Registry, { store, checkpoint, clock }: LagOptions): void {
  new Gauge({
    name: 'nhip_projection_lag_seconds',
    help: 'Age of the oldest event that the projection does not reflect; 0 when there is none.',
    labelNames: ['projection'],
    registers: [registry],
    async collect() {
      const known = checkpoint();
      // An unreachable store must not show as a lag of 0; it shows in nhip_ready.
      this.reset();
      if (known === undefined) return;
      const page = await store.readAll(known.position, 1).catch(() => undefined);
      if (page === undefined) return;
      const [oldest] = page.events;
      const seconds = oldest === undefined ? 0 : Math.max(0, clock() - oldest.recordedAt) / 1_000;
      this.set({ projection: 'ledger' }, seconds);
    },
  });
}
