import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lane, type Place } from './lane.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const laneOf = (limit: number) => new Lane({ limit, patienceMs: 1_000, restTurns: 32 });
const never = () => assert.fail('refused');

test('a lane holds up to its limit, and one request beyond it while that is alone', () => {
  const lane = laneOf(100);
  const large = lane.tryEnter(500);
  assert.ok(large);
  assert.equal(lane.tryEnter(1), undefined);
  large.resize(60);
  assert.ok(lane.tryEnter(40));
  assert.equal(lane.tryEnter(1), undefined);
  large.leave();
  large.leave();
  assert.equal(lane.used, 40, 'who leaves twice frees no more');
});

test('who waits begins in the order of arrival, as room becomes free', async () => {
  const lane = laneOf(100);
  const begun: string[] = [];
  const places: Place[] = [];
  const start = (name: string) => (place: Place) => {
    begun.push(name);
    places.push(place);
  };
  lane.enter(100, start('a'), never);
  lane.enter(80, start('b'), never);
  const giveUp = lane.enter(10, start('c'), never);
  lane.enter(10, start('d'), never);
  await turn();
  assert.deepEqual(begun, ['a'], 'a small one does not overtake');
  giveUp();
  places[0]?.leave();
  for (let turns = 0; turns < 200; turns++) await turn();
  assert.deepEqual(begun, ['a', 'b', 'd']);
});

test('after a costly request others have turns of the event loop before the next', async () => {
  const lane = laneOf(1_000);
  let begun = 0;
  const busy = (place: Place) => {
    begun++;
    const until = performance.now() + 20;
    while (performance.now() < until);
    place.leave();
  };
  for (let index = 0; index < 4; index++) lane.enter(1, busy, never);
  assert.equal(begun, 1);
  const seen = [begun];
  while (begun < 4) {
    await turn();
    seen.push(begun);
  }
  assert.ok(seen.length > 3 * 32, `${seen.length} turns`);
  for (const [index, count] of seen.entries()) assert.ok(count - (seen[index - 1] ?? 0) <= 1, String(seen));
});

test('who waits longer than a second is refused', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const now = t.mock.method(performance, 'now', () => 0);
  const lane = laneOf(100);
  lane.enter(100, () => {}, never);
  let refused = 0;
  lane.enter(1, never, () => refused++);
  now.mock.mockImplementation(() => 999);
  t.mock.timers.tick(100);
  assert.equal(refused, 0);
  now.mock.mockImplementation(() => 1_000);
  t.mock.timers.tick(100);
  assert.equal(refused, 1);
});

test('a slow one gives way when its room is needed, and not before', () => {
  const lane = laneOf(100);
  let isSlow = false;
  const gone: string[] = [];
  for (const name of ['a', 'b']) {
    lane.tryEnter(50)?.yields(
      () => isSlow,
      () => gone.push(name),
    );
  }
  assert.equal(lane.tryEnter(50), undefined);
  isSlow = true;
  assert.ok(lane.tryEnter(50));
  assert.deepEqual(gone, ['a'], 'the oldest, and no more than needed');
});
