import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { pino } from 'pino';
import { START } from '../contracts/stored-event.ts';
import { StoreError } from '../kernel/store-error.ts';
import type { EventStore } from './port.ts';
import { type RoomOptions, roomyStore } from './room.ts';

function world(options: Partial<RoomOptions> = {}) {
  const state = { full: false, seconds: 0 };
  const unused = () => assert.fail('not asked');
  const store: EventStore = {
    record: async () => {
      if (state.full) throw new StoreError('full', 'database or disk is full');
      return { outcomes: [], position: START };
    },
    append: unused,
    readStream: unused,
    readAll: unused,
    head: async () => START,
    lastRecordedAt: async () => null,
    subscribe: unused,
    close: async () => {},
  };
  const log = pino({ level: 'silent' });
  const roomy = roomyStore(store, { log, monotonic: () => state.seconds * 1_000, ...options });
  return { state, roomy, write: () => roomy.store.record([], 0).catch((error: StoreError) => error.code) };
}

test('a store that refuses for want of room says so until it takes an event again', async () => {
  const { state, roomy, write } = world();
  await write();
  assert.equal(roomy.problem(), undefined);
  state.full = true;
  assert.equal(await write(), 'full');
  assert.match(roomy.problem() ?? '', /disk is full/);
  state.full = false;
  await write();
  assert.equal(roomy.problem(), undefined);
});

test('without a probe a sender may find out after five seconds, since a process that is not ready is sent nothing', async () => {
  const { state, roomy, write } = world();
  state.full = true;
  await write();
  state.seconds = 5;
  assert.ok(roomy.problem());
  state.seconds = 6;
  assert.equal(roomy.problem(), undefined);
  await write();
  assert.ok(roomy.problem());
});

test('with a probe it is asked every five seconds until there is room, and never while there is', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    const probes = { count: 0, fails: true };
    const probe = async () => {
      probes.count += 1;
      if (probes.fails) throw new Error('ENOSPC');
    };
    const { state, roomy, write } = world({ probe });
    const wait = async () => {
      mock.timers.tick(5_000);
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    };
    await write();
    await wait();
    assert.equal(probes.count, 0);
    state.full = true;
    await write();
    await write();
    await wait();
    await wait();
    assert.equal(probes.count, 2);
    assert.ok(roomy.problem());
    probes.fails = false;
    await wait();
    assert.equal(roomy.problem(), undefined);
    await wait();
    assert.equal(probes.count, 3);
  } finally {
    mock.timers.reset();
  }
});
