import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { eventually } from '../../tests/support/eventually.ts';
import { type Leadership, workWhileLeading } from './leader.ts';

/** A lease in the hands of the test. */
function lease() {
  let term: AbortController | undefined;
  let waiting = Promise.withResolvers<void>();
  const leadership: Leadership = {
    leads: () => term !== undefined,
    term: () => term?.signal ?? AbortSignal.abort(),
    async untilLeading(signal) {
      if (term || signal.aborted) return;
      signal.addEventListener('abort', () => waiting.resolve(), { once: true });
      await waiting.promise;
    },
  };
  return {
    leadership,
    give() {
      term = new AbortController();
      waiting.resolve();
    },
    withdraw() {
      waiting = Promise.withResolvers();
      term?.abort();
      term = undefined;
    },
  };
}

test('what ended one term of leading is no fault of a process that stands by, nor of its next term', async () => {
  const { leadership, give, withdraw } = lease();
  let terms = 0;
  const leader = workWhileLeading({
    role: 'test',
    leadership,
    log: pino({ level: 'silent' }),
    registry: new Registry(),
    async work(signal) {
      terms += 1;
      if (terms === 1) throw new Error('another writer has moved the ledger');
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    },
  });
  give();
  await eventually(() => leader.failure() !== undefined);
  assert.equal(leader.problem(), 'another writer has moved the ledger');
  withdraw();
  assert.equal(leader.failure(), undefined);
  assert.equal(leader.problem(), 'another process leads');
  give();
  await eventually(() => terms === 2);
  assert.deepEqual([leader.failure(), leader.problem()], [undefined, undefined]);
  await leader.stop();
});
