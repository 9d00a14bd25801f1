import { AuditLog } from '../../shared/audit/audit-log.ts';
import { CATALOG } from '../../shared/measures/catalog.ts';
import { EnteredFigures } from '../../shared/objectives/entered-figures.ts';
import { ObjectiveBook } from '../../shared/objectives/objective-book.ts';
import { openPostgresPersonNames } from '../../shared/person-names/names-postgres.ts';
import { runService } from '../../shared/platform/service.ts';
import { openBackends } from '../../shared/production/backends.ts';
import { openFigures } from '../../shared/production/figures.ts';
import { buildApi, ITEM_VIEWS } from './app.ts';

/** The api as a process: as many as wanted. Beside what it reads it states definitions of objectives. */
await runService('api', async (context) => {
  const { config, log, clock, clockGuard } = context;
  const backends = await openBackends('api', context);
  const { ledger, commits, observatory, objectives, readiness } = openFigures(context, backends, CATALOG);
  const { store } = backends;
  const recording = clockGuard.recordingClock;
  const audit = new AuditLog(store, recording);
  const api = buildApi({
    ledger,
    events: store,
    observatory,
    definitions: {
      book: new ObjectiveBook(store, recording, objectives),
      figures: new EnteredFigures(store, recording, config.TZ_OFFICE),
      audit,
    },
    desk: { store, clock: recording, audit },
    names: openPostgresPersonNames(backends.pool),
    views: ITEM_VIEWS,
    commits,
    zone: config.TZ_OFFICE,
    extensionRule: config.EXTENSION_RULE,
    lateConclusionWorkingDays: config.LATE_CONCLUSION_WORKING_DAYS,
    clock,
    log,
  });
  return {
    readiness: [
      ...backends.readiness,
      ...readiness,
      // Reading goes on.
      { name: 'clock', problem: () => clockGuard.problem(), spared: true },
    ],
    routes: [api.routes, backends.clockRoutes],
    pages: api.pages,
    keyAudit: audit,
    beforeClose: () => api.close(),
  };
});
