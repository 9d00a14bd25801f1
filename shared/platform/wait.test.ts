import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { wait } from './wait.ts';

test('an abort ends a wait at once, and one that came before it lets none begin', async () => {
  const stop = new AbortController();
  const waiting = wait(60_000, stop.signal);
  stop.abort();
  await waiting;
  await wait(60_000, stop.signal);
});

test('a wait that ran its time leaves no listener on the signal', async () => {
  const { signal } = new AbortController();
  const began = performance.now();
  await wait(20, signal);
  assert.ok(performance.now() - began >= 19);
  assert.equal(getEventListeners(signal, 'abort').length, 0);
});
