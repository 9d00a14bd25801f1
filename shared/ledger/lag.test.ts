import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dossierId, unitId } from '../contracts/ids.ts';
import type { Position } from '../contracts/stored-event.ts';
import type { EventStore } from '../event-store/port.ts';
import { StoreError } from '../kernel/store-error.ts';
import { LedgerLag } from './lag.ts';
import type { Checkpoint } from './port.ts';
import { at, placed, unplaced } from './testing/contract-events.ts';

const RECORDED = at('2026-01-05 08:00');

/** A store with one event a position, a ledger, and a clock in the hands of the test. */
function world() {
  const state = { head: 0, ledger: 0 as number | undefined, seconds: 0, fails: false, asked: 0 };
  const readAll: EventStore['readAll'] = async (after, limit) => {
    state.asked += 1;
    if (state.fails) throw new StoreError('unavailable', 'the store is unreachable');
    const data = {
      dossierId: dossierId('H19.12-260105-0001'),
      status: 'received',
      unitId: unitId('H19.12'),
    } as const;
    const event = unplaced({ type: 'dossier.status.v1', time: RECORDED, data }, 'x', RECORDED);
    const events = placed(Array(Math.min(limit, state.head - after)).fill(event), after + 1);
    return { events, position: (after + events.length) as Position, head: state.head as Position };
  };
  const checkpoint = (): Checkpoint | undefined =>
    state.ledger === undefined
      ? undefined
      : { position: state.ledger as Position, knownAt: 0, entry: 0, office: 0, generation: 'one' };
  const lag = new LedgerLag({
    store: { readAll },
    checkpoint,
    clock: () => RECORDED + state.seconds * 1_000,
    monotonic: () => state.seconds * 1_000,
  });
  /** A look each second, with the ledger at the same distance from the head. */
  const pass = async (seconds: number, eachSecond = () => {}) => {
    for (let each = 0; each < seconds; each += 1) {
      state.seconds += 1;
      eachSecond();
      await lag.look();
    }
  };
  return { state, lag, pass };
}

test('a ledger is behind until the head that the store had at the start', async () => {
  const { state, lag } = world();
  assert.ok(lag.isBehind(), 'before the store has answered');
  Object.assign(state, { head: 100, ledger: 40 });
  await lag.look();
  assert.ok(lag.isBehind());
  state.head = 120;
  state.ledger = 100;
  assert.ok(!lag.isBehind(), 'the commit alone shows it, without another look');
});

test('a ledger is behind once it has not reached for more than 5 seconds what the store had', async () => {
  const { state, lag, pass } = world();
  await lag.look();
  state.head = 10;
  await pass(5);
  assert.ok(!lag.isBehind());
  await pass(2);
  assert.ok(lag.isBehind());
  state.ledger = 10;
  assert.ok(!lag.isBehind());
});

test('a ledger that follows a second behind is not behind, one that follows ten seconds behind is, however long', async () => {
  for (const [distance, isBehind] of [
    [1, false],
    [10, true],
  ] as const) {
    const { state, lag, pass } = world();
    await lag.look();
    await pass(12, () => {
      state.head += 1_000;
      state.ledger = Math.max(0, state.head - distance * 1_000);
    });
    for (let second = 0; second < 30; second += 1) {
      await pass(1, () => {
        state.head += 1_000;
        state.ledger = state.head - distance * 1_000;
      });
      assert.equal(lag.isBehind(), isBehind, `${distance} s behind, after ${second} s`);
    }
  }
});

test('nothing is known of a store that is unreachable: after 5 seconds the ledger may be behind', async () => {
  const { state, lag, pass } = world();
  await lag.look();
  state.fails = true;
  await pass(6);
  assert.ok(!lag.isBehind());
  await pass(1);
  assert.ok(lag.isBehind());
  assert.equal(await lag.look(), undefined, 'the lag is unknown, not 0');
  state.fails = false;
  await pass(1);
  assert.ok(!lag.isBehind());
});

test('a process that knows no ledger yet is behind', async () => {
  const { state, lag } = world();
  state.ledger = undefined;
  await lag.look();
  assert.ok(lag.isBehind());
});

test('however often it is asked, the store is asked once a look; the lag is the age of the oldest event not reflected', async () => {
  const { state, lag } = world();
  Object.assign(state, { head: 5, ledger: 3, seconds: 90 });
  const [first, second] = await Promise.all([lag.look(), lag.look()]);
  assert.deepEqual([first, second, state.asked], [90, 90, 1]);
  for (let times = 0; times < 1_000; times += 1) lag.isBehind();
  assert.equal(state.asked, 1);
  state.ledger = 5;
  assert.equal(await lag.look(), 0);
});
