import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Connection } from './connection.ts';
import { Resource } from './resource.ts';
import { throttled } from './throttled.ts';

/** A resource whose loads end on request of the test. */
function controlled() {
  const loads: PromiseWithResolvers<string>[] = [];
  const resource = new Resource(() => {
    const load = Promise.withResolvers<string>();
    loads.push(load);
    return load.promise;
  });
  return { resource, loads };
}

test('of several loads only the one begun last counts', async () => {
  const { resource, loads } = controlled();
  const both = [resource.refresh(), resource.refresh()];
  loads[1]?.resolve('second');
  loads[0]?.resolve('first');
  await Promise.all(both);
  assert.equal(resource.value.value, 'second');
});

test('the last answer stays under a problem, unless it answers an earlier question', async () => {
  const { resource, loads } = controlled();
  resource.put('known');
  const first = resource.refresh();
  loads[0]?.reject(new Error('away'));
  await first;
  assert.equal(resource.value.value, 'known');
  assert.match(String(resource.state.value.problem), /away/);

  resource.supersede();
  const second = resource.refresh();
  loads[1]?.reject(new Error('away'));
  await second;
  assert.equal(resource.state.value.answer, undefined);

  resource.put('back');
  assert.deepEqual(resource.state.value, {
    answer: { value: 'back' },
    problem: undefined,
    isSuperseded: false,
  });
});

test('the state of the connection is the first that holds', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1_000_000 });
  const connection = new Connection();
  assert.equal(connection.state(false), 'connecting');
  connection.up();
  assert.deepEqual([connection.state(false), connection.state(true)], ['live', 'past']);
  t.mock.timers.tick(90_000);
  connection.tick();
  assert.deepEqual([connection.state(true), connection.isCurrent.value], ['stale', false]);
  connection.down();
  assert.deepEqual([connection.state(true), connection.downSince.value], ['reconnecting', 1_090_000]);
  connection.up();
  connection.heard();
  assert.deepEqual([connection.state(false), connection.isCurrent.value], ['live', true]);
  connection.isAway.value = true;
  assert.equal(connection.isCurrent.value, false);
});

test('calls that come fast are made once in a while, the last one always', async () => {
  let calls = 0;
  const call = throttled(() => {
    calls += 1;
  }, 50);
  for (let n = 0; n < 5; n++) call();
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(calls, 1);
  call();
  call();
  await new Promise((resolve) => setTimeout(resolve, 120));
  assert.equal(calls, 2);
});
