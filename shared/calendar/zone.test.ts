import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  dayFrom,
  dayInMonth,
  formatDay,
  HOUR,
  isWeekend,
  monthOf,
  parseDay,
  parseMoment,
  zoneOf,
} from './zone.ts';

const hanoi = zoneOf('Asia/Ho_Chi_Minh');
const amsterdam = zoneOf('Europe/Amsterdam');
const utc = (text: string) => Date.parse(`${text}Z`);
const day = (text: string) => parseDay(text) ?? assert.fail(text);

/** What a clock on the wall shows, by the runtime's own calendar. */
const wall = (moment: number, timeZone: string) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(moment);

test('a local day begins at 17:00 UTC of the day before in Viet Nam', () => {
  assert.equal(formatDay(hanoi.dayOf(utc('2026-11-22T16:59:59.999'))), '2026-11-22');
  assert.equal(formatDay(hanoi.dayOf(utc('2026-11-22T17:00:00'))), '2026-11-23');
  assert.equal(hanoi.momentAt(day('2026-11-23'), 0), utc('2026-11-22T17:00:00'));
});

test('29 February exists in leap years only', () => {
  assert.equal(formatDay(day('2024-02-29')), '2024-02-29');
  assert.equal(parseDay('2023-02-29'), undefined);
  assert.equal(parseDay('2100-02-29'), undefined);
  assert.equal(dayFrom(2024, 2, 30), undefined);
  assert.equal(dayFrom(2024, 13, 1), undefined);
});

test('each date has its own day, whichever came before', () => {
  assert.equal(Number(day('2026-11-20')) - Number(day('2026-11-19')), 1);
  assert.equal(Number(day('2026-12-01')) - Number(day('2026-11-30')), 1);
  assert.equal(Number(day('2027-01-01')) - Number(day('2026-12-31')), 1);
  assert.equal(Number(day('2001-02-28')), Date.UTC(2001, 1, 28) / 86_400_000);
  assert.equal(Number(day('0099-12-31')), -683_004, 'a year of two digits is no year of the last century');
});

test('a date has four, two and two digits and nothing beside them', () => {
  for (const text of [
    'x2026-11-20',
    '2026-11-20x',
    '2026-11-200',
    '12026-11-20',
    '26-11-20',
    '2026-1-20',
    '2026-11-2',
  ])
    assert.equal(parseDay(text), undefined, text);
});

test('days before 1970 are days too', () => {
  assert.equal(day('1969-12-31'), -1);
  assert.equal(formatDay(hanoi.dayOf(-9 * HOUR)), '1969-12-31');
  assert.equal(isWeekend(day('1969-12-27')), true);
});

test('Saturday and Sunday are the weekend', () => {
  const week = ['20', '21', '22', '23', '24', '25', '26'].map((of) => isWeekend(day(`2026-11-${of}`)));
  assert.deepEqual(week, [false, true, true, false, false, false, false]);
});

test('the day on which summer time begins is 23 hours long, the one on which it ends 25', () => {
  const length = (from: string, to: string) =>
    amsterdam.momentAt(day(to), 0) - amsterdam.momentAt(day(from), 0);
  assert.equal(length('2026-03-29', '2026-03-30'), 23 * HOUR);
  assert.equal(length('2026-10-25', '2026-10-26'), 25 * HOUR);
  assert.equal(amsterdam.offsetAt(utc('2026-03-29T00:59:59.999')), HOUR);
  assert.equal(amsterdam.offsetAt(utc('2026-03-29T01:00:00')), 2 * HOUR);
});

test('a wall clock inside a gap is read as after it, east and west of Greenwich', () => {
  assert.equal(amsterdam.momentAt(day('2026-03-29'), 2.5 * HOUR), utc('2026-03-29T01:30:00'));
  assert.equal(
    zoneOf('America/New_York').momentAt(day('2026-03-08'), 2.5 * HOUR),
    utc('2026-03-08T07:30:00'),
  );
});

test('an offset has seconds too, as before standard time, and UTC has none', () => {
  const moment = utc('1900-01-01T00:00:00');
  assert.equal(wall(moment, 'Asia/Ho_Chi_Minh'), '1900-01-01 07:06:30');
  assert.equal(hanoi.offsetAt(moment), (7 * 3600 + 6 * 60 + 30) * 1000);
  assert.equal(zoneOf('UTC').offsetAt(moment), 0);
});

