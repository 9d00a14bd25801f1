import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify from 'fastify';
import type { Position } from '../../shared/event-store/port.ts';
import { Commits } from '../../shared/figures/commits.ts';
import { Answers } from './answers.ts';

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
  const answers = new Answers(commits, () => state.now);
  const app = Fastify();
  app.get<{ Querystring: { size?: string } }>('/figure', (request, reply) =>
    answers.send(request, reply, undefined, async () => {
      state.computed += 1;
      return 'x'.repeat(Number(request.query.size ?? 1));
    }),
  );
  return { state, get: async (query: string) => void (await app.inject({ url: `/figure?${query}` })) };
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

test('a clock that is set back does not keep an old answer alive', async () => {
  const { state, get } = served();
  await get('a');
  state.now -= 3_600_000;
  await get('a');
  assert.equal(state.computed, 2);
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
