import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cumulativeStatus, type Goal, outlookOf, type Progress } from './cumulative.ts';
import { decimalOf } from './rate.ts';

const HALF: Goal = { target: decimalOf('0.5'), comparator: '>=', path: null, ended: false };
const counts = (reached: number, failed: number, unplanned: number, planned?: number): Progress => ({
  ...{ reached, failed, unplanned },
  planned: planned ?? 0,
  hasPlans: planned !== undefined,
});
/** The status of a figure whose undecided subjects are inside its denominator. */
const statusOf = (progress: Progress, change: Partial<Goal> = {}) => {
  const goal = { ...HALF, ...change };
  const outlook = outlookOf(progress, goal.target);
  return cumulativeStatus(outlook.worst, outlook, goal);
};

test('ten units, none inspected in February and nothing planned: on the path, no breach', () => {
  assert.equal(statusOf(counts(0, 0, 10)), 'on-path');
});

test('five of ten are half: met at once, and nothing that comes can lose it', () => {
  assert.equal(statusOf(counts(4, 0, 6)), 'on-path');
  assert.equal(statusOf(counts(5, 0, 5)), 'met');
});

test('at the end of the window four of ten are a breach, and five are not', () => {
  assert.equal(statusOf(counts(4, 0, 6), { ended: true }), 'breached');
  assert.equal(statusOf(counts(5, 0, 5), { ended: true }), 'met');
});

test('a target that can no longer be reached is breached before the end', () => {
  // 95 % of 100: with five failures all others must succeed, with six they cannot.
  const target = decimalOf('0.95');
  assert.equal(statusOf(counts(10, 5, 85), { target }), 'on-path');
  assert.equal(statusOf(counts(10, 6, 84), { target }), 'breached');
});

test('plans that fall short of the target are a risk, and plans that suffice are none', () => {
  assert.equal(statusOf(counts(2, 0, 6, 2)), 'at-risk');
  assert.equal(statusOf(counts(2, 0, 5, 3)), 'on-path');
  // All that was planned is done, and it was too little.
  assert.equal(statusOf(counts(4, 0, 6, 0)), 'at-risk');
});

test('a figure below its path is at risk, on it is not', () => {
  const path = decimalOf('0.2');
  assert.equal(statusOf(counts(1, 0, 9), { path }), 'at-risk');
  assert.equal(statusOf(counts(2, 0, 8), { path }), 'on-path');
});

test('exactly all is lost with the first failure', () => {
  const all = { target: decimalOf('1'), comparator: '=' } as const;
  assert.equal(statusOf(counts(3, 0, 1), all), 'on-path');
  assert.equal(statusOf(counts(4, 0, 0), all), 'met');
  assert.equal(statusOf(counts(3, 1, 6), all), 'breached');
});

test('what is still needed is a whole number of subjects, rounded up', () => {
  assert.equal(outlookOf(counts(0, 0, 9), decimalOf('0.5')).needed, 5);
  assert.equal(outlookOf(counts(0, 0, 10), decimalOf('0.5')).needed, 5);
  assert.equal(outlookOf(counts(7, 0, 3), decimalOf('0.5')).needed, 0);
  assert.equal(outlookOf(counts(19_199, 0, 801), decimalOf('0.96')).needed, 1);
});

const progress = fc
  .record({
    reached: fc.nat(6),
    failed: fc.nat(6),
    planned: fc.nat(4),
    unplanned: fc.nat(4),
    hasPlans: fc.boolean(),
  })
  .map((one) => ({ ...one, hasPlans: one.hasPlans || one.planned > 0 }))
  .filter(({ reached, failed, planned, unplanned }) => reached + failed + planned + unplanned > 0);

test('met is what every end of the window keeps, breached what none does', () => {
  fc.assert(
    fc.property(progress, fc.integer({ min: 0, max: 100 }), (one, percent) => {
      const target = { numerator: percent, denominator: 100 };
      const { reached, failed, planned, unplanned } = one;
      const total = reached + failed + planned + unplanned;
      // Every number of successes among the undecided, in plain whole numbers.
      const ends = Array.from(
        { length: planned + unplanned + 1 },
        (_, successes) => (reached + successes) * 100 >= percent * total,
      );
      const status = statusOf(one, { target });
      assert.equal(status === 'met', ends.every(Boolean));
      assert.equal(status === 'breached', !ends.some(Boolean));
      const { needed } = outlookOf(one, target);
      const least = Array.from({ length: total + 1 }, (_, more) => more).find(
        (more) => (reached + more) * 100 >= percent * total,
      );
      assert.equal(needed, least);
    }),
  );
});
