import { Gauge, type Registry } from 'prom-client';
import type { EventKinds } from '../contracts/event-kind.ts';
import type { LedgerLag } from './lag.ts';
import type { LedgerReader } from './port.ts';

/** Exports the lag of the ledger behind the store. In time, since positions of different stores are not comparable. */
export function showLedgerLag(registry: Registry, lag: LedgerLag): void {
  new Gauge({
    name: 'nhip_projection_lag_seconds',
    help: 'Age of the oldest event that the projection does not reflect; 0 when there is none.',
    labelNames: ['projection'],
    registers: [registry],
    async collect() {
      const seconds = await lag.look();
      // An unreachable store must not show as a lag of 0; it shows in nhip_ready.
      this.reset();
      if (seconds !== undefined) this.set({ projection: 'ledger' }, seconds);
    },
  });
}

/** Exports the number of events that are set aside, from the ledger itself: a restart does not forget them. */
export function showSetAside(
  registry: Registry,
  ledger: Pick<LedgerReader, 'snapshot'>,
  kinds: EventKinds,
): void {
  new Gauge({
    name: 'nhip_ledger_set_aside_events',
    help: 'Events that could not be folded and are in no figure, by event type.',
    labelNames: ['type'],
    registers: [registry],
    async collect() {
      const counts = await ledger.snapshot((snapshot) => snapshot.setAside()).catch(() => undefined);
      this.reset();
      if (counts === undefined) return;
      // A rule needs a value before the first event.
      for (const type of kinds.keys()) this.set({ type }, 0);
      // Labels are bounded: a type that this version does not know is shown as unknown.
      for (const { type, events } of counts) this.inc({ type: kinds.has(type) ? type : 'unknown' }, events);
    },
  });
}
