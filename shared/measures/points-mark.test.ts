import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pointsMark } from './points-mark.ts';

const point = (from: string, numerator: number, denominator: number) => ({ from, numerator, denominator });
const POINTS = [point('2026-09-10', 0, 1), point('2026-09-20', 1, 2)];

test('equal points have equal marks, also those of no points', () => {
  assert.equal(pointsMark(POINTS), pointsMark(POINTS.map((one) => ({ ...one }))));
  assert.equal(pointsMark([]), pointsMark([]));
});

test('a point that moves to another day, with the same sum, gives another mark', () => {
  const moved = [point('2026-09-15', 0, 1), point('2026-09-20', 1, 2)];
  assert.notEqual(pointsMark(moved), pointsMark(POINTS));
});

test('another count, another order and a missing point give other marks', () => {
  const others = [
    [point('2026-09-10', 1, 1), point('2026-09-20', 1, 2)],
    [point('2026-09-10', 0, 1), point('2026-09-20', 1, 3)],
    [...POINTS].reverse(),
    POINTS.slice(0, 1),
    [],
  ];
  assert.equal(new Set([POINTS, ...others].map(pointsMark)).size, others.length + 1);
});
