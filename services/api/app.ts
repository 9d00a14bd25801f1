import fastifyCompress from '@fastify/compress';
import type { FastifyError, FastifyInstance } from 'fastify';
import type { Zone } from '../../shared/calendar/zone.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import type { Commits } from '../../shared/ledger/commits.ts';
import { LedgerNotReady, type LedgerReader } from '../../shared/ledger/port.ts';
import type { Observatory } from '../../shared/measures/observatory.ts';
import type { Log } from '../../shared/platform/log.ts';
import { answerProblem, ProblemError } from '../../shared/platform/problem.ts';
import { Answers } from './answers.ts';
import type { ApiContext } from './context.ts';
import { dashboard } from './dashboard.ts';
import type { EventReader } from './history.ts';
import { agencyIdRoutes } from './routes/agency-ids.ts';
import { objectiveRoutes } from './routes/objectives.ts';
import { streamRoutes } from './routes/stream.ts';
import { workListRoutes } from './routes/work-lists.ts';
import { StreamHub } from './stream-hub.ts';

export interface ApiOptions {
  readonly ledger: LedgerReader;
  readonly events: EventReader;
  readonly observatory: Observatory;
  readonly commits: Commits;
  readonly zone: Zone;
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

/** The api: figures, work lists, evidence and the stream of changes, out of the ledger. It only reads. */
export function buildApi(options: ApiOptions): Api {
  const { ledger, events, observatory, commits, zone, clock, log } = options;
  const hub = new StreamHub({ observatory, commits, events, log });
  const context: ApiContext = {
    ledger,
    events,
    observatory,
    zone,
    clock,
    hub,
    answers: new Answers(commits, clock, () => events.head()),
  };
  return {
    routes: async (app) => {
      app.setErrorHandler<FastifyError>((error, request, reply) =>
        answerProblem(error instanceof LedgerNotReady ? notReady(error) : error, request, reply),
      );
      await app.register(fastifyCompress, { encodings: ['gzip'] });
      await app.register(objectiveRoutes(context));
      await app.register(workListRoutes(context));
      await app.register(agencyIdRoutes(context));
      await app.register(streamRoutes(context));
    },
    pages: dashboard,
    close: () => hub.close(),
  };
}

/** At the first start and during an upgrade: it passes by itself. */
const notReady = (cause: LedgerNotReady): ProblemError =>
  new ProblemError('unavailable', cause.message, { cause, retryAfterSeconds: 5 });
