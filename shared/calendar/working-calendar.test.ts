import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { vietnamHolidays } from './holidays.ts';
import { localDate } from './when.ts';
import { type OfficeHours, type WorkingCalendarOptions, workingCalendar } from './working-calendar.ts';
import { formatDay, HOUR, MINUTE, parseDay, zoneOf } from './zone.ts';

const zone = zoneOf('Asia/Ho_Chi_Minh');
const holidays = vietnamHolidays();
const calendar = workingCalendar({ zone, holidays });
const day = (text: string) => parseDay(text) ?? assert.fail(text);
const at = (text: string) => Date.parse(`${text}+07:00`);
const shown = (moment: number) => new Date(moment + 7 * HOUR).toISOString().slice(0, 16);
const declared = (of: string, kind: 'off' | 'working' | 'ordinary') => ({ day: day(of), kind });

test('weekdays are worked, weekends and holidays are not, compensatory Saturdays are', () => {
  const worked = (text: string) => calendar.isWorkingDay(day(text));
  assert.equal(worked('2026-11-23'), true, 'Monday');
  assert.equal(worked('2026-11-21'), false, 'Saturday');
  assert.equal(worked('2026-11-24'), false, 'Culture Day');
  assert.equal(worked('2024-05-04'), true, 'Saturday for 29 April');
  assert.equal(worked('2024-04-29'), false, 'its Monday');
});

test('the day after the last before Tết 2026 is a week and a half later', () => {
  assert.equal(formatDay(calendar.nextWorkingDay(day('2026-02-13'))), '2026-02-23');
  assert.equal(formatDay(calendar.nextWorkingDay(day('2026-11-23'))), '2026-11-25');
  const after = (count: number) => formatDay(calendar.addWorkingDays(day('2026-02-12'), count));
  assert.deepEqual([0, 1, 2, 3].map(after), ['2026-02-12', '2026-02-13', '2026-02-23', '2026-02-24']);
});

test('a swap holds from its declaration on, and the last statement about a day holds', () => {
  const bare: WorkingCalendarOptions = { zone, holidays: [] };
  const swapped = [declared('2024-04-29', 'off'), declared('2024-05-04', 'working')];
  const before = workingCalendar(bare);
  const after = workingCalendar({ ...bare, declared: swapped });
  const undone = workingCalendar({
    ...bare,
    declared: [...swapped, declared('2024-04-29', 'ordinary'), declared('2024-05-04', 'ordinary')],
  });
  const states = [before, after, undone].map((one) => [
    one.isWorkingDay(day('2024-04-29')),
    one.isWorkingDay(day('2024-05-04')),
  ]);
  assert.deepEqual(states, [
    [true, false],
    [false, true],
    [true, false],
  ]);
});

test('a declaration overrules the table', () => {
  const one = workingCalendar({ zone, holidays, declared: [declared('2026-11-24', 'ordinary')] });
  assert.equal(one.isWorkingDay(day('2026-11-24')), true);
});

test('two working hours end within the half day, over lunch, over the night, over a weekend', () => {
  const later = (text: string) => shown(calendar.addWorkingTime(at(text), 2 * HOUR));
  assert.equal(later('2026-11-20T08:00:00'), '2026-11-20T10:00');
  assert.equal(later('2026-11-20T09:30:00'), '2026-11-20T11:30', 'the end of the morning, not the afternoon');
  assert.equal(later('2026-11-20T10:30:00'), '2026-11-20T14:30');
  assert.equal(later('2026-11-20T12:00:00'), '2026-11-20T15:30');
  assert.equal(later('2026-11-19T16:00:00'), '2026-11-20T08:00');
  assert.equal(later('2026-11-20T16:00:00'), '2026-11-23T08:00');
  assert.equal(later('2026-11-21T10:00:00'), '2026-11-23T09:00', 'sent on a Saturday');
  assert.equal(later('2026-11-20T05:00:00'), '2026-11-20T09:00', 'sent before opening');
});

test('two working hours end on a working Saturday', () => {
  assert.equal(shown(calendar.addWorkingTime(at('2024-05-03T16:30:00'), 2 * HOUR)), '2024-05-04T08:30');
});

test('two working hours from the eve of Tết 2026 end after it', () => {
  assert.equal(shown(calendar.addWorkingTime(at('2026-02-13T16:30:00'), 2 * HOUR)), '2026-02-23T08:30');
});

test('no time at all is the moment itself', () => {
  assert.equal(calendar.addWorkingTime(at('2026-11-21T10:00:00'), 0), at('2026-11-21T10:00:00'));
});

test('a due date before the next opening is within reach of the evening before', () => {
  const reach = (text: string, hours: number) => shown(calendar.reach(at(text), hours * HOUR));
  assert.equal(reach('2026-11-20T08:00:00', 2), '2026-11-20T10:00');
  assert.equal(reach('2026-11-20T09:30:00', 2), '2026-11-20T13:30');
  assert.equal(reach('2026-11-20T09:00:00', 6), '2026-11-23T07:00', 'Friday evening reaches to Monday');
  assert.equal(reach('2026-11-21T10:00:00', 0), '2026-11-23T07:00');
});

test('working time between two moments', () => {
  const between = (a: string, b: string) => calendar.workingTimeBetween(at(a), at(b)) / HOUR;
  assert.equal(between('2026-11-20T00:00:00', '2026-11-21T00:00:00'), 8);
  assert.equal(between('2026-11-20T11:00:00', '2026-11-20T14:00:00'), 1);
  assert.equal(between('2026-11-21T00:00:00', '2026-11-23T00:00:00'), 0);
  assert.equal(between('2026-02-14T00:00:00', '2026-02-23T00:00:00'), 0, 'Tết');
  assert.equal(between('2026-11-20T14:00:00', '2026-11-20T11:00:00'), 0, 'backwards');
  // 2024 has 262 weekdays; 12 of them are off and one Saturday is worked.
  assert.equal(between('2024-01-01T00:00:00', '2025-01-01T00:00:00'), 251 * 8);
});

