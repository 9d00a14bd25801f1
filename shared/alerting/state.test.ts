import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  type AlertState,
  acknowledge,
  decide,
  evolve,
  INITIAL,
  type Reading,
  type Timing,
  type Transition,
} from './state.ts';

const MINUTE = 60_000;

interface Step {
  readonly at: number;
  readonly reading: Reading;
  readonly silenced?: boolean;
}

/** Runs the machine over steps; gives each step's reason and the transitions, and the state at the end. */
function run(timing: Timing, steps: readonly Step[], from: AlertState = INITIAL) {
  let state = from;
  const reasons: string[] = [];
  const transitions: Transition[] = [];
  for (const { at, reading, silenced = false } of steps) {
    const decision = decide(state, reading, timing, silenced, at);
    reasons.push(decision.reason);
    if (decision.transition) {
      transitions.push(decision.transition);
      state = evolve(state, decision.transition);
    }
  }
  return { state, reasons, transitions, notified: transitions.filter((transition) => transition.notify) };
}

const at = (minute: number, reading: Reading, silenced = false): Step => ({
  at: minute * MINUTE,
  reading,
  silenced,
});
const AT_ONCE: Timing = { for: 0, repeatInterval: null };
const AFTER_FIVE: Timing = { for: 5 * MINUTE, repeatInterval: null };

