import { Gauge, type Registry } from 'prom-client';
import type { EventStore } from '../event-store/port.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Checkpoint } from './port.ts';

export interface LagOptions {
  readonly store: Pick<EventStore, 'readAll'>;
  /** How far the ledger is, as this process knows it; undefined while it knows nothing. */
  readonly checkpoint: () => Checkpoint | undefined;
  readonly clock: Clock;
}

/** Shows how far behind the store the ledger is. In time, since positions of different stores count different things. */
export function showLedgerLag(registry: Registry, { store, checkpoint, clock }: LagOptions): void {
  new Gauge({
    name: 'nhip_projection_lag_seconds',
    help: 'Age of the oldest event that the projection does not reflect; 0 when there is none.',
    labelNames: ['projection'],
    registers: [registry],
    async collect() {
      const known = checkpoint();
      // Nothing to say is no zero: a store that cannot be asked shows in nhip_ready.
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
