import { join } from 'node:path';
import { AuditLog } from '../../shared/audit/audit-log.ts';
import { recordRestores } from '../../shared/audit/restores.ts';
import { vietnamHolidays } from '../../shared/calendar/holidays.ts';
import { chainingLog } from '../../shared/event-store/chaining-log.ts';
import { clockedStore } from '../../shared/event-store/clocked-store.ts';
import { roomyStore } from '../../shared/event-store/room.ts';
import { openEventStore } from '../../shared/event-store/sqlite/store.ts';
import { openStoredChain } from '../../shared/event-store/sqlite/stored-chain.ts';
import { watchedStore } from '../../shared/event-store/watched-store.ts';
import { importFeeds } from '../../shared/feeds/feed-import.ts';
import { Commits } from '../../shared/ledger/commits.ts';
import { LedgerLag } from '../../shared/ledger/lag.ts';
import { showLedgerLag, showSetAside } from '../../shared/ledger/metrics.ts';
import type { Checkpoint } from '../../shared/ledger/port.ts';
import { openLedgerReader } from '../../shared/ledger/sqlite/reader.ts';
import { openThreadedReader } from '../../shared/ledger/sqlite/reader-thread.ts';
import type { Catalog } from '../../shared/measures/catalog.ts';
import { generalDoubts } from '../../shared/measures/general-doubts.ts';
import { Observatory } from '../../shared/measures/observatory.ts';
import { EnteredFigures } from '../../shared/objectives/entered-figures.ts';
import { ObjectiveBook } from '../../shared/objectives/objective-book.ts';
import { openSqlitePersonNames } from '../../shared/person-names/names-sqlite.ts';
import type { PersonNames } from '../../shared/person-names/port.ts';
import { clockRoutes } from '../../shared/platform/clock-routes.ts';
import { diskProbe } from '../../shared/platform/disk-probe.ts';
import { pauses } from '../../shared/platform/in-turns.ts';
import type { Service, ServiceContext } from '../../shared/platform/service.ts';
import { startTask } from '../../shared/platform/start-task.ts';
import { tracingOf } from '../../shared/platform/tracing-config.ts';
import { buildAlerter, messageContext, presentWatches } from '../alerter/app.ts';
import { openSqliteOutbox } from '../alerter/webhooks/outbox-sqlite.ts';
import { buildApi, ITEM_VIEWS, type ItemView } from '../api/app.ts';
import { buildIngest, type Ingest } from '../ingest/app.ts';
import { openSqliteDeadLetters } from '../ingest/dead-letters/dead-letters-sqlite.ts';
import { startProjector } from '../projector/app.ts';
import { showBackups } from './backup-metric.ts';
import type { StandaloneSettings } from './config.ts';
import {
  assertCompanionsThere,
  assertEventsThere,
  assertSameEvents,
  assertSameHistory,
  DataFileError,
  MARKED,
  opened,
} from './data-files.ts';
import { findingsIn } from './kept-findings.ts';
import { maintenanceRoutes } from './maintenance.ts';
import { type PastGuard, startPastGuard } from './past-guard.ts';
import { watchedFiles } from './watched-files.ts';

/** All services in one process. */
export interface Standalone extends Service {
  readonly ingest: Ingest;
  /** Of staff. */
  readonly names: PersonNames;
  readonly commits: Commits;
  prepare(): Promise<void>;
  start(address: string): void;
}

