import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  afterDay,
  dayOf,
  firstMomentOf,
  isDay,
  isUnsetDate,
  lastMomentOf,
  localDate,
  parseWhen,
  whenText,
} from './when.ts';
import { formatDay, type LocalDay, parseMoment, zoneOf } from './zone.ts';

const hanoi = zoneOf('Asia/Ho_Chi_Minh');
const newYork = zoneOf('America/New_York');

test('a date, and midnight without an offset, is a day; everything else is the moment that it always was', () => {
  for (const text of [
    '2026-11-20',
    '2026-11-20T00:00',
    '2026-11-20t00:00:00',
    '2026-11-20 00:00:00.000000000000',
  ])
    assert.equal(parseWhen(text, hanoi), '2026-11-20', text);
  for (const text of [
    '2026-11-20T00:00:00Z',
    '2026-11-20T00:00:00+07:00',
    '2026-11-20T00:00:00.001',
    '2026-11-20T08:00',
    '2026-02-30',
    '2026-02-30T00:00:00',
    'yesterday',
  ])
    assert.equal(parseWhen(text, hanoi), parseMoment(text, hanoi), text);
});

test('a day has its first and last moment in the zone, also where clocks change', () => {
  const day = parseWhen('2026-11-01', newYork) ?? 0;
  assert.equal(firstMomentOf(day, newYork), Date.parse('2026-11-01T04:00:00Z'));
  assert.equal(lastMomentOf(day, newYork), Date.parse('2026-11-02T05:00:00Z') - 1);
  assert.deepEqual([firstMomentOf(7, hanoi), lastMomentOf(7, hanoi)], [7, 7]);
  const evening = Date.parse('2026-11-01T23:59:59-05:00');
  for (const when of [day, evening])
    assert.equal(afterDay(when, newYork), Date.parse('2026-11-02T05:00:00Z'));
});

test('every day is read back from its text, and is the day of all its moments', () => {
  fc.assert(
    fc.property(fc.integer({ min: 7_000, max: 47_000 }), (number) => {
      const text = formatDay(number as LocalDay);
      const when = parseWhen(text, hanoi) ?? 0;
      assert.ok(isDay(when));
      assert.equal(whenText(when), text);
      assert.equal(dayOf(when, hanoi), number);
      for (const moment of [firstMomentOf(when, hanoi), lastMomentOf(when, hanoi)])
        assert.equal(dayOf(moment, hanoi), number);
      assert.equal(dayOf(lastMomentOf(when, hanoi) + 1, hanoi), number + 1);
    }),
  );
});

test('a date that was never set has every form of a midnight on the first of January of the year 1', () => {
  for (const text of [
    '0001-01-01',
    ' 0001-01-01\n',
    '0001-01-01T00:00',
    '0001-01-01 00:00:00',
    '0001-01-01t00:00:00.0000000',
    '0001-01-01T00:00:00,000',
    '0001-01-01T00:00:00Z',
    '0001-01-01T00:00z',
    '0001-01-01T00:00:00+07:00',
    '0001-01-01T00:00:00-0500',
    '0001-01-01T00:00:00+07:06:40',
  ])
    assert.equal(isUnsetDate(text), true, text);
});

test('a date that was never set is no date near it', () => {
  for (const text of [
    ...['0001-01-01T00:00:01', '0001-01-02', '2001-01-01T00:00:00', '', '10001-01-01', '0001-01-011'],
    ...['0001-01-01T00:00:00.5', '0001-01-01T00:00:00.50', '0001-01-01T00:00:00;0', '0001-01-01T00:00:00X'],
    ...[
      '0001-01-01T00:00:00+7:00',
      '0001-01-01T00:00:00+ab:00',
      '0001-01-01T00:00:00+07:0',
      '0001-01-01T00:00:00+07:ab',
    ],
    ...['0001-01-01T00:00:00x07:00', '0001-01-01T00:00:00+07:00:0', '0001-01-01T00:00:00+07:00:ab'],
  ])
    assert.equal(isUnsetDate(text), false, text);
});

test('a day that is none on the calendar has no moments', () => {
  const day = parseWhen('2026-11-20', hanoi);
  assert.ok(day !== undefined && isDay(day));
  assert.equal(parseWhen('x2026-11-20', hanoi), undefined);
  const none = day.replace('11-20', '02-30') as typeof day;
  assert.throws(() => dayOf(none, hanoi), new RangeError('No such date: 2026-02-30'));
});

test('a day on the calendar is its own text', () => {
  assert.equal(localDate(20_000 as LocalDay), '2024-10-04');
});
