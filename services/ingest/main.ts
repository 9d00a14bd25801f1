import { AuditLog } from '../../shared/audit/audit-log.ts';
import { books } from '../../shared/books/registry.ts';
import { openPostgresPersonNames } from '../../shared/person-names/names-postgres.ts';
import { ConfigError } from '../../shared/platform/config-fault.ts';
import { runService } from '../../shared/platform/service.ts';
import { startTask } from '../../shared/platform/start-task.ts';
import { openBackends } from '../../shared/production/backends.ts';
import { buildIngest } from './app.ts';
import { readIngestConfig } from './config.ts';
import { openPostgresDeadLetters } from './dead-letters/dead-letters-postgres.ts';
import { checkKey } from './intake/key-of-store.ts';

/** Ingest as a process: as many as wanted; a consumer group shares the partitions among them. */
await runService('ingest', async (context) => {
  const { config, env, log, registry, clockGuard, closing, onFatal } = context;
  const reading = readIngestConfig(env, config, books.kinds);
  if (reading.kind === 'invalid') throw new ConfigError(reading.faults);
  const { settings, kafka } = reading.config;
  const { store, pool, readiness, clockRoutes } = await openBackends('ingest', context);
  const deadLetters = openPostgresDeadLetters(pool);
  const ingest = buildIngest({
    ...settings,
    store,
    deadLetters,
    names: openPostgresPersonNames(pool),
    clock: clockGuard.recordingClock,
    log,
    registry,
  });
  closing('ingest', () => ingest.close());
  const check = await startTask((signal) => checkKey(ingest.people, log, signal));
  closing('check of the key for people', () => check.stop());
  return {
    // Without a broker events still come by HTTP: the process must stay ready for them.
    readiness: [
      ...readiness,
      { name: 'staff-key', problem: () => ingest.people.fault() },
      { name: 'clock', problem: () => clockGuard.problem() },
      { name: 'kafka', problem: () => ingest.problem(), spared: true },
    ],
    routes: [ingest.routes, clockRoutes],
    keyAudit: new AuditLog(store, clockGuard.recordingClock),
    start() {
      if (!kafka) return;
      const feed = ingest.consume(kafka, onFatal);
      closing('kafka', () => feed.stop());
    },
  };
});
