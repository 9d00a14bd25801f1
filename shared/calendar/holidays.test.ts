import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holidayFile, vietnamHolidays } from './holidays.ts';
import { formatDay } from './zone.ts';

const holidays = vietnamHolidays();
const days = (year: number, kind: 'off' | 'working') =>
  holidays
    .filter((one) => one.kind === kind && formatDay(one.day).startsWith(String(year)))
    .map(({ day }) => formatDay(day).slice(5));

test('the days off of each year', () => {
  const expected: Record<number, string> = {
    2023: '01-02 01-20 01-23 01-24 01-25 01-26 05-01 05-02 05-03 09-01 09-04',
    2024: '01-01 02-08 02-09 02-12 02-13 02-14 04-18 04-29 04-30 05-01 09-02 09-03',
    2025: '01-01 01-27 01-28 01-29 01-30 01-31 04-07 04-30 05-01 05-02 09-01 09-02',
    2026: '01-01 01-02 02-16 02-17 02-18 02-19 02-20 04-27 04-30 05-01 08-31 09-01 09-02 11-24',
    2027: '01-01 02-04 02-05 02-08 02-09 02-10 04-16 04-30 05-03 09-02 09-03 11-24',
  };
  for (const [year, listed] of Object.entries(expected))
    assert.deepEqual(days(Number(year), 'off').join(' '), listed);
});

test('the working Saturdays of each year', () => {
  assert.deepEqual(
    [2023, 2024, 2025, 2026, 2027].map((year) => days(year, 'working')),
    [[], ['05-04'], ['04-26'], ['01-10', '08-22'], []],
  );
});

test('no day of 2027 is decided, and the open choices are stated', () => {
  const of2027 = holidays.filter(({ day }) => formatDay(day).startsWith('2027'));
  assert.ok(of2027.every(({ confidence }) => confidence === 'provisional'));
  const tet = of2027.filter(({ day }) => formatDay(day).startsWith('2027-02'));
  assert.ok(tet.every(({ note }) => note?.includes('05–11/02')));
});

test('an error in the table states its place', () => {
  const row = { day: '2026-11-24', kind: 'off', name: 'x', instrument: 'y', confidence: 'confirmed' };
  const slip = (...rows: object[]) =>
    holidayFile.safeParse({ revised: '2026-11-23', days: rows }).error?.issues[0];
  const path = (...rows: object[]) => slip(...rows)?.path.join('/');
  assert.equal(path(row), undefined);
  assert.equal(path(row, { ...row, day: '2026-02-29' }), 'days/1/day');
  assert.equal(path({ ...row, kind: 'working' }), 'days/0/day');
  assert.equal(path({ ...row, confidence: 'sure' }), 'days/0/confidence');
  assert.equal(path({ ...row, nme: 'x' }), 'days/0');
  assert.equal(path(row, row), 'days');
  assert.match(slip(row, row)?.message ?? '', /each day once/);
  assert.match(slip({ ...row, kind: 'working' })?.message ?? '', /a Saturday or Sunday for a working day/);
  assert.match(slip({ ...row, day: '2026-02-29' })?.message ?? '', /a calendar date, yyyy-MM-dd/);
});
