import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dayOf, firstMomentOf, isDay, isUnsetDate, lastMomentOf, parseWhen, whenText } from './when.ts';
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

test('a date that was never set is no date near it', () => {
  assert.equal(isUnsetDate('0001-01-01T00:00:00'), true);
  for (const text of ['0001-01-01T00:00:01', '0001-01-02', '2001-01-01T00:00:00', ''])
    assert.equal(isUnsetDate(text), false, text);
});
