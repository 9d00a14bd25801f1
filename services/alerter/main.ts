import { once } from 'node:events';
import { AuditLog } from '../../shared/audit/audit-log.ts';
import { aroundWrites } from '../../shared/event-store/with-writes.ts';
import { importFeeds } from '../../shared/feeds/feed-import.ts';
import { feedsIn } from '../../shared/feeds/feeds-file.ts';
import { StoreError } from '../../shared/kernel/store-error.ts';
import { CATALOG } from '../../shared/measures/catalog.ts';
import { ConfigError } from '../../shared/platform/config-fault.ts';
import { runService } from '../../shared/platform/service.ts';
import { openBackends } from '../../shared/production/backends.ts';
import { openFigures } from '../../shared/production/figures.ts';
import { workWhileLeading } from '../../shared/production/leader.ts';
import { openLease } from '../../shared/production/lease.ts';
import { buildAlerter, messageContext, presentWatches } from './app.ts';
import { openPostgresOutbox } from './webhooks/outbox-postgres.ts';

/**
 * The alerter as a process: one leads, the others stand by and are not ready, so that requests reach the leader.
 * A leader that returns late fails at its next append, and at its next claim of a message.
 */
await runService('alerter', async (context) => {
  const { config, log, registry, clockGuard, closing } = context;
  const backends = await openBackends('alerter', context);
  const { pool, database } = backends;
  // Alerts, silences and acts are recorded at its moments: an event of 2028 would be believed for ever.
  const store = aroundWrites(backends.store, async (write) => {
    const problem = database.clockProblem();
    if (problem !== undefined) throw new StoreError('clock', problem);
    return write();
  });
  const { ledger, commits, observatory, readiness } = openFigures(context, backends, CATALOG);
  const feeds = feedsIn(config, CATALOG.books.kinds);
  if (feeds.kind === 'invalid') throw new ConfigError(feeds.faults);
  const file = config.FEEDS_FILE === undefined ? null : feeds.feeds.configured;
  const lease = openLease('alerter', context, backends);
  const watches = presentWatches(observatory, config);
  const alerter = buildAlerter({
    store,
    async observe() {
      const observed = await watches();
      const problem = database.clockProblem();
      return problem === undefined ? observed : { ...observed, undecided: problem };
    },
    onLedgerCommit: (listener) => commits.subscribe(listener),
    outbox: openPostgresOutbox(pool),
    // A new leader continues with moments that another host wrote: when a message is due, when a webhook was registered.
    clock: database.clock,
    log,
    registry,
    allowPrivate: config.WEBHOOK_ALLOW_PRIVATE,
    isTimeSure: () => (clockGuard.problem() ?? database.clockProblem()) === undefined,
    messages: messageContext(config, commits),
    standby: () => (lease.leads() ? undefined : 'This alerter is on standby: another one leads.'),
  });
  const leader = workWhileLeading({
    role: 'alerter',
    leadership: lease,
    log,
    registry,
    async work(signal) {
      try {
        await alerter.start();
        await importFeeds({ file, store, ledger, commits, clock: database.clock, log }, signal);
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
      { name: 'database-clock', problem: () => database.clockProblem(), spared: true },
      { name: 'leader', problem: () => leader.problem() },
      { name: 'alerter', problem: () => (lease.leads() ? alerter.problem() : undefined) },
      // All else goes on.
      { name: 'alert-streams', problem: () => (lease.leads() ? alerter.unread() : undefined), spared: true },
    ],
    routes: [alerter.plugin, backends.clockRoutes],
    keyAudit: new AuditLog(store, database.clock),
  };
});