describe('alert state machine', () => {
  it('fires at once without a `for`, with the reason `first`', () => {
    const { reasons, notified } = run(AT_ONCE, [at(0, 'clear'), at(1, 'active'), at(2, 'active')]);
    assert.deepEqual(reasons, ['nothing', 'first', 'still-firing']);
    assert.deepEqual(notified, [{ kind: 'fired', at: MINUTE, notify: true, reason: 'first' }]);
  });

  it('waits for `for` to the very millisecond', () => {
    const edge = { at: 5 * MINUTE - 1, reading: 'active' } as const;
    const { reasons } = run(AFTER_FIVE, [at(0, 'active'), edge, at(5, 'active')]);
    assert.deepEqual(reasons, ['waiting', 'waiting', 'held-for']);
  });

  it('starts the wait anew when the condition goes away', () => {
    const { reasons } = run(AFTER_FIVE, [
      at(0, 'active'),
      at(4, 'clear'),
      at(6, 'active'),
      at(10, 'active'),
      at(11, 'active'),
    ]);
    assert.deepEqual(reasons, ['waiting', 'gone-before-firing', 'waiting', 'waiting', 'held-for']);
  });

  it('keeps waiting through a gap in the data, and does not fire inside it', () => {
    const { reasons } = run(AFTER_FIVE, [at(0, 'active'), at(6, 'no-data'), at(7, 'active')]);
    assert.deepEqual(reasons, ['waiting', 'no-data', 'held-for']);
  });

  it('does not flap at the edge: within the margin a firing alert holds', () => {
    const { reasons, notified } = run(AT_ONCE, [
      at(0, 'active'),
      at(1, 'within-margin'),
      at(2, 'active'),
      at(3, 'within-margin'),
      at(4, 'clear'),
      at(5, 'within-margin'),
    ]);
    assert.deepEqual(reasons, [
      'first',
      'hysteresis-hold',
      'still-firing',
      'hysteresis-hold',
      'resolved',
      'nothing',
    ]);
    assert.equal(notified.length, 2);
  });

  for (const [reading, reason] of [
    ['no-data', 'no-data'],
    ['low-volume', 'below-minimum-volume'],
  ] as const) {
    it(`neither raises nor resolves on ${reading}`, () => {
      assert.deepEqual(run(AT_ONCE, [at(0, reading)]).reasons, [reason]);
      const { reasons, state } = run(AT_ONCE, [at(0, 'active'), at(1, reading)]);
      assert.deepEqual(reasons, ['first', reason]);
      assert.equal(state.phase, 'firing');
    });
  }

  it('reminds after each repeat interval, until somebody acknowledges', () => {
    const timing = { for: 0, repeatInterval: 60 * MINUTE };
    const hourly = run(timing, [
      at(0, 'active'),
      at(59, 'active'),
      at(60, 'active'),
      at(119, 'active'),
      at(120, 'active'),
    ]);
    assert.deepEqual(hourly.reasons, [
      'first',
      'still-firing',
      'repeat-interval',
      'still-firing',
      'repeat-interval',
    ]);
    const acknowledged = acknowledge(hourly.state, { at: 121 * MINUTE, by: 'duty', comment: '' });
    assert.deepEqual(run(timing, [at(240, 'active'), at(241, 'clear')], acknowledged).reasons, [
      'acknowledged',
      'resolved',
    ]);
  });

  it('fires unheard under a silence, and speaks up when the silence ends', () => {
    const { transitions } = run(AT_ONCE, [at(0, 'active', true), at(1, 'active', true), at(2, 'active')]);
    assert.deepEqual(transitions, [
      { kind: 'fired', at: 0, notify: false, reason: 'silenced' },
      { kind: 'reminded', at: 2 * MINUTE, notify: true, reason: 'silence-ended' },
    ]);
  });

  it('notifies of the end of an alert only if it notified of its beginning', () => {
    assert.equal(run(AT_ONCE, [at(0, 'active'), at(1, 'clear', true)]).notified.length, 2);
    assert.equal(run(AT_ONCE, [at(0, 'active', true), at(1, 'clear', true)]).notified.length, 0);
  });

  it('yields to a graver alert without a word', () => {
    const { transitions } = run(AT_ONCE, [at(0, 'active'), at(1, 'superseded')]);
    assert.deepEqual(transitions[1], { kind: 'resolved', at: MINUTE, notify: false, reason: 'superseded' });
  });

  it('gives the reason for the end of a wait when the condition still holds', () => {
    const after = (reading: Reading) => run(AFTER_FIVE, [at(0, 'active'), at(1, reading)]);
    assert.deepEqual(after('superseded').reasons, ['waiting', 'superseded']);
    assert.deepEqual(after('low-volume').reasons, ['waiting', 'below-minimum-volume']);
    assert.deepEqual(after('within-margin').reasons, ['waiting', 'gone-before-firing']);
    assert.equal(after('low-volume').state, INITIAL);
    assert.deepEqual(after('superseded').notified, []);
  });

  it('is silenced when a wait ends under a silence', () => {
    const { transitions } = run(AFTER_FIVE, [at(0, 'active'), at(5, 'active', true)]);
    assert.deepEqual(transitions.at(-1), {
      kind: 'fired',
      at: 5 * MINUTE,
      notify: false,
      reason: 'silenced',
    });
  });

  it('holds no pause that a wrong clock began in the future', () => {
    const year = 525_600;
    const pending = run(AFTER_FIVE, [at(year, 'active'), at(1, 'active')]);
    assert.deepEqual(pending.reasons, ['waiting', 'held-for']);
    const timing = { for: 0, repeatInterval: 60 * MINUTE };
    const firing = run(timing, [at(year, 'active'), at(1, 'active'), at(2, 'active'), at(61, 'active')]);
    assert.deepEqual(firing.reasons, ['first', 'repeat-interval', 'still-firing', 'repeat-interval']);
  });

  it('counts the repeat interval from the last message, not from the last silence', () => {
    const timing = { for: 0, repeatInterval: 60 * MINUTE };
    const { reasons } = run(timing, [
      at(0, 'active'),
      at(60, 'active', true),
      at(61, 'active'),
      at(120, 'active'),
    ]);
    assert.deepEqual(reasons, ['first', 'silenced', 'repeat-interval', 'still-firing']);
  });

  it('raises nothing again that a graver alert speaks for', () => {
    assert.deepEqual(run(AT_ONCE, [at(0, 'superseded')]).reasons, ['superseded']);
  });

  it('stays with the first who acknowledged it, and is reminded only while it fires', () => {
    const { state } = run(AT_ONCE, [at(0, 'active')]);
    const first = acknowledge(state, { at: 1, by: 'first', comment: '' });
    assert.deepEqual(acknowledge(first, { at: 2, by: 'second', comment: '' }), first);
    const resolved = { phase: 'resolved', since: 3 } as const;
    assert.equal(
      evolve(resolved, { kind: 'reminded', at: 4, notify: true, reason: 'repeat-interval' }),
      resolved,
    );
  });

  it('can only be acknowledged while firing', () => {
    const over = { phase: 'resolved', since: 3 } as const;
    assert.deepEqual(acknowledge(INITIAL, { at: 0, by: 'duty', comment: '' }), INITIAL);
    assert.deepEqual(acknowledge(over, { at: 4, by: 'duty', comment: '' }), over);
  });
});

