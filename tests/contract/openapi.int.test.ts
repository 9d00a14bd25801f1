import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { MESSAGE_TYPES } from '../../shared/alerting/message.ts';
import { DOSSIER_STATUSES } from '../../shared/books/dossier/status.v1.ts';
import { books } from '../../shared/books/registry.ts';
import { startInProcess } from '../support/in-process.ts';
import { openApiText } from '../support/openapi.ts';
import { conventionFaults } from '../support/openapi-conventions.ts';

const document = JSON.parse(readFileSync('openapi.json', 'utf8'));

test('openapi.json is what the routes say (npm run openapi writes it)', async () => {
  assert.equal(readFileSync('openapi.json', 'utf8'), await openApiText());
});

test('every operation keeps the conventions: operationId, tag, problems, examples, nothing that is perhaps null by anyOf', () => {
  assert.deepEqual(conventionFaults(document), []);
  assert.ok(Object.keys(document.paths).length > 20);
});

test('a linter finds nothing to say, examples that are not what their schema says included', async () => {
  const config = await createConfig({
    extends: ['recommended-strict'],
    // Whether a process is alive is asked without anything that could be wrong.
    rules: { 'operation-4xx-response': 'off' },
  });
  const problems = await lintFromString({ source: JSON.stringify(document), config });
  assert.deepEqual(
    problems.map(({ message, location }) => `${location[0]?.pointer}: ${message}`),
    [],
  );
});

test('every message that a receiver gets is described, with an example', () => {
  assert.deepEqual(Object.keys(document.webhooks), MESSAGE_TYPES);
  for (const [type, { post }] of Object.entries<{ post: Posted }>(document.webhooks)) {
    const { schema, example } = post.requestBody.content['application/json'];
    assert.equal(schema.properties.type.const, type);
    assert.equal(example.type, type);
    assert.ok(example.data.text.vi && example.data.text.en);
  }
});
interface Posted {
  readonly requestBody: {
    readonly content: Readonly<
      Record<
        'application/json',
        {
          readonly schema: { readonly properties: { readonly type: { readonly const: string } } };
          readonly example: {
            readonly type: string;
            readonly data: { readonly text: Record<string, string> };
          };
        }
      >
    >;
  };
}

test('events have one schema a media type: one event, or an array of them; an event is of a type by its `type`', () => {
  const event = { $ref: '#/components/schemas/Event' };
  const { content } = document.paths['/v1/events'].post.requestBody;
  const shapes = Object.entries<{ schema: unknown }>(content).map(([type, { schema }]) => [type, schema]);
  assert.deepEqual(Object.fromEntries(shapes), {
    'application/cloudevents+json': event,
    'application/cloudevents-batch+json': { type: 'array', items: event },
    'application/json': { type: 'array', items: event },
  });
  const { Event, DossierStatusV1 } = document.components.schemas;
  assert.deepEqual(Object.keys(Event.discriminator.mapping), [...books.kinds.keys()]);
  assert.deepEqual(DossierStatusV1.properties.data.properties.status.enum, DOSSIER_STATUSES);
});

test('the example of each feed’s body is taken as it stands; that of each other body is valid', async (t) => {
  const running = await startInProcess(Date.parse('2026-11-21T03:00:00Z'));
  t.after(() => running.close());
  let feeds = 0;
  for (const { method, path, type, example } of requestExamples()) {
    const answer = await running.server.inject({
      method,
      url: path.replaceAll(/\{[^}]+\}/g, 'x'),
      headers: { 'content-type': type, 'if-match': '"0"' },
      payload: typeof example === 'string' ? example : JSON.stringify(example),
    });
    const name = `${method} ${path} as ${type}: ${answer.body}`;
    // A valid body may be about what this server does not have: nothing of that name, or no loss to accept.
    assert.ok(answer.statusCode < 400 || [404, 409].includes(answer.statusCode), name);
    const { rejected } = answer.json();
    // What is sent as refused is kept as refused.
    if (rejected === undefined || path === '/v1/feeds/refused') continue;
    assert.deepEqual(rejected, [], name);
    feeds += 1;
  }
  assert.ok(feeds >= 3);
});

test('the whole document is served, by whichever process is asked', async (t) => {
  const running = await startInProcess(Date.parse('2026-11-21T03:00:00Z'));
  t.after(() => running.close());
  for (const url of ['/openapi.json', '/docs/json']) {
    assert.deepEqual((await running.server.inject({ url })).json(), document, url);
  }
});

const METHODS = ['POST', 'PATCH', 'PUT'] as const;

function requestExamples() {
  const operations = Object.entries<
    Record<string, { requestBody?: { content: Record<string, { example: unknown }> } }>
  >(document.paths);
  return operations.flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([name, { requestBody }]) => {
      const method = METHODS.find((each) => each.toLowerCase() === name) ?? 'POST';
      return Object.entries(requestBody?.content ?? {}).map(([type, { example }]) => ({
        method,
        path,
        type,
        example,
      }));
    }),
  );
}
