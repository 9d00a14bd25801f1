import type { IncomingMessage } from 'node:http';
import fastifyCompress from '@fastify/compress';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import { admitWithinBudget, budgetOf } from './admission.ts';
import { nameAllowedMethods } from './allowed-methods.ts';
import { type ApiKeys, rightsOf } from './api-keys.ts';
import { HEAD_TIMEOUT_MS, limitConnections, OVERDUE_CHECK_MS } from './connections.ts';
import { acceptCompressedBodies } from './content-encoding.ts';
import { answerExpectations, answerUnreadable } from './http-connection.ts';
import type { Metrics } from './metrics.ts';
import { describeRoutes } from './openapi-routes.ts';
import { serveInTurn } from './pipelining.ts';
import { answerProblem, installProblems, ProblemError } from './problem.ts';
import type { RefusedMinute } from './refused-keys.ts';
import { readRequestsAsMeant } from './request-text.ts';
import { validateRequest } from './request-validator.ts';
import { refuseForeign, requireKeys } from './require-keys.ts';
import './route-right.ts';

export interface HttpServerOptions {
  readonly log: FastifyBaseLogger;
  readonly version: string;
  /**
   * Undefined runs open: the caller has checked that only the loopback interface is served, and requests from web pages of
   * other sites are refused.
   */
  readonly keys: ApiKeys | undefined;
  /** Records the wrong keys of a minute. */
  readonly onRefusedKeys?: (minute: RefusedMinute) => Promise<void>;
  /** Set for a process that serves only its health and metrics: these need no key. */
  readonly healthOnly?: true;
  readonly bodyLimit: number;
  readonly metrics: Metrics;
  /** Up to so many at a time; unlimited by default. */
  readonly maxConnections?: number;
  /** So many milliseconds after the server began to close, requests that have not ended are cut off; 5,000 by default. */
  readonly lingerMs?: number;
}

/** An HTTP server as every service has it: keys, problems, limits, OpenAPI, metrics. It serves nothing yet. */
export async function createHttpServer(options: HttpServerOptions): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: options.log,
    // A line a request would be a thousand lines a second; failures are logged where they happen.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.bodyLimit,
    connectionTimeout: 60_000,
    requestTimeout: 60_000,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 500 },
    frameworkErrors: answerProblem,
    // Node would refuse a request without it, with nothing to read: it is refused below.
    http: {
      requireHostHeader: false,
      headersTimeout: HEAD_TIMEOUT_MS,
      connectionsCheckingInterval: OVERDUE_CHECK_MS,
    },
    clientErrorHandler: answerUnreadable,
  });
  limitConnections(app, {
    most: options.maxConnections ?? Number.POSITIVE_INFINITY,
    onRefused: options.metrics.connectionRefused,
    onClosed: options.metrics.connectionClosed,
  });
  app.setValidatorCompiler(validateRequest);
  app.setSerializerCompiler(serializerCompiler);
  app.addHook('onRoute', ({ url, config }) => {
    if (url.startsWith('/v1/') && rightsOf(config?.right).length === 0)
      throw new Error(`route ${url} names no right`);
  });
  // The first of these hooks: until its turn nothing is done for a request.
  serveInTurn(app);
  app.addHook('onRequest', async ({ headers, raw }) => {
    if (headers.host === undefined && raw.httpVersion !== '1.0')
      throw new ProblemError('request-invalid', 'The request names no Host.');
    // Node keeps the first; a proxy before it may have read another (RFC 9112 §3.2).
    if (hostsOf(raw) > 1) throw new ProblemError('request-invalid', 'The request names more than one Host.');
  });
  if (options.keys) requireKeys(app, options.keys, options.onRefusedKeys ?? (async () => {}));
  else if (!options.healthOnly) app.addHook('onRequest', async ({ headers }) => refuseForeign(headers));
  nameAllowedMethods(app);
  installProblems(app);
  answerExpectations(app);
  acceptCompressedBodies(app);
  admitWithinBudget(app, {
    budget: budgetOf(),
    onRefused: options.metrics.overloaded,
  });
  readRequestsAsMeant(app);
  // Before the first route, so that it holds for all of them. Bodies of requests are decompressed above.
  await app.register(fastifyCompress, { encodings: ['gzip'], globalDecompression: false });
  app.addHook('preClose', async () => {
    // A sender that never ends its request must not keep the process from ending.
    setTimeout(() => app.server.closeAllConnections(), options.lingerMs ?? 5_000).unref();
  });
  options.metrics.watch(app);
  app.addHook('onSend', async (_request, reply) => {
    reply
      .header('x-content-type-options', 'nosniff')
      // A page of another site shall neither frame what is here, to have it clicked, nor embed it.
      .header('x-frame-options', 'DENY')
      .header('cross-origin-resource-policy', 'same-origin');
  });
  await describeRoutes(app, options.version);
  return app;
}

function hostsOf({ rawHeaders }: IncomingMessage): number {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) if (/^host$/i.test(rawHeaders[at] ?? '')) hosts += 1;
  return hosts;
}
