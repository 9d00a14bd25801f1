import type { AlertState } from '../../shared/alerting/state.ts';
import type { Moment } from '../../shared/kernel/clock.ts';
import type { AlertBook } from './alerts/alert-book.ts';
import type { Outbox } from './webhooks/outbox.ts';

/** The alerter at a glance: the source of its metrics. */
export interface AlerterState {
  readonly alerts: Readonly<Record<AlertState['phase'], number>>;
  /** Messages not delivered yet, and the age of the oldest in milliseconds (0 when there is none). */
  readonly outbox: { readonly depth: number; readonly oldestAgeMs: number };
}

/** @throws StoreError */
export async function alerterState(alerts: AlertBook, outbox: Outbox, now: Moment): Promise<AlerterState> {
  const { pending, oldestPendingAt } = await outbox.counts();
  const phases = { ok: 0, pending: 0, firing: 0, resolved: 0 };
  for (const { state } of alerts.all()) phases[state.phase] += 1;
  return {
    alerts: phases,
    outbox: { depth: pending, oldestAgeMs: oldestPendingAt === null ? 0 : now - oldestPendingAt },
  };
}
