import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import Fastify from 'fastify';
import type { Position } from '../../shared/contracts/stored-event.ts';
import { Commits } from '../../shared/ledger/commits.ts';
import type { ReadOptions } from '../../shared/ledger/port.ts';
import { answerProblem } from '../../shared/platform/problem.ts';
import { Answers } from './answers.ts';

const SOON_MS = 5_000;

/** A server with one route of figures: `?size=` says how many bytes its answer has. */
function served() {
  const commits = new Commits({
    position: 1 as Position,
    knownAt: 0,
    entry: 1,
    office: 0,
    generation: 'one',
  });
  const state = { now: 1_000_000, computed: 0 };
  const compute: { by?: (reading: ReadOptions) => Promise<unknown> } = {};
  const answers = new Answers(
    commits,
    () => state.now,
    async () => 5 as Position,
  );
  const app = Fastify();
  app.setErrorHandler(answerProblem);
  app.get<{ Querystring: { size?: string; minPosition?: string } }>('/figure', (request, reply) =>
    answers.send(request, reply, request.query.minPosition, async (reading) => {
      state.computed += 1;
      if (compute.by) return compute.by(reading);
      return 'x'.repeat(Number(request.query.size ?? 1));
    }),
  );
  return {
    app,
    commits,
    state,
    compute,
    get: async (query: string) => void (await app.inject({ url: `/figure?${query}` })),
  };
}

test('an address is computed once as long as its answer is fresh', async () => {
  const { state, get } = served();
  await Promise.all([get('a'), get('a'), get('a')]);
  assert.equal(state.computed, 1);
  state.now += 999;
  await get('a');
  assert.equal(state.computed, 1);
  state.now += 1;
  await get('a');
  assert.equal(state.computed, 2);
});

test('answers that differ only in when and where they were read have one ETag; a text that looks like such a member counts', async () => {
  const { app, compute, state } = served();
  const etagOf = async (answer: object) => {
    state.now += 1_000;
    compute.by = async () => answer;
    return (await app.inject({ url: '/figure' })).headers.etag;
  };
  const objective = (feed: object, title = 'a "]" b') => ({ title, value: 0.5, freshness: [feed] });
  const feed = { feed: 'one "x]', silent: false };
  const first = { objectives: [objective(feed)], next: 'n1', position: '7', asOf: '2026-11-20' };
  const etag = await etagOf(first);
  const later = {
    objectives: [objective({ ...feed, feed: 'two]' })],
    next: 'n2',
    position: '8',
    asOf: '2026-11-21',
  };
  assert.equal(await etagOf(later), etag);
  assert.notEqual(await etagOf({ ...first, objectives: [objective(feed, 'c')] }), etag);
  const quoted = (position: number) => etagOf({ title: `{"position":"${position}"}` });
  assert.notEqual(await quoted(1), await quoted(2));
});

test('behind newer commits an answer rests the longer, the longer it took, up to a second', async () => {
  const after = async (took: number) => {
    const { state, commits, compute, get } = served();
    compute.by = async () => {
      state.now += took;
      return 'figure';
    };
    await get('a');
    commits.publish({ ...commits.latest, position: 2 as Position });
    const answeredAt = state.now;
    for (let rested = 1; ; rested += 1) {
      state.now = answeredAt + rested;
      await get('a');
      if (state.computed > 1) return rested;
    }
  };
  assert.equal(await after(0), 100);
  assert.equal(await after(20), 80);
  assert.equal(await after(50), 200);
  assert.equal(await after(500), 500);
});

test('a clock that is set back does not keep an old answer alive', async () => {
  const { state, get } = served();
  await get('a');
  state.now -= 3_600_000;
  await get('a');
  assert.equal(state.computed, 2);
});

test('a position that the store has but the ledger does not reach in time is a 503 that says when to ask again', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { app } = served();
  const asking = app.inject({ url: '/figure?minPosition=3' });
  await new Promise(setImmediate);
  t.mock.timers.tick(5_000);
  const answer = await asking;
  assert.deepEqual([answer.statusCode, answer.headers['retry-after']], [503, '1']);
  assert.match(answer.json().detail, /has not yet reached 3/);
});

