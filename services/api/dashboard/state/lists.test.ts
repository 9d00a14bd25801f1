import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wordsIn } from '../text/words.ts';
import { toShow } from './alerts.ts';
import { awaitedUntil } from './awaited.ts';
import { DAY, dayRange } from './day-range.ts';
import { back, cursorOf, FIRST, forward, numberOf } from './paging.ts';
import { columnOf, sorted, sortedBy, WORST_FIRST } from './sorting.ts';
import { urgency } from './urgency.ts';

test('pages are turned forth by the server’s cursor and back by those already seen', () => {
  const third = forward(forward(FIRST, 'a'), 'b');
  assert.deepEqual([numberOf(FIRST), cursorOf(FIRST)], [1, undefined]);
  assert.deepEqual([numberOf(third), cursorOf(third)], [3, 'b']);
  assert.equal(cursorOf(back(third)), 'a');
  assert.equal(cursorOf(back(back(back(third)))), undefined);
});

const part = (key: string, numerator: number, denominator: number, waiting = 0) => ({
  key,
  name: null,
  value: denominator === 0 ? null : numerator / denominator,
  status: 'met' as const,
  reason: null,
  numerator,
  denominator,
  excluded: {},
  lateBudget: null,
  settleNow: null,
  outlook: null,
  open: null,
  partCounts: { waiting },
});
const PARTS = [part('b', 90, 100, 3), part('ă', 1, 2, 7), part('a', 480, 500), part('none', 0, 0)];
const keys = (sorting: Parameters<typeof sorted>[1]) =>
  sorted(PARTS, sorting, (row) => row.key ?? '', 'vi').map(({ key }) => key);

test('a breakdown begins with the most failures', () => {
  assert.deepEqual(keys(WORST_FIRST), ['a', 'b', 'ă', 'none']);
});

test('by share the worst comes first, and groups without a share last', () => {
  assert.deepEqual(keys(sortedBy(WORST_FIRST, 'share')), ['ă', 'b', 'a', 'none']);
});

test('by the count of a part the largest comes first, of equal ones the larger row', () => {
  assert.deepEqual(keys(sortedBy(WORST_FIRST, columnOf('waiting'))), ['ă', 'b', 'a', 'none']);
});

test('an axis of one day is a week of days around it, one of many days is theirs', () => {
  const day = Date.parse('2026-11-23') / 1_000;
  assert.deepEqual(dayRange(day, day), [day - 3 * DAY, day + 3 * DAY]);
  assert.deepEqual(dayRange(day, day + 30 * DAY), [day, day + 30 * DAY]);
});

test('names sort as Vietnamese does, and choosing a column again turns it round', () => {
  const byName = sortedBy(WORST_FIRST, 'name');
  assert.deepEqual(keys(byName), ['a', 'ă', 'b', 'none']);
  assert.deepEqual(keys(sortedBy(byName, 'name')), ['none', 'b', 'ă', 'a']);
});

test('alerts come firing first, then the newest; old ones and quiet ones are left out', () => {
  const now = Date.parse('2026-11-23T10:00:00Z');
  const alert = (id: string, phase: 'ok' | 'pending' | 'firing' | 'resolved', since: string | null) => ({
    id,
    rule: 'breach',
    phase,
    since,
    reason: 'first',
    acknowledged: null,
    silence: null,
    subject: {},
  });
  const alerts = [
    alert('over', 'resolved', '2026-11-23T09:00:00Z'),
    alert('long over', 'resolved', '2026-11-22T09:59:00Z'),
    alert('quiet', 'ok', null),
    alert('waiting', 'pending', '2026-11-23T09:59:00Z'),
    alert('older', 'firing', '2026-11-20T00:00:00Z'),
    alert('newer', 'firing', '2026-11-23T08:00:00Z'),
  ];
  assert.deepEqual(
    toShow(alerts, now).map(({ id }) => id),
    ['newer', 'older', 'waiting', 'over'],
  );
});

const vi = wordsIn('vi');
type Days = { workingDays: number; calendarDays: number };
const limitShown = (account: string, overdueFrom: string, at: string, late: Days | null = null) =>
  urgency({ account, overdueFrom, endedAt: at, late }, Date.parse(at), vi);

test('a limit in days is late by working days, with the calendar days beside; the time left is in calendar days', () => {
  const midnight = '2026-11-17T00:00:00+07:00';
  assert.equal(limitShown('in-progress/timed', midnight, '2026-11-14T09:00:00+07:00'), 'còn 2 ngày');
  assert.equal(limitShown('in-progress/timed', midnight, '2026-11-16T23:59:00+07:00'), 'đến hạn hôm nay');
  const days = { workingDays: 4, calendarDays: 6 };
  const expected = 'trễ 4 ngày làm việc (6 ngày lịch)';
  assert.equal(limitShown('in-progress/timed', midnight, '2026-11-22T09:00:00+07:00', days), expected);
  assert.equal(limitShown('settled/late', midnight, '2026-11-22T09:00:00+07:00', days), expected);
});

test('a limit in hours is shown in hours and minutes', () => {
  const due = '2026-11-16T10:01:00+07:00';
  assert.equal(limitShown('in-progress/timed', due, '2026-11-16T09:31:00+07:00'), 'còn 30 phút');
  const sameDay = { workingDays: 0, calendarDays: 0 };
  assert.equal(limitShown('in-progress/timed', due, '2026-11-16T13:01:00+07:00', sameDay), 'trễ 3 giờ');
});

test('from the day after its due date a limit in hours is late by days, as the others of the list are', () => {
  const due = '2026-11-16T10:01:00+07:00';
  const late = limitShown('in-progress/timed', due, '2026-11-21T05:01:00+07:00', {
    workingDays: 4,
    calendarDays: 5,
  });
  assert.equal(late, 'trễ 4 ngày làm việc (5 ngày lịch)');
});

test('a pair is awaited until its grace ends, and only while the axis has not shown it', () => {
  const graceUntil = '2026-01-07T14:35:00+07:00';
  const at = (time: string, account = 'exchanged/not-electronic', channel = 'axis') =>
    awaitedUntil({ account, channel, graceUntil }, Date.parse(time));
  assert.equal(at('2026-01-07T14:34:59+07:00'), graceUntil);
  assert.equal(at('2026-01-07T14:35:00+07:00'), null);
  assert.equal(at('2026-01-07T14:00:00+07:00', 'exchanged/electronic'), null);
  assert.equal(at('2026-01-07T14:00:00+07:00', 'exchanged/not-electronic', 'paper'), null);
});

test('an end of which only the day is known is shown in days, under a limit in hours too', () => {
  const days = { workingDays: 1, calendarDays: 1 };
  const expected = 'trễ 1 ngày làm việc (1 ngày lịch)';
  assert.equal(limitShown('settled/late', '2026-11-17T00:00:00+07:00', '2026-11-17', days), expected);
  assert.equal(limitShown('settled/late', '2026-11-16T10:01:00+07:00', '2026-11-17', days), expected);
});

test('a case that is paused or settled in time is not called late', () => {
  assert.equal(limitShown('paused', '2026-11-17T00:00:00+07:00', '2026-11-20T09:00:00+07:00'), '');
  assert.equal(limitShown('settled/early', '2026-11-17T00:00:00+07:00', '2026-11-10T09:00:00+07:00'), '');
});
