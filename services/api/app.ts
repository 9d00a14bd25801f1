import type { FastifyError, FastifyInstance } from 'fastify';
import type { ExtensionRule } from '../../shared/bookkeeping/extension-rule.ts';
import type { Zone } from '../../shared/calendar/zone.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import type { Commits } from '../../shared/ledger/commits.ts';
import { LedgerBusy, LedgerNotReady, type LedgerReader } from '../../shared/ledger/port.ts';
import type { Observatory } from '../../shared/measures/observatory.ts';
import type { PersonNames } from '../../shared/person-names/port.ts';
import type { Log } from '../../shared/platform/log.ts';
import { answerProblem, ProblemError } from '../../shared/platform/problem.ts';
import { Answers } from './answers.ts';
import { refuseBeforeHistory } from './before-history.ts';
import type { EventReader } from './books/history.ts';
import { inspectionRoutes } from './books/inspections.ts';
import type { ItemView } from './books/item-view.ts';
import { ITEM_VIEWS } from './books/registry.ts';
import type { ApiContext } from './context.ts';
import { dashboard } from './dashboard.ts';
import { filtersOf } from './filters.ts';
import { article2Routes } from './measures/article-2-routes.ts';
import { byDefinitionRoutes } from './measures/by-definition-routes.ts';
import { cascadeRoutes } from './measures/cascade-routes.ts';
import { changesRoutes } from './measures/changes-routes.ts';
import { type DefinitionParts, definitionRoutes } from './measures/definition-routes.ts';
import { watchDefinitions } from './measures/differing-definitions.ts';
import { dryRunRoutes } from './measures/dry-run-routes.ts';
import { enteredFiguresRoutes } from './measures/entered-figures-routes.ts';
import { entryRoutes } from './measures/entry-routes.ts';
import { objectiveRoutes } from './measures/routes.ts';
import { watchOfficeUnit } from './office-unit.ts';
import type { DeskParts } from './registers/register-desk.ts';
import { registerRoutes } from './registers/routes.ts';
import { agencyIdRoutes } from './routes/agency-ids.ts';
import { auditRoutes } from './routes/audit.ts';
import { catalogueRoutes } from './routes/catalogues.ts';
import { feedRoutes } from './routes/feeds.ts';
import { lossRoutes } from './routes/losses.ts';
import { meRoutes } from './routes/me.ts';
import { setAsideRoutes } from './routes/set-aside.ts';
import { streamRoutes } from './routes/stream.ts';
import { unitRoutes } from './routes/units.ts';
import { StreamHub } from './stream-hub.ts';

export { ITEM_VIEWS, type ItemView };

export interface ApiOptions {
  readonly ledger: LedgerReader;
  readonly events: EventReader;
  readonly observatory: Observatory;
  /** States the definitions of objectives, and the figures that people enter for them. */
  readonly definitions: DefinitionParts;
  /** States what people write into the registers. @property clock that by which events are recorded */
  readonly desk: Pick<DeskParts, 'store' | 'clock' | 'audit'>;
  /** The names of staff. */
  readonly names: Pick<PersonNames, 'of'>;
  /** How the items of each book and of each list are shown. */
  readonly views: readonly ItemView[];
  readonly commits: Commits;
  readonly zone: Zone;
  /** Which extensions of a due date the ledger counts. */
  readonly extensionRule: ExtensionRule;
  /** Working days from the last visit of an inspection within which its conclusion has to be issued. */
  readonly lateConclusionWorkingDays: number;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Api {
  /** Fastify plugin with the routes under `/v1`. */
  readonly routes: (app: FastifyInstance) => Promise<void>;
  /** Fastify plugin with what has no prefix: the dashboard. */
  readonly pages: (app: FastifyInstance) => Promise<void>;
  close(): void;
}

/** The api: figures, work lists, evidence and the stream of changes, out of the ledger; and the definitions of objectives, which it states. */
export function buildApi(options: ApiOptions): Api {
  const { ledger, events, observatory, definitions, desk, names, views, commits, zone, clock, log } = options;
  const { extensionRule, lateConclusionWorkingDays } = options;
  const hub = new StreamHub({ observatory, settings: { extensionRule }, commits, events, log });
  const endWatches = [
    watchOfficeUnit({ observatory, commits, zone, log: log.child({ component: 'office unit' }) }),
    watchDefinitions({ observatory, commits, log: log.child({ component: 'objectives' }) }),
  ];
  const context: ApiContext = {
    ledger,
    events,
    observatory,
    zone,
    extensionRule,
    lateConclusionWorkingDays,
    clock,
    names,
    hub,
    filters: filtersOf(observatory.measures),
    answers: new Answers(commits, clock, () => events.head()),
  };
  return {
    routes: async (app) => {
      app.setErrorHandler<FastifyError>((error, request, reply) =>
        answerProblem(refusalOf(error) ?? error, request, reply),
      );
      await app.register(objectiveRoutes(context, views));
      await app.register(changesRoutes(context, views));
      await app.register(byDefinitionRoutes(context));
      await app.register(cascadeRoutes(context));
      await app.register(article2Routes(context));
      await app.register(dryRunRoutes(context));
      await app.register(definitionRoutes(context, definitions));
      await app.register(entryRoutes(context, definitions));
      await app.register(async (lists) => {
        refuseBeforeHistory(lists, { events, zone, clock });
        for (const { routes } of views) if (routes) await lists.register(routes(context));
        await lists.register(enteredFiguresRoutes(context));
        await lists.register(inspectionRoutes(context));
        await lists.register(unitRoutes(context));
        await lists.register(catalogueRoutes(context));
      });
      await app.register(registerRoutes(context, { ...desk, zone, observatory, answers: context.answers }));
      await app.register(meRoutes(context));
      await app.register(agencyIdRoutes(context));
      await app.register(feedRoutes(context));
      await app.register(auditRoutes(context));
      await app.register(setAsideRoutes(context));
      await app.register(lossRoutes(context, desk));
      await app.register(streamRoutes(context));
    },
    pages: dashboard,
    close() {
      for (const end of endWatches) end();
      hub.close();
    },
  };
}

/** The answer to a failure of the ledger that passes by itself; undefined for other failures. */
function refusalOf(error: unknown): ProblemError | undefined {
  if (error instanceof LedgerBusy)
    return new ProblemError('overloaded', error.message, { retryAfterSeconds: 5 });
  // At the first start and during an upgrade.
  if (error instanceof LedgerNotReady)
    return new ProblemError('unavailable', error.message, { cause: error, retryAfterSeconds: 5 });
  return undefined;
}
