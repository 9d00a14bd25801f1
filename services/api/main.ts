import { AuditLog } from '../../shared/audit/audit-log.ts';
import { CATALOG } from '../../shared/measures/catalog.ts';
import { runService } from '../../shared/platform/service.ts';
import { openBackends } from '../../shared/production/backends.ts';
import { openFigures } from '../../shared/production/figures.ts';
import { BOOK_VIEWS, buildApi } from './app.ts';

/** The api as a process: as many as wanted. It only reads. */
await runService('api', async (context) => {
  const { config, log, clock, clockGuard } = context;
  const backends = await openBackends('api', context);
  const { ledger, commits, observatory, readiness } = openFigures(context, backends, CATALOG);
  const { store } = backends;
  const api = buildApi({
    ledger,
    events: store,
    observatory,
    views: BOOK_VIEWS,
    commits,
    zone: config.TZ_OFFICE,
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
    keyAudit: new AuditLog(store, clockGuard.recordingClock),
    beforeClose: () => api.close(),
  };
});
