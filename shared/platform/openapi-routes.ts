import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { rightsOf } from './api-keys.ts';
import { FixedBody, typeOf } from './fixed-body.ts';
import { finishedDocument } from './openapi.ts';
import './route-right.ts';

declare module 'fastify' {
  interface FastifySchema {
    /** Webhook objects of OpenAPI, by name: the messages that this route asks for. */
    'x-webhooks'?: Readonly<Record<string, unknown>>;
  }
}

/** The whole surface, written by `npm run openapi` from the routes of all services; a test keeps it true. */
const DOCUMENT = new URL('../../openapi.json', import.meta.url);

/** As for the page of figures; Swagger UI sets styles by itself and has images in its style sheet. */
const DOCS_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; frame-ancestors 'none'; " +
  "base-uri 'none'; form-action 'self'";

const TAGS = [
  { name: 'feeds', description: 'Send events.' },
  { name: 'dead letters', description: 'Read and repair messages that were refused.' },
  { name: 'objectives', description: 'Read figures, and what stands behind them.' },
  { name: 'dossiers', description: 'Work lists, and one dossier with everything known of it.' },
  { name: 'staff', description: 'Ratings and title standards of staff, under pseudonyms.' },
  { name: 'documents', description: 'One document with everything known of it.' },
  { name: 'inspections', description: 'Inspections and what they found.' },
  { name: 'risks', description: 'The register of risks, and what people state about them.' },
  { name: 'opportunities', description: 'The register of opportunities.' },
  { name: 'reviews', description: 'Reviews of objectives, and the actions that follow.' },
  { name: 'duties', description: 'What Article 2 asks of units: objectives passed on, and reports.' },
  { name: 'units', description: 'The units of the office.' },
  { name: 'alerts', description: 'Read, acknowledge and silence alerts.' },
  { name: 'webhooks', description: 'Register receivers of alerts, and see what was sent to them.' },
  { name: 'keys', description: 'What a key may do.' },
  { name: 'audit', description: 'See what was done, and by whom.' },
  { name: 'maintenance', description: 'Rebuild the ledger.' },
  { name: 'health', description: 'Whether the process is well.' },
];

/** `/openapi.json` and `/docs`; and `app.swagger()`, which describes the routes that come after. */
export async function describeRoutes(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Nhịp',
        version: version,
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
            description:
              '`npm run nhip -- keys create` makes one. Each operation names the right that it needs; where it names several, any of them is enough.',
          },
        },
      },
    },
    transform: (parts) => {
      const { schema, url } = jsonSchemaTransform(parts);
      const security = rightsOf(parts.route.config?.right).map((right) => ({ key: [right] }));
      return { schema: { security, ...schema }, url };
    },
    transformObject: (parts) => finishedDocument(jsonSchemaTransformObject(parts)),
  });
  const text = readFileSync(DOCUMENT, 'utf8');
  const json = new FixedBody(() => text, 'application/json; charset=utf-8');
  app.get('/openapi.json', { schema: { hide: true } }, async (request, reply) => json.send(request, reply));
  const fixed = new Map([
    ...uiFiles(),
    ['/docs/json', json],
    // JSON is YAML (YAML 1.2 §1.2).
    ['/docs/yaml', new FixedBody(() => text, 'application/x-yaml')],
  ]);
  await app.register(async (docs) => {
    // Whichever process is asked, it shows the whole surface and not its own part of it; the plug-in would write it out each time,
    // and read and compress its files.
    docs.addHook('onRequest', (request, reply, next) => {
      const body = fixed.get(request.url.split('?', 1)[0] ?? '');
      if (body) body.send(request, reply);
      else next();
    });
    await docs.register(swaggerUi, {
      routePrefix: '/docs',
      theme: { title: 'Nhịp API' },
      staticCSP: DOCS_POLICY,
    });
  });
}

/** The files of Swagger UI, by their path; read when they are first asked for. */
function uiFiles(): [string, FixedBody][] {
  const folder = fileURLToPath(new URL('static/', import.meta.resolve('@fastify/swagger-ui')));
  return readdirSync(folder).map((name) => [
    `/docs/static/${name}`,
    new FixedBody(() => readFileSync(join(folder, name)), typeOf(name)),
  ]);
}
