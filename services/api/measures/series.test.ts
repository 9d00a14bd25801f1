import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explicitWindow } from '../../../shared/calendar/windows.ts';
import { parseDay, zoneOf } from '../../../shared/calendar/zone.ts';
import type { BreakdownRow, Figure } from '../../../shared/measures/evaluate.ts';
import type { Fraction } from '../../../shared/measures/rate.ts';
import { seriesPoints } from './series.ts';

const NOW = Date.parse('2026-11-23T10:00:00+07:00');
const day = (text: string) => parseDay(text) ?? assert.fail(text);
const outcome = explicitWindow(day('2026-03-01'), day('2026-06-30'), NOW, zoneOf('Asia/Ho_Chi_Minh'));
const window = outcome.kind === 'window' ? outcome.window : assert.fail(outcome.kind);
const row = (on: string | null, numerator: number, denominator: number): BreakdownRow => ({
  key: on === null ? null : day(on),
  figure: { numerator, denominator } as Figure,
});

const RATE = { scale: { kind: 'share' }, judgement: { kind: 'rate' }, denominator: 6 } as const;
const UNDECIDED = { ...RATE, judgement: { kind: 'cumulative', undecided: 'inside' } } as const;

test('the undecided have no day and stand in every point; a day only adds to what is reached', () => {
  const rows = [row('2026-05-04', 1, 1), row('2026-03-02', 2, 2), row(null, 0, 3)];
  assert.deepEqual(
    seriesPoints(rows, 'month', window, UNDECIDED).map(({ from, numerator, denominator, cumulative }) => [
      from,
      ...[numerator, denominator, cumulative.numerator, cumulative.denominator, cumulative.value],
    ]),
    [
      ['2026-03-01', 2, 6, 2, 6, 2 / 6],
      ['2026-05-01', 1, 6, 3, 6, 0.5],
    ],
  );
});

test('of a rate each point has its own denominator', () => {
  const rows = [row('2026-03-02', 1, 2), row('2026-03-03', 3, 4)];
  assert.deepEqual(
    seriesPoints(rows, 'day', window, RATE).map(({ value, cumulative }) => [value, cumulative.value]),
    [
      [0.5, 0.5],
      [0.75, 4 / 6],
    ],
  );
});

test('values of several periods are what the objective makes of them', () => {
  const rows = [row('2026-03-31', 12, 1), row('2026-04-30', 3, 1), row('2026-05-31', 6, 1)];
  const mean = (values: readonly Fraction[]) => ({
    numerator: values.reduce((sum, { numerator }) => sum + numerator, 0),
    denominator: values.length,
  });
  const scale = { kind: 'value', measuredIn: { vi: 'ngày', en: 'days' }, combine: mean } as const;
  assert.deepEqual(
    seriesPoints(rows, 'day', window, { ...RATE, scale }).map(({ value, cumulative }) => [
      value,
      cumulative.value,
    ]),
    [
      [12, 12],
      [3, 7.5],
      [6, 7],
    ],
  );
});
