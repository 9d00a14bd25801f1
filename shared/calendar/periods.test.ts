import assert from 'node:assert/strict';
import { test } from 'node:test';
import { periodNamed, periodsEnding } from './periods.ts';
import { formatDay, type LocalDay, parseDay } from './zone.ts';

const daysIn = (id: string) => {
  const period = periodNamed(id);
  return period && [formatDay(period.from), formatDay(period.to)];
};
const day = (text: string): LocalDay => parseDay(text) ?? assert.fail(text);

test('a period is named by its year, its quarter or its month', () => {
  assert.deepEqual(daysIn('2026'), ['2026-01-01', '2026-12-31']);
  assert.deepEqual(daysIn('2026-Q1'), ['2026-01-01', '2026-03-31']);
  assert.deepEqual(daysIn('2026-Q4'), ['2026-10-01', '2026-12-31']);
  assert.deepEqual(daysIn('2028-02'), ['2028-02-01', '2028-02-29']);
});

test('a reporting period ends on the 14th of the month that names it', () => {
  assert.deepEqual(daysIn('reporting-2026'), ['2025-12-15', '2026-12-14']);
  assert.deepEqual(daysIn('reporting-2026-Q1'), ['2025-12-15', '2026-03-14']);
  assert.deepEqual(daysIn('reporting-2026-01'), ['2025-12-15', '2026-01-14']);
});

test('any other text names none', () => {
  for (const text of ['', '26', '2026-Q5', '2026-13', '2026-00', '2026-1', '2026-H1', 'Reporting-2026'])
    assert.equal(periodNamed(text), undefined, text);
});

test('the periods of a window are those that end in it', () => {
  const idsOf = (...[length, reporting, from, to]: ['month' | 'quarter' | 'year', boolean, string, string]) =>
    periodsEnding(length, reporting, { from: day(from), to: day(to) }).map(({ id }) => id);
  assert.deepEqual(idsOf('quarter', false, '2026-01-01', '2026-12-31'), [
    ...['2026-Q1', '2026-Q2', '2026-Q3', '2026-Q4'],
  ]);
  assert.deepEqual(idsOf('quarter', false, '2026-01-01', '2026-09-29'), ['2026-Q1', '2026-Q2']);
  assert.deepEqual(idsOf('quarter', false, '2026-01-01', '2026-09-30'), ['2026-Q1', '2026-Q2', '2026-Q3']);
  assert.deepEqual(idsOf('month', true, '2025-12-15', '2026-03-14'), [
    ...['reporting-2026-01', 'reporting-2026-02', 'reporting-2026-03'],
  ]);
  assert.deepEqual(idsOf('year', false, '2026-01-01', '2026-12-30'), []);
  assert.deepEqual(idsOf('year', true, '2025-12-15', '2026-12-14'), ['reporting-2026']);
});
