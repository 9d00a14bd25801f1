import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pointsMark } from '../../../../shared/measures/points-mark.ts';
import { series as example } from '../testing/examples.ts';
import { pointsOf, withTail } from './series.ts';

/** A series whose points count so many of so many on each day of November 2026. */
function seriesOf(points: readonly (readonly [day: number, numerator: number, denominator: number])[]) {
  const soFar = { numerator: 0, denominator: 0 };
  return {
    ...example,
    points: points.map(([day, numerator, denominator]) => {
      soFar.numerator += numerator;
      soFar.denominator += denominator;
      const to = `2026-11-${String(day).padStart(2, '0')}`;
      const cumulative = { ...soFar, value: soFar.numerator / soFar.denominator };
      return { from: to, to, numerator, denominator, value: numerator / denominator, cumulative };
    }),
  };
}
const since = (day: number, whole: typeof example) => ({
  ...whole,
  earlier: pointsMark(whole.points.filter(({ to }) => to < `2026-11-${day}`)),
  points: whole.points.filter(({ to }) => to >= `2026-11-${day}`),
});

const HELD = seriesOf([
  [20, 9, 10],
  [23, 4, 5],
]);

test('the end that was fetched again replaces the end that was held', () => {
  const now = seriesOf([
    [20, 9, 10],
    [23, 6, 8],
    [24, 1, 1],
  ]);
  const joined = withTail(HELD, since(23, now), '2026-11-23');
  assert.deepEqual(joined?.points, now.points);
});

test('when something changed before the end, they do not fit', () => {
  const corrected = seriesOf([
    [20, 8, 10],
    [23, 4, 5],
  ]);
  const late = seriesOf([
    [20, 9, 10],
    [21, 0, 1],
    [23, 4, 5],
  ]);
  const moved = seriesOf([
    [21, 9, 10],
    [23, 4, 5],
  ]);
  for (const now of [corrected, late, moved])
    assert.equal(withTail(HELD, since(23, now), '2026-11-23'), undefined);
});

test('nor do those of another objective or window', () => {
  const tail = since(23, HELD);
  assert.equal(withTail(HELD, { ...tail, id: 'other' }, '2026-11-23'), undefined);
  const window = { ...tail.window, from: '2026-11-01' };
  assert.equal(withTail(HELD, { ...tail, window }, '2026-11-23'), undefined);
});

test('a series is named by its points: sums of its window, how it stood on a day, or values', () => {
  const days = { vi: 'ngày', en: 'days' };
  const kinds = [{}, { onLastDay: true }, { measuredIn: days }].map((change) =>
    pointsOf({ ...example, onLastDay: false, ...change }),
  );
  assert.deepEqual(kinds, ['window', 'day', 'value']);
});
