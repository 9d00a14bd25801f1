import { readFileSync } from 'node:fs';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import {
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
} from 'fastify-type-provider-zod';
import type { ApiKeys } from './api-keys.ts';
import { isForeign } from './loopback.ts';
import type { Metrics } from './metrics.ts';
import { finishedDocument } from './openapi.ts';
import { answerProblem, installProblems, ProblemError } from './problem.ts';
import { readRequestsAsMeant } from './request-text.ts';
import './route-scope.ts';

export interface HttpServerOptions {
  readonly log: FastifyBaseLogger;
  readonly version: string;
  /**
   * Undefined runs open: the caller has made sure that only the loopback interface is served, and what a web page of another
   * site may have sent is refused.
   */
  readonly keys: ApiKeys | undefined;
  /** Set for a process that serves nothing but its health and metrics: whoever reaches it may ask for those. */
  readonly healthOnly?: true;
  readonly bodyLimit: number;
  readonly metrics: Metrics;
  /** So many milliseconds after the server began to close, requests that still have not ended are cut off; 5,000 unless told. */
  readonly lingerMs?: number;
}

/** The whole surface, written by `npm run openapi` from the routes of all services; a test keeps it true. */
const DOCUMENT = new URL('../../openapi.json', import.meta.url);

const TAGS = [
  { name: 'feeds', description: 'Send events.' },
  { name: 'dead letters', description: 'See and mend what could not be taken in.' },
  { name: 'objectives', description: 'Read figures, and what stands behind them.' },
  { name: 'dossiers', description: 'Work lists, and one dossier with everything known of it.' },
  { name: 'documents', description: 'One document with everything known of it.' },
  { name: 'units', description: 'The units of the office.' },
  { name: 'alerts', description: 'See alerts, take them on, silence them.' },
  { name: 'webhooks', description: 'Register receivers of alerts, and see what was sent to them.' },
  { name: 'maintenance', description: 'Rebuild the ledger.' },
  { name: 'health', description: 'Whether the process is well.' },
];

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
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  installProblems(app);
  readRequestsAsMeant(app);
  app.addHook('onRoute', ({ url, config }) => {
    if (url.startsWith('/v1/') && config?.scope === undefined) throw new Error(`route ${url} names no scope`);
  });
  if (options.keys) requireKeys(app, options.keys);
  else if (!options.healthOnly) refuseForeignPages(app);
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
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Nhịp',
        version: options.version,
        description:
          'Live quality objectives of a provincial office. Times are RFC 3339, dates are the office’s, names are camelCase, ' +
          'errors are problem details (RFC 9457). Every answer about figures names the store position that it reflects.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/', description: 'The server that gives this document.' }],
      tags: TAGS,
      components: {
        securitySchemes: {
          key: {
            type: 'http',
            scheme: 'bearer',
            description: '`nhip keys create` makes one. Each operation names the scope that it needs.',
          },
        },
      },
    },
    transform: (parts) => {
      const { schema, url } = jsonSchemaTransform(parts);
      const { scope } = parts.route.config ?? {};
      return { schema: { security: scope === undefined ? [] : [{ key: [scope] }], ...schema }, url };
    },
    transformObject: (parts) => finishedDocument(jsonSchemaTransformObject(parts)),
  });
  const document = readFileSync(DOCUMENT, 'utf8');
  app.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
    reply.type('application/json; charset=utf-8');
    return document;
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    // Whichever process is asked, it shows the whole surface and not its own part of it.
    transformSpecification: () => JSON.parse(document),
    transformSpecificationClone: false,
  });
  return app;
}

function refuseForeignPages(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ headers }) => {
    if (isForeign(headers)) {
      const detail = 'Without API keys only this machine is answered: call it localhost or 127.0.0.1.';
      throw new ProblemError('foreign', detail);
    }
  });
}

function requireKeys(app: FastifyInstance, keys: ApiKeys): void {
  app.addHook('onRequest', async (request, reply) => {
    const { scope } = request.routeOptions.config;
    if (scope === undefined) return;
    const presented = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const access = presented === undefined ? ({ kind: 'unknown' } as const) : keys.check(presented, scope);
    switch (access.kind) {
      case 'allowed':
        return;
      case 'forbidden':
        throw new ProblemError('forbidden', `This needs a key with the scope ${scope}.`);
      case 'unreadable':
        throw new ProblemError('unavailable', 'The file of the API keys cannot be read.', {
          cause: access.error,
          retryAfterSeconds: 5,
        });
      case 'unknown':
        reply.header('www-authenticate', 'Bearer realm="nhip"');
        throw new ProblemError('unauthenticated', 'Send a valid key as "Authorization: Bearer nhip_…".');
    }
  });
}