/** The embedded topology over files in DATA_DIR, which the caller has locked. @throws DataFileError */
export async function buildStandalone(
  { config, log, registry, clock, clockGuard, closing, onFatal }: ServiceContext,
  { settings, objectives, kafka }: StandaloneSettings,
  { books, measures }: Catalog,
  views: readonly ItemView[] = ITEM_VIEWS,
): Promise<Standalone> {
  const zone = config.TZ_OFFICE;
  const hours = config.OFFICE_HOURS;
  const holidays = vietnamHolidays();
  const file = (name: string) => join(config.DATA_DIR, name);

  await assertEventsThere(config.DATA_DIR);
  await assertCompanionsThere(config.DATA_DIR);
  const opening = await opened('events.db', () =>
    openEventStore(file('events.db'), { onDown: onFatal, onChaining: chainingLog(log) }),
  );
  const files = watchedFiles(watchedStore(opening, registry), config.DATA_DIR, log);
  const roomy = roomyStore(files.store, { log, probe: diskProbe(config.DATA_DIR) });
  closing('disk watch', () => roomy.stop());
  const isDiskFull = () => roomy.problem() !== undefined;
  const clocked = clockedStore(roomy.store, clockGuard);
  const { store } = clocked;
  closing('event store', () => store.close());
  await clocked.learn();
  closing('clock', clocked.watch());
  const chain = openStoredChain(file('events.db'));
  closing('chain', () => chain.close());
  await assertSameEvents(chain, config.DATA_DIR);
  // The projector reports its first commit before there is a listener.
  let publish = (_checkpoint: Checkpoint) => {};
  const projector = await opened('ledger.db', () =>
    startProjector({
      eventsPath: file('events.db'),
      ledgerPath: file('ledger.db'),
      zone: zone.name,
      holidays,
      hours,
      extensionRule: config.EXTENSION_RULE,
      books: books.module,
      log,
      onCommit: (checkpoint) => publish(checkpoint),
      registry,
      tracing: tracingOf(config),
    }),
  );
  closing('projector', () => projector.stop());
  await assertSameHistory(chain, projector.checkpoint);
  const findings = findingsIn(config.DATA_DIR);
  let guard: PastGuard | undefined;
  const storedDataFault = () => (guard ? guard.fault() : findings.known[0]);
  const commits = new Commits(projector.checkpoint);
  publish = (checkpoint) => commits.publish(checkpoint);
  const ledger = openLedgerReader(file('ledger.db'), zone);
  closing('ledger', () => ledger.close());
  const slow = openThreadedReader({ path: file('ledger.db'), zone: zone.name, books: books.module });
  closing('ledger threads', () => slow.close());

  const deadLetters = files.letters(
    await opened('dead-letters.db', () => openSqliteDeadLetters(file('dead-letters.db'))),
  );
  closing('dead letters', () => deadLetters.close());
  const names = await opened('names.db', () => openSqlitePersonNames(file('names.db')));
  closing('names', () => names.close());
  const ingest = buildIngest({
    ...settings,
    store,
    deadLetters,
    names,
    clock: clockGuard.recordingClock,
    log,
    registry,
  });
  closing('ingest', () => ingest.close());
  const otherKey = await ingest.people.check();
  if (otherKey !== undefined) throw new DataFileError(`staff.key: ${otherKey}.`);

  const lag = new LedgerLag({ store, checkpoint: () => commits.latest, clock });
  await lag.start();
  closing('lag of the ledger', () => lag.stop());
  const observatory = new Observatory({
    ledger,
    slow,
    measures,
    kinds: books.kinds,
    file: objectives,
    clock,
    zone,
    holidays,
    hours,
    officeUnit: config.OFFICE_UNIT,
    pause: pauses(),
    deadLetters: () => deadLetters.open(),
    doubts: generalDoubts({
      lag,
      clockProblem: () => clockGuard.problem(),
      integrityFault: storedDataFault,
    }),
  });
  const recording = clockGuard.recordingClock;
  const book = new ObjectiveBook(store, recording, objectives);
  const feedImport = await startTask((signal) => {
    const file = config.FEEDS_FILE === undefined ? null : settings.feeds.configured;
    return importFeeds({ file, clock: recording, ...{ store, ledger, commits, log } }, signal);
  });
  closing('feeds', () => feedImport.stop());
  const audit = new AuditLog(store, recording);
  const outbox = await opened('webhooks.db', () => openSqliteOutbox(file('webhooks.db')));
  closing('outbox', () => outbox.close());
  closing('watch of the files', () => files.stop());
  const alerter = buildAlerter({
    store,
    observe: presentWatches(observatory, config),
    onLedgerCommit: (listener) => commits.subscribe(listener),
    outbox,
    clock,
    log,
    registry,
    allowPrivate: config.WEBHOOK_ALLOW_PRIVATE,
    isTimeSure: () => clockGuard.problem() === undefined,
    messages: messageContext(config, commits),
  });
  closing('alerter', () => alerter.stop());

  const api = buildApi({
    ledger,
    events: store,
    observatory,
    definitions: { book, figures: new EnteredFigures(store, recording, zone), audit },
    desk: { store, clock: recording, audit },
    names,
    views,
    commits,
    zone,
    extensionRule: config.EXTENSION_RULE,
    lateConclusionWorkingDays: config.LATE_CONCLUSION_WORKING_DAYS,
    clock,
    log,
  });
  showLedgerLag(registry, lag);
  showSetAside(registry, ledger, books.kinds);
  showBackups(registry, config.DATA_DIR);
  return {
    ingest,
    names,
    commits,
    readiness: [
      {
        name: 'projector',
        problem: () => (projector.state.kind === 'following' ? undefined : JSON.stringify(projector.state)),
        spared: isDiskFull,
      },
      { name: 'alerter', problem: () => alerter.problem(), spared: isDiskFull },
      { name: 'ledger', problem: () => files.ledgerProblem() },
      { name: 'kafka', problem: () => ingest.problem() },
      // All else goes on.
      { name: 'alert-streams', problem: () => alerter.unread(), spared: true },
      // Reading goes on, without those that cannot write their own file either.
      { name: 'disk', problem: () => roomy.problem(), spared: true },
      { name: 'files', problem: () => files.problem(), spared: true },
      { name: 'stored-data', problem: storedDataFault, spared: true },
      { name: 'clock', problem: () => clockGuard.problem(), spared: true },
    ],
    routes: [
      ingest.routes,
      api.routes,
      alerter.plugin,
      maintenanceRoutes({ projector, audit }),
      clockRoutes({ guard: clockGuard, accept: clocked.accept }),
    ],
    pages: api.pages,
    keyAudit: audit,
    beforeClose: () => api.close(),
    // The routes of alerts answer from the restored state.
    prepare: () => alerter.start(),
    start() {
      files.watch();
      closing('record of restores', recordRestores(config.DATA_DIR, audit, log));
      guard = startPastGuard(
        {
          eventsPath: file('events.db'),
          ledgerPath: file('ledger.db'),
          lettersPath: file('dead-letters.db'),
          markPaths: MARKED.map(file),
          zone: zone.name,
          books: books.module,
        },
        { log, registry, kept: findings },
      );
      closing('scrubber', guard.stop);
      if (!kafka) return;
      const feed = ingest.consume(kafka, onFatal);
      closing('kafka', () => feed.stop());
    },
  };
}