test('where summer time begins at midnight, the day begins at one', () => {
  const cairo = zoneOf('Africa/Cairo');
  const start = cairo.momentAt(day('2026-04-24'), 0);
  assert.equal(wall(start, 'Africa/Cairo'), '2026-04-24 01:00:00');
  assert.equal(formatDay(cairo.dayOf(start - 1)), '2026-04-23');
});

test('any zone shows the wall clock that the runtime shows, and leads back to the same wall clock', () => {
  const names = [
    'Asia/Ho_Chi_Minh',
    'Europe/Amsterdam',
    'America/New_York',
    'Africa/Cairo',
    'Asia/Kathmandu',
  ];
  const zones = new Map(names.map((name) => [name, zoneOf(name)]));
  const second = fc.integer({
    min: utc('2015-01-01T00:00:00') / 1000,
    max: utc('2035-01-01T00:00:00') / 1000,
  });
  fc.assert(
    fc.property(fc.constantFrom(...zones), second, ([name, zone], at) => {
      const moment = at * 1000;
      const shown = wall(moment, name);
      const local = zone.dayOf(moment);
      assert.equal(formatDay(local), shown.slice(0, 10));
      const [hour = 0, minute = 0, ofMinute = 0] = shown.slice(11).split(':').map(Number);
      const back = zone.momentAt(local, ((hour * 60 + minute) * 60 + ofMinute) * 1000);
      assert.equal(wall(back, name), shown);
    }),
  );
});

test('months count on across years and back', () => {
  const march = monthOf(day('2024-03-15')).month;
  assert.equal(formatDay(dayInMonth(march - 3, 15)), '2023-12-15');
  assert.equal(formatDay(dayInMonth(march + 10, 1)), '2025-01-01');
  assert.deepEqual(monthOf(day('2024-02-29')), { month: 2024 * 12 + 1, dayOfMonth: 29 });
});

test('a moment is read with a zone, without one as office time, and as a bare date', () => {
  const nine = utc('2026-11-20T02:31:00');
  for (const text of [
    '2026-11-20T09:31:00+07:00',
    '2026-11-20T02:31:00Z',
    '2026-11-20T09:31:00',
    '2026-11-20 09:31',
    '2026-11-20T09:31:00.0+07',
    '2026-11-20T09:31:00+0700',
    '2026-11-20T08:01:00+05:30',
    '2026-11-19T21:31:00-05:00',
    '2026-11-20T02:31:00z',
    '2026-11-20t02:31Z',
    '2026-11-20T09:31:00 +07:00',
  ])
    assert.equal(parseMoment(text, hanoi), nine, text);
  assert.equal(parseMoment('2026-11-20', hanoi), utc('2026-11-19T17:00:00'));
  for (const text of [
    '2023-02-29T00:00:00Z',
    '2026-11-20T24:00:00Z',
    '2026-11-20T09:60:00Z',
    '2026-11-20T09:31:00+99:99',
    '2026-11-20T09:31:00-24:00',
    '2026-11-20T09:31:00+07:60',
    '2026-11-20T09:31:61Z',
    '2026-11-20T09:31:00Z.',
    'at 2026-11-20T09:31:00Z',
    '2026-11-20T09:31:00  Z',
    '20/11/2026',
    '',
  ])
    assert.equal(parseMoment(text, hanoi), undefined, text);
});

test('seconds and the first three digits of their fraction count; the second 60 is the last of its minute', () => {
  const read = (text: string) => parseMoment(`2026-11-20T${text}Z`, hanoi);
  assert.equal(read('23:59:59'), utc('2026-11-20T23:59:59'));
  assert.equal(read('10:11:12.345'), utc('2026-11-20T10:11:12.345'));
  assert.equal(read('10:11:12,3459999'), utc('2026-11-20T10:11:12.345'));
  assert.equal(read('10:11:12.3'), utc('2026-11-20T10:11:12.300'));
  assert.equal(read('23:59:60'), utc('2026-11-20T23:59:59.999'));
  assert.equal(read('23:59:60.5'), utc('2026-11-20T23:59:59.999'));
});

test('an offset reaches to 23 hours and 59 minutes', () => {
  assert.equal(parseMoment('2026-11-20T23:59:00+23:59', hanoi), utc('2026-11-20T00:00:00'));
  assert.equal(parseMoment('2026-11-20T00:00:00-23:59', hanoi), utc('2026-11-20T23:59:00'));
});