test('answers are kept up to a number of bytes, the newest longest', async () => {
  const { state, get } = served();
  const MIB = 1024 * 1024;
  await get(`a&size=${20 * MIB}`);
  await get(`b&size=${20 * MIB}`);
  assert.equal(state.computed, 2);
  await get(`b&size=${20 * MIB}`);
  assert.equal(state.computed, 2, 'the newest is there');
  await get(`a&size=${20 * MIB}`);
  assert.equal(state.computed, 3, 'the oldest made room');
  await get(`c&size=${40 * MIB}`);
  await get('d');
  await get('d');
  assert.equal(state.computed, 5, 'one that is larger than all the room harms no other');
});

test('a client that takes gzip gets the same answer compressed, another one as it is', async () => {
  const { app, state } = served();
  const ask = (coding: string, size: number) =>
    app.inject({ url: `/figure?size=${size}`, headers: { 'accept-encoding': coding } });
  const [one, other, plain] = await Promise.all([
    ask('gzip, br', 5_000),
    ask('gzip', 5_000),
    ask('br', 5_000),
  ]);
  const text = JSON.stringify('x'.repeat(5_000));
  for (const { headers, rawPayload } of [one, other]) {
    assert.deepEqual([headers['content-encoding'], headers.vary], ['gzip', 'accept-encoding']);
    assert.equal(gunzipSync(rawPayload).toString(), text);
  }
  assert.deepEqual([plain.headers['content-encoding'], plain.headers.vary], [undefined, 'accept-encoding']);
  assert.equal(plain.payload, text);
  assert.equal(state.computed, 1);
  const { headers, payload } = await ask('gzip', 5);
  assert.deepEqual([headers['content-encoding'], payload], [undefined, '"xxxxx"'], 'a short one as it is');
});

test('an address that no client waits for any more is not computed further', {
  timeout: SOON_MS,
}, async () => {
  const begun = Promise.withResolvers<AbortSignal>();
  const { app, compute } = served();
  compute.by = ({ signal = assert.fail('computing can be ended') }) => {
    begun.resolve(signal);
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  };
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  try {
    const clients = [new AbortController(), new AbortController()];
    const asked = clients.map(({ signal }) => fetch(`${url}/figure`, { signal }).catch(() => 'left'));
    const signal = await begun.promise;
    clients[0]?.abort();
    assert.equal(await asked[0], 'left');
    assert.equal(signal.aborted, false, 'one client is still there');
    const ended = new Promise((resolve) => signal.addEventListener('abort', resolve));
    clients[1]?.abort();
    await ended;
    compute.by = async () => 'anew';
    assert.equal(await (await fetch(`${url}/figure`)).json(), 'anew');
  } finally {
    await app.close();
  }
});

test('a client that leaves while it waits for a position has nothing computed', async () => {
  const { app, commits, state } = served();
  const waits = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  app.addHook('onRequest', async (_, { raw }) => {
    raw.once('close', left.resolve);
    waits.resolve();
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  try {
    const client = new AbortController();
    const asked = fetch(`${url}/figure?minPosition=3`, { signal: client.signal }).catch(() => 'left');
    await waits.promise;
    client.abort();
    assert.equal(await asked, 'left');
    await left.promise;
    commits.publish({ ...commits.latest, position: 3 as Position });
    assert.equal(await (await fetch(`${url}/figure?other`)).json(), 'x');
    assert.equal(state.computed, 1);
  } finally {
    await app.close();
  }
});

test('a client that leaves while it waits with others has nothing computed anew', {
  timeout: SOON_MS,
}, async () => {
  const { app, compute, state } = served();
  const answer = Promise.withResolvers<string>();
  compute.by = () => answer.promise;
  const [first, second, gone] = [1, 2, 3].map(() => Promise.withResolvers<void>());
  const inHandler = [first, second];
  app.addHook('preHandler', async (_, { raw }) => {
    const mine = inHandler.shift();
    if (mine === second) raw.once('close', () => gone?.resolve());
    // By then the handler waits.
    setImmediate(() => mine?.resolve());
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  try {
    const stays = fetch(`${url}/figure`);
    await first?.promise;
    const client = new AbortController();
    const leaves = fetch(`${url}/figure`, { signal: client.signal }).catch(() => 'left');
    await second?.promise;
    client.abort();
    assert.equal(await leaves, 'left');
    await gone?.promise;
    // Old when it comes, so that one who waited for it would have it computed anew.
    state.now += 5_000;
    answer.resolve('once');
    assert.equal(await (await stays).json(), 'once');
    assert.equal(state.computed, 1);
  } finally {
    answer.resolve('once');
    // A connection that waits for a further request would be waited for.
    app.server.closeAllConnections();
    await app.close();
  }
});
