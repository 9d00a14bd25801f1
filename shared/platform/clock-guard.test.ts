import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { ClockGuard, type RecordedBefore } from './clock-guard.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 10, 20, 3);

/** A guard over clocks in the hands of the test, and what it logged. */
function world(before: RecordedBefore = { last: null, accepted: null }, hasUptime = true) {
  const time = { wall: START, monotonic: 5 * SECOND, sinceBoot: 90 * DAY };
  const logged: { readonly level: number; readonly msg: string }[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const guard = new ClockGuard(
    {
      wall: () => time.wall,
      monotonic: () => time.monotonic,
      sinceBoot: () => (hasUptime ? time.sinceBoot : undefined),
    },
    log,
  );
  guard.learn(before);
  /** Lets time pass, in which the wall clock moves by something else. */
  const pass = (ms: number, wallMs = ms) => {
    time.wall += wallMs;
    time.monotonic += ms;
    time.sinceBoot += ms;
  };
  return { time, guard, pass, logged };
}

test('time that passes is no fault, nor what time synchronisation mends', () => {
  const { guard, pass } = world();
  for (let hour = 0; hour < 24 * 400; hour += 1) {
    pass(HOUR, HOUR + 2 * SECOND);
    assert.equal(guard.problem(), undefined);
  }
  pass(SECOND, 61 * SECOND);
  assert.equal(guard.problem(), undefined, 'a step of a minute');
});

test('a step of more than a minute in either direction stops recording, until the clock is right again', () => {
  for (const step of [400 * DAY, 62 * SECOND, -62 * SECOND, -10 * DAY]) {
    const { guard, pass, logged } = world();
    pass(SECOND, SECOND + step);
    assert.match(guard.problem() ?? '', step > 0 ? /set forward by \d+ s/ : /set back by \d+ s/);
    assert.throws(() => guard.recordingClock(), { code: 'clock' });
    pass(3 * SECOND);
    assert.throws(() => guard.recordedAt(START), { code: 'clock' }, 'it stays so');
    pass(SECOND, SECOND - step);
    assert.equal(guard.problem(), undefined);
    assert.equal(guard.recordingClock(), START + 5 * SECOND);
    assert.deepEqual(
      logged.map(({ msg }) => msg),
      [
        'clock: not sure, no event is taken until it is right or accepted',
        'clock: right again, events are taken',
      ],
    );
  }
});

test('small steps that follow each other add up', () => {
  const { guard, pass } = world();
  pass(SECOND, 41 * SECOND);
  assert.equal(guard.problem(), undefined);
  pass(SECOND, 41 * SECOND);
  assert.match(guard.problem() ?? '', /forward by 80 s/);
});

test('a suspended machine is no fault: the time shows in the time since its start too', () => {
  const { guard, time, logged } = world();
  time.wall += 3 * DAY;
  time.sinceBoot += 3 * DAY;
  assert.equal(guard.problem(), undefined);
  assert.deepEqual(
    logged.map(({ msg }) => msg),
    ['clock: the machine was suspended'],
  );
  time.wall += 3 * DAY;
  assert.match(guard.problem() ?? '', /forward by 259200 s/, 'a step after it is one');
});

test('where the system does not tell the time since its start, a suspension looks like a step', () => {
  const { guard, time } = world({ last: null, accepted: null }, false);
  time.wall += 3 * DAY;
  assert.match(guard.problem() ?? '', /forward/);
});

test('a start up to a minute before the last event is allowed, an earlier one is not', () => {
  assert.equal(world({ last: START + 60 * SECOND, accepted: null }).guard.problem(), undefined);
  const { guard, pass } = world({ last: START + 61 * SECOND, accepted: null });
  assert.match(guard.problem() ?? '', /61 s before the last event, recorded at 2026-11-20T03:01:01.000Z/);
  pass(SECOND);
  assert.equal(guard.problem(), undefined, 'the time has come');
});

test('nothing is recorded before what was recorded before', () => {
  const { guard, pass } = world({ last: START + 30 * SECOND, accepted: null });
  assert.equal(guard.recordingClock(), START + 30 * SECOND);
  pass(40 * SECOND);
  assert.equal(guard.recordingClock(), START + 40 * SECOND);
  pass(SECOND, -5 * SECOND);
  assert.equal(guard.recordingClock(), START + 40 * SECOND);
});

test('a person accepts the clock: a step is the time from then on, and later events no longer contradict it', () => {
  const { guard, pass } = world();
  pass(SECOND, 400 * DAY);
  assert.equal(guard.accept().accepted, null);
  assert.equal(guard.recordingClock(), START + 400 * DAY);
  pass(SECOND, SECOND - 400 * DAY);
  assert.match(guard.problem() ?? '', /back/);
  const { problem, accepted } = guard.accept();
  assert.match(problem ?? '', /back/);
  assert.equal(accepted, START + 400 * DAY);
  assert.equal(guard.problem(), undefined);
  assert.equal(guard.recordingClock(), START + 400 * DAY, 'nothing is recorded before the last event');
  const after = world({ last: START + 400 * DAY, accepted });
  assert.equal(after.guard.problem(), undefined, 'nor after a restart');
});
