import { once } from 'node:events';
import { CATALOG } from '../../shared/measures/catalog.ts';
import { runService } from '../../shared/platform/service.ts';
import { openBackends } from '../../shared/production/backends.ts';
import { openFigures } from '../../shared/production/figures.ts';
import { workWhileLeading } from '../../shared/production/leader.ts';
import { openLease } from '../../shared/production/lease.ts';
import { buildAlerter, objectiveWatches } from './app.ts';
import { openPostgresOutbox } from './webhooks/outbox-postgres.ts';

/**
 * The alerter as a process: one leads, the others stand by and are not ready, so that the routes of duty lead to the leader.
 * A leader that comes back late fails at its next append, and at the claim of what is to be sent.
 */
await runService('alerter', async (context) => {
  const { config, log, registry, closing } = context;
  const backends = await openBackends('alerter', context);
  const { store, pool, database } = backends;
  const { commits, observatory, readiness } = openFigures(context, backends, CATALOG);
  const lease = openLease('alerter', context, backends);
  const alerter = buildAlerter({
    store,
    observe: objectiveWatches(observatory, commits),
    onLedgerCommit: (listener) => commits.subscribe(listener),
    outbox: openPostgresOutbox(pool),
    // Who takes over goes on with moments that another host wrote: what is due, since when a webhook is there.
    clock: database.clock,
    log,
    registry,
    allowPrivate: config.WEBHOOK_ALLOW_PRIVATE,
    messages: {
      publicUrl: config.PUBLIC_URL ?? `http://${config.HOST}:${config.PORT}`,
      zone: config.TZ_OFFICE,
    },
    standby: () => (lease.leads() ? undefined : 'This alerter stands by: another one leads.'),
  });
  const leader = workWhileLeading({
    role: 'alerter',
    leadership: lease,
    log,
    registry,
    async work(signal) {
      try {
        await alerter.start();
        if (!signal.aborted) await once(signal, 'abort');
      } finally {
        await alerter.stop();
      }
    },
  });
  closing('alerter', () => leader.stop());
  return {
    readiness: [
      ...backends.readiness,
      ...readiness,
      { name: 'leader', problem: () => leader.problem() },
      { name: 'alerter', problem: () => (lease.leads() ? alerter.problem() : undefined) },
    ],
    routes: [alerter.plugin],
  };
});