test('an office that never closes works 23 hours on the day summer time begins and 25 when it ends', () => {
  const amsterdam = zoneOf('Europe/Amsterdam');
  const always = workingCalendar({
    zone: amsterdam,
    holidays: [],
    declared: [declared('2026-03-29', 'working'), declared('2026-10-25', 'working')],
    hours: [{ opens: 0, closes: 24 * HOUR }],
  });
  const length = (from: string, to: string) =>
    always.workingTimeBetween(amsterdam.momentAt(day(from), 0), amsterdam.momentAt(day(to), 0));
  assert.equal(length('2026-03-29', '2026-03-30'), 23 * HOUR);
  assert.equal(length('2026-10-25', '2026-10-26'), 25 * HOUR);
});

test('office hours in Amsterdam keep to the wall clock over the change', () => {
  const one = workingCalendar({ zone: zoneOf('Europe/Amsterdam'), holidays: [] });
  const friday = Date.parse('2026-03-27T16:00:00+01:00');
  assert.equal(one.addWorkingTime(friday, 2 * HOUR), Date.parse('2026-03-30T08:00:00+02:00'));
});

test('a negative or endless working time and impossible hours are refused', () => {
  for (const duration of [-1, Number.NaN, Number.POSITIVE_INFINITY])
    assert.throws(() => calendar.addWorkingTime(0, duration), {
      name: 'RangeError',
      message: `A working time of ${duration} ms cannot be added`,
    });
  const wrong: OfficeHours[] = [
    [],
    [{ opens: 9 * HOUR, closes: 9 * HOUR }],
    [{ opens: 9 * HOUR, closes: 25 * HOUR }],
    [
      { opens: 13 * HOUR, closes: 17 * HOUR },
      { opens: 7 * HOUR, closes: 11 * HOUR },
    ],
  ];
  for (const hours of wrong)
    assert.throws(() => workingCalendar({ zone, holidays, hours }), {
      name: 'RangeError',
      message: /^Office hours must /,
    });
});

/** The oracle: looks at every minute by itself, on UTC+7 and by the runtime's own weekday. */
const listedKind = new Map(holidays.map((one) => [formatDay(one.day), one.kind]));
function isOfficeMinute(moment: number): boolean {
  const local = new Date(moment + 7 * HOUR);
  const listed = listedKind.get(local.toISOString().slice(0, 10));
  const weekday = local.getUTCDay() !== 0 && local.getUTCDay() !== 6;
  if (listed ? listed === 'off' : !weekday) return false;
  const minute = local.getUTCHours() * 60 + local.getUTCMinutes();
  return (minute >= 420 && minute < 690) || (minute >= 810 && minute < 1020);
}

const someMinute = fc
  .integer({ min: at('2023-01-01T00:00:00') / MINUTE, max: at('2027-12-01T00:00:00') / MINUTE })
  .map((minutes) => minutes * MINUTE);

test('working time agrees with a count of minutes one by one', () => {
  fc.assert(
    fc.property(someMinute, fc.integer({ min: 0, max: 3 * 24 * 60 }), (start, minutes) => {
      let counted = 0;
      for (let minute = 0; minute < minutes; minute++) if (isOfficeMinute(start + minute * MINUTE)) counted++;
      assert.equal(calendar.workingTimeBetween(start, start + minutes * MINUTE), counted * MINUTE);
    }),
    { numRuns: 40 },
  );
});

test('adding working time agrees with walking minute by minute', () => {
  fc.assert(
    fc.property(someMinute, fc.integer({ min: 1, max: 16 * 60 }), (start, minutes) => {
      let now = start;
      for (let left = minutes; left > 0; now += MINUTE) if (isOfficeMinute(now)) left--;
      assert.equal(calendar.addWorkingTime(start, minutes * MINUTE), now);
    }),
    { numRuns: 40 },
  );
});

test('to the millisecond: the added time is the time between, and reach is the last such moment', () => {
  const moment = fc.integer({ min: at('2023-01-01T00:00:00'), max: at('2027-12-01T00:00:00') });
  fc.assert(
    fc.property(moment, fc.integer({ min: 1, max: 100 * HOUR }), (start, duration) => {
      const end = calendar.addWorkingTime(start, duration);
      assert.equal(calendar.workingTimeBetween(start, end), duration);
      assert.equal(calendar.workingTimeBetween(start, end - 1), duration - 1);
      const reach = calendar.reach(start, duration);
      assert.equal(calendar.workingTimeBetween(start, reach), duration);
      assert.equal(calendar.workingTimeBetween(start, reach + 1), duration + 1);
    }),
  );
});

test('the days after a moment are counted to that of the end, worked and in all', () => {
  const after = (from: string, end: string) => calendar.daysAfter(at(from), localDate(day(end)));
  assert.deepEqual(after('2026-11-20T23:59:00', '2026-11-20'), { working: 0, calendar: 0 });
  assert.deepEqual(after('2026-11-20T23:59:00', '2026-11-23'), { working: 1, calendar: 3 });
  assert.deepEqual(
    after('2026-11-23T00:00:00', '2026-11-26'),
    { working: 2, calendar: 3 },
    'Culture Day between',
  );
  assert.deepEqual(after('2026-11-23T00:00:00', '2026-11-20'), { working: 0, calendar: 0 }, 'an end before');
  assert.deepEqual(calendar.daysAfter(at('2026-11-18T12:00:00'), at('2026-11-19T00:00:00')), {
    working: 1,
    calendar: 1,
  });
});
