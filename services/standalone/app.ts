import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { vietnamHolidays } from '../../shared/calendar/holidays.ts';
import { openEventStore } from '../../shared/event-store/sqlite/store.ts';
import { watchedStore } from '../../shared/event-store/watched-store.ts';
import { configuredFeeds } from '../../shared/feeds/configured-feeds.ts';
import { type Clock, systemClock } from '../../shared/kernel/clock.ts';
import { Commits } from '../../shared/ledger/commits.ts';
import { showLedgerLag } from '../../shared/ledger/lag-metric.ts';
import type { Checkpoint } from '../../shared/ledger/port.ts';
import { openLedgerReader } from '../../shared/ledger/sqlite/reader.ts';
import { Observatory } from '../../shared/measures/observatory.ts';
import { observe } from '../../shared/measures/watches.ts';
import { healthRoutes, type Readiness, showReadiness } from '../../shared/platform/health.ts';
import { createHttpServer } from '../../shared/platform/http-server.ts';
import type { Closable } from '../../shared/platform/lifecycle.ts';
import { listenOn } from '../../shared/platform/listen.ts';
import type { Log } from '../../shared/platform/log.ts';
import { createMetrics } from '../../shared/platform/metrics.ts';
import { tracingOf } from '../../shared/platform/tracing-config.ts';
import { VERSION } from '../../shared/platform/version.ts';
import { buildAlerter } from '../alerter/app.ts';
import { openSqliteOutbox } from '../alerter/webhooks/outbox-sqlite.ts';
import { buildApi } from '../api/app.ts';
import { buildIngest, type Ingest } from '../ingest/app.ts';
import { openSqliteDeadLetters } from '../ingest/dead-letters/dead-letters-sqlite.ts';
import { startProjector } from '../projector/app.ts';
import { showBackups } from './backup-metric.ts';
import type { StandaloneConfig } from './config.ts';
import { assertSameHistory, opened } from './data-files.ts';
import { maintenanceRoutes } from './maintenance.ts';

export interface Standalone {
  readonly server: FastifyInstance;
  readonly ingest: Ingest;
  readonly commits: Commits;
  /** Begins to serve, to alert and to consume; resolves with the address. */
  listen(): Promise<string>;
  /** To be closed in the reverse order. */
  readonly parts: Closable[];
}

export interface StandaloneOptions {
  readonly config: StandaloneConfig;
  readonly log: Log;
  readonly clock?: Clock;
  /** Called when going on is pointless. */
  readonly onFatal: (error: Error) => void;
}

/** The embedded topology: all services in one process over files in DATA_DIR, which the caller has locked. @throws DataFileError */
export async function buildStandalone({
  config,
  log,
  clock = systemClock,
  onFatal,
}: StandaloneOptions): Promise<Standalone> {
  const { common, feeds, objectives, keys, kafka } = config;
  const zone = common.TZ_OFFICE;
  const hours = common.OFFICE_HOURS;
  const holidays = vietnamHolidays();
  const file = (name: string) => join(common.DATA_DIR, name);
  const parts: Closable[] = [];
  const closing = (name: string, close: Closable['close']) => parts.push({ name, close });

  const metrics = createMetrics();
  const { registry } = metrics;
  const store = watchedStore(
    await opened('events.db', () => openEventStore(file('events.db'), onFatal)),
    registry,
  );
  closing('event store', () => store.close());
  // The projector speaks before there is anybody to listen.
  let publish = (_checkpoint: Checkpoint) => {};
  const projector = await opened('ledger.db', () =>
    startProjector({
      eventsPath: file('events.db'),
      ledgerPath: file('ledger.db'),
      zone: zone.name,
      holidays,
      hours,
      log,
      onCommit: (checkpoint) => publish(checkpoint),
      registry,
      tracing: tracingOf(common),
    }),
  );
  closing('projector', () => projector.stop());
  await assertSameHistory(store, projector.checkpoint);
  const commits = new Commits(projector.checkpoint);
  publish = (checkpoint) => commits.publish(checkpoint);
  const ledger = openLedgerReader(file('ledger.db'), zone);
  closing('ledger', () => ledger.close());

  const deadLetters = await opened('dead-letters.db', () => openSqliteDeadLetters(file('dead-letters.db')));
  closing('dead letters', () => deadLetters.close());
  const ingest = buildIngest({
    store,
    deadLetters,
    clock,
    zone,
    feeds,
    limits: { bodyBytes: common.MAX_BODY_BYTES, batchEvents: common.MAX_BATCH_EVENTS },
    deadLetterDays: common.DEAD_LETTER_DAYS,
    log,
    registry,
  });
  closing('ingest', () => ingest.close());

  const observatory = new Observatory({
    ledger,
    definitions: objectives,
    clock,
    zone,
    holidays,
    hours,
    feeds: configuredFeeds(feeds, zone),
    deadLetters: () => deadLetters.open(),
  });
  const outbox = await opened('webhooks.db', () => openSqliteOutbox(file('webhooks.db')));
  closing('outbox', () => outbox.close());
  const alerter = buildAlerter({
    store,
    observe: () => observe(observatory, commits),
    onLedgerCommit: (listener) => commits.subscribe(listener),
    outbox,
    clock,
    log,
    registry,
    allowPrivate: common.WEBHOOK_ALLOW_PRIVATE,
    messages: { publicUrl: common.PUBLIC_URL ?? `http://${common.HOST}:${common.PORT}`, zone },
  });
  closing('alerter', () => alerter.stop());

  const api = buildApi({
    ledger,
    events: store,
    observatory,
    commits,
    zone,
    clock,
    log,
  });
  const readiness: readonly Readiness[] = [
    {
      name: 'projector',
      problem: () => (projector.state.kind === 'following' ? undefined : JSON.stringify(projector.state)),
    },
    { name: 'alerter', problem: () => alerter.problem() },
    { name: 'kafka', problem: () => ingest.problem() },
  ];
  showReadiness(registry, readiness);
  showLedgerLag(registry, { store, checkpoint: () => commits.latest, clock });
  showBackups(registry, common.DATA_DIR);
  const server = await createHttpServer({
    log,
    version: VERSION,
    keys,
    bodyLimit: common.MAX_BODY_BYTES,
    metrics,
    lingerMs: common.SHUTDOWN_GRACE_SECONDS * 500,
  });
  for (const routes of [ingest.routes, api.routes, alerter.plugin, maintenanceRoutes({ projector })]) {
    await server.register(routes, { prefix: '/v1' });
  }
  healthRoutes(server, readiness, clock);
  await server.register(api.pages);
  closing('http server', async () => {
    api.close();
    await server.close();
  });

  return {
    server,
    ingest,
    commits,
    parts,
    async listen() {
      await alerter.start();
      const address = await listenOn(server, common);
      if (kafka) {
        const feed = ingest.consume(kafka, onFatal);
        closing('kafka', () => feed.stop());
      }
      return address;
    },
  };
}
