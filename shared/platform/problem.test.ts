import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { installProblems, ProblemError, problemAnswers } from './problem.ts';
import { PROBLEMS, problem, problemSchema } from './problem-codes.ts';
import { validateRequest } from './request-validator.ts';

function server() {
  const app = Fastify();
  app.setValidatorCompiler(validateRequest);
  app.setSerializerCompiler(serializerCompiler);
  installProblems(app);
  app.get('/failing', async () => {
    throw new Error('password=hunter2');
  });
  app.get('/away', async () => {
    throw new ProblemError('unavailable', 'The ledger is being rebuilt.', { retryAfterSeconds: 7 });
  });
  app.post(
    '/strict',
    {
      schema: {
        body: z.object({ items: z.array(z.object({ n: z.int() })) }),
        querystring: z.strictObject({ q: z.enum(['a', 'b']).optional() }),
        response: { 200: z.object({ ok: z.literal(true) }), ...problemAnswers(400) },
      },
    },
    async () => ({ ok: true }),
  );
  app.get('/lying', { schema: { response: { 200: z.object({ n: z.int() }) } } }, async () => ({ n: 'one' }));
  return app;
}

const shown = ({
  statusCode,
  headers,
  body,
}: {
  statusCode: number;
  headers: Record<string, unknown>;
  body: string;
}) => {
  assert.match(String(headers['content-type']), /^application\/problem\+json/);
  const told = problemSchema.parse(JSON.parse(body));
  assert.equal(told.status, statusCode);
  assert.equal(told.type, `/problems/${told.code}`);
  return told;
};

test('every code has a status of an error and a title', () => {
  for (const [code, { status, title }] of Object.entries(PROBLEMS)) {
    assert.match(code, /^[a-z]+(-[a-z]+)*$/);
    assert.ok(status >= 400 && status < 600 && title.length > 0);
  }
  assert.deepEqual(problem('not-found', 'No such dossier.'), {
    type: '/problems/not-found',
    title: 'Not found',
    status: 404,
    detail: 'No such dossier.',
    code: 'not-found',
  });
});

test('the type of a problem can be looked up', async () => {
  const app = server();
  const { type, title, status } = problem('store-full', '');
  assert.deepEqual((await app.inject(type)).json(), { type, code: 'store-full', title, status });
  assert.equal((await app.inject('/problems')).json().length, Object.keys(PROBLEMS).length);
  assert.equal(shown(await app.inject('/problems/toString')).code, 'not-found');
});

test('a failure inside is told as such and no more', async () => {
  const answer = await server().inject('/failing');
  assert.equal(shown(answer).code, 'internal');
  assert.doesNotMatch(answer.body, /hunter2/);
});

test('an answer that breaks its own schema is a failure inside', async () => {
  assert.equal(shown(await server().inject('/lying')).code, 'internal');
});

test('a thrown problem is answered, with the time to wait', async () => {
  const answer = await server().inject('/away');
  assert.deepEqual(
    [shown(answer).detail, answer.headers['retry-after']],
    ['The ledger is being rebuilt.', '7'],
  );
});

test('a request that breaks its schema names every place', async () => {
  const app = server();
  const body = await app.inject({
    method: 'POST',
    url: '/strict',
    payload: { items: [{ n: 1 }, { n: '1' }, {}] },
  });
  assert.deepEqual(
    shown(body).errors?.map(({ pointer }) => pointer),
    ['/items/1/n', '/items/2/n'],
  );
  const query = await app.inject({ method: 'POST', url: '/strict?q=c', payload: { items: [] } });
  assert.deepEqual([query.statusCode, shown(query).errors?.[0]?.pointer], [400, '/q']);
});

test('what Fastify refuses has its code: unknown address, no JSON, another type, too large', async () => {
  const app = server();
  const post = (type: string, payload: string) =>
    app.inject({ method: 'POST', url: '/strict', headers: { 'content-type': type }, payload });
  const unknown = await app.inject('/nowhere?key=secret');
  assert.equal(shown(unknown).code, 'not-found');
  assert.doesNotMatch(unknown.body, /secret/);
  assert.equal(shown(await post('application/json', '{')).code, 'request-invalid');
  assert.equal(shown(await post('text/csv', 'a,b')).code, 'media-type-unsupported');
  assert.equal(shown(await post('application/json', `"${'x'.repeat(1_100_000)}"`)).code, 'body-too-large');
});

test('each wrong field of a request is named, with the value it should have and the one it had', async () => {
  const answer = async (options: { url: string; payload?: object }) => {
    const { detail, errors } = shown(await server().inject({ method: 'POST', ...options }));
    return [detail, ...(errors ?? []).map(({ pointer, detail: text }) => `${pointer}: ${text}`)];
  };
  assert.deepEqual(await answer({ url: '/strict', payload: { items: [{ n: 'x' }, {}] } }), [
    'The body is not valid.',
    '/items/0/n: a value of type number; it was "x"',
    '/items/1/n: a value of type number; it was nothing',
  ]);
  assert.deepEqual(await answer({ url: '/strict?q=c&a~b=1', payload: { items: [] } }), [
    'The query is not valid.',
    '/q: one of a, b; it was "c"',
    '/a~0b: nothing, since this name is not known here; it was "1"',
  ]);
});
