import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryStorage } from '../testing/memory-storage.ts';
import { bodyOf, type Client, clientOf, type Objective, type Series } from './api.ts';
import { KeyRing } from './key-ring.ts';
import { Problem } from './problem.ts';

/** A client of a server that accepts one key, and the requests that reached the server. */
function clientOfServer(t: { readonly mock: typeof import('node:test').mock }, accepted: string | null) {
  const seen: (string | null)[] = [];
  t.mock.method(globalThis, 'fetch', async (request: Request) => {
    const key = request.headers.get('authorization');
    seen.push(key);
    if (accepted !== null && key !== `Bearer ${accepted}`)
      return Response.json({ code: 'unauthenticated' }, { status: 401 });
    return Response.json({ objectives: [], position: '7', asOf: '2026-11-23T00:00:00.000Z' });
  });
  const keys = new KeyRing(new MemoryStorage());
  return { keys, seen, client: clientOf('http://office.example', keys) };
}

test('of several requests without a key the user is asked once, and all go on with it', async (t) => {
  const { keys, seen, client } = clientOfServer(t, 'good');
  const answers = Promise.all([1, 2, 3].map(() => bodyOf(client.GET('/v1/objectives'))));
  while (keys.question.value === null) await new Promise(setImmediate);
  assert.deepEqual(keys.question.value, { wasWrong: false });
  keys.answer('good');
  assert.deepEqual(
    (await answers).map(({ position }) => position),
    ['7', '7', '7'],
  );
  assert.equal(keys.question.value, null);
  assert.equal(seen.filter((key) => key === 'Bearer good').length, 3);
});

test('a wrong key is reported as wrong, and a declined question is not asked again', async (t) => {
  const { keys, client } = clientOfServer(t, 'good');
  const first = bodyOf(client.GET('/v1/objectives'));
  while (keys.question.value === null) await new Promise(setImmediate);
  keys.answer('bad');
  while (keys.question.value === null) await new Promise(setImmediate);
  assert.deepEqual(keys.question.value, { wasWrong: true });
  keys.answer(null);
  const isRefused = (error: unknown) => error instanceof Problem && error.code === 'unauthenticated';
  await assert.rejects(first, isRefused);
  await assert.rejects(bodyOf(client.GET('/v1/objectives')), isRefused);
  assert.equal(keys.question.value, null);
});

test('a user may give another key than one that is accepted, which nothing calls wrong', async (t) => {
  const { keys, seen, client } = clientOfServer(t, null);
  for (const key of ['one', 'two']) {
    const given = keys.give();
    assert.deepEqual(keys.question.value, { wasWrong: false });
    keys.answer(key);
    assert.equal(await given, true);
    await bodyOf(client.GET('/v1/objectives'));
  }
  assert.deepEqual(seen, ['Bearer one', 'Bearer two']);
  assert.equal(keys.given.value, 2);
});

test('a server that does not answer is a problem of status 0', async (t) => {
  t.mock.method(globalThis, 'fetch', async () => {
    throw new TypeError('fetch failed');
  });
  const client = clientOf('http://office.example', new KeyRing(new MemoryStorage()));
  await assert.rejects(
    bodyOf(client.GET('/v1/objectives')),
    (error) => error instanceof Problem && error.status === 0 && error.code === 'unreachable',
  );
});

/** Never called: each line is an error of types, which the compiler would miss if the client were typed by nothing. */
export async function wrong(client: Client, objective: Objective, series: Series): Promise<unknown[]> {
  const { data } = await client.GET('/v1/objectives');
  return [
    // @ts-expect-error: the answer has no such field
    data?.objectivesTypo.nope,
    // @ts-expect-error: an objective has no such field
    objective.statsu,
    // @ts-expect-error: a status has no such value
    objective.status === 'splendid',
    // @ts-expect-error: a point has no such field
    series.points[0]?.numerators,
    // @ts-expect-error: the API has no such path
    await client.GET('/v1/objective'),
    // @ts-expect-error: the path needs an id
    await client.GET('/v1/dossiers/{id}'),
    // @ts-expect-error: a breakdown needs a dimension
    await client.GET('/v1/objectives/{id}/breakdown', { params: { path: { id: '' }, query: {} } }),
    // @ts-expect-error: a comment is a text
    await client.POST('/v1/alerts/{id}/acknowledge', { params: { path: { id: '' } }, body: { comment: 1 } }),
  ];
}