describe('alert state machine, on any readings', () => {
  const readings = fc.constantFrom<Reading>(
    'active',
    'clear',
    'within-margin',
    'low-volume',
    'no-data',
    'superseded',
  );
  const journeys = fc
    .array(fc.record({ wait: fc.nat(10 * MINUTE), reading: readings, silenced: fc.boolean() }), {
      maxLength: 60,
    })
    .map((steps) => {
      let now = 0;
      return steps.map(({ wait, reading, silenced }) => {
        now += wait;
        return { at: now, reading, silenced };
      });
    });
  const timings = fc.record({
    for: fc.constantFrom(0, MINUTE, 5 * MINUTE),
    repeatInterval: fc.constantFrom(null, 7 * MINUTE),
  });

  it('never fires twice without a resolve in between, and never resolves an alert that did not fire', () => {
    fc.assert(
      fc.property(timings, journeys, (timing, steps) => {
        const ends = run(timing, steps)
          .transitions.map(({ kind }) => kind)
          .filter((kind) => kind === 'fired' || kind === 'resolved');
        ends.forEach((kind, index) => {
          assert.equal(kind, index % 2 === 0 ? 'fired' : 'resolved');
        });
      }),
    );
  });

  it('never notifies of an end without a notified beginning', () => {
    fc.assert(
      fc.property(timings, journeys, (timing, steps) => {
        let notified = false;
        for (const { kind, notify } of run(timing, steps).transitions) {
          if (kind === 'resolved') {
            assert.ok(notified || !notify);
            notified = false;
          } else if (notify) notified = true;
        }
      }),
    );
  });

  it('fires only if active was seen at that moment and `for` before it, with nothing against it in between', () => {
    fc.assert(
      fc.property(timings, journeys, (timing, steps) => {
        for (const fired of run(timing, steps).transitions.filter(({ kind }) => kind === 'fired')) {
          const before = steps.filter((step) => step.at <= fired.at);
          const last = before.findLastIndex(
            (step) => step.reading !== 'active' && step.reading !== 'no-data',
          );
          // Steps of one moment may stand on either side of the firing, so look for any that supports it.
          const support = steps.filter(
            (step) => step.reading === 'active' && step.at <= fired.at - timing.for,
          );
          assert.ok(support.length > 0, `nothing active ${timing.for} ms before ${fired.at}`);
          const breaker = before[last];
          if (breaker && breaker.at < fired.at) {
            assert.ok(support.some((step) => step.at >= breaker.at));
          }
        }
      }),
    );
  });

  it('comes back from its recorded transitions exactly, at any point', () => {
    fc.assert(
      fc.property(timings, journeys, fc.nat(60), (timing, steps, cut) => {
        const straight = run(timing, steps);
        const first = run(timing, steps.slice(0, cut));
        const restored = first.transitions.reduce(evolve, INITIAL);
        const second = run(timing, steps.slice(cut), restored);
        assert.deepEqual(second.state, straight.state);
        assert.deepEqual([...first.transitions, ...second.transitions], straight.transitions);
      }),
    );
  });
});
