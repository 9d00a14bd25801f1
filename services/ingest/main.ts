import { AuditLog } from '../../shared/audit/audit-log.ts';
import { books } from '../../shared/books/registry.ts';
import { ConfigError } from '../../shared/platform/config-fault.ts';
import { runService } from '../../shared/platform/service.ts';
import { openBackends } from '../../shared/production/backends.ts';
import { buildIngest } from './app.ts';
import { readIngestConfig } from './config.ts';
import { openPostgresDeadLetters } from './dead-letters/dead-letters-postgres.ts';

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
    clock: clockGuard.recordingClock,
    log,
    registry,
  });
  closing('ingest', () => ingest.close());
  return {
    // Without a broker events still come by HTTP: the process must stay ready for them.
    readiness: [
      ...readiness,
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
