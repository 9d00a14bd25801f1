import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DossierSummary } from '../../../shared/books/dossier/summary.ts';
import { vietnamHolidays } from '../../../shared/calendar/holidays.ts';
import { localDate } from '../../../shared/calendar/when.ts';
import { workingCalendar } from '../../../shared/calendar/working-calendar.ts';
import { parseDay, zoneOf } from '../../../shared/calendar/zone.ts';
import { dossierId } from '../../../shared/contracts/ids.ts';
import { latenessOf } from './lateness.ts';

const calendar = workingCalendar({ zone: zoneOf('Asia/Ho_Chi_Minh'), holidays: vietnamHolidays() });
const at = (text: string) => Date.parse(`${text}+07:00`);
const calendarDay = parseDay('2026-11-10') ?? assert.fail();
/** Due on Friday 6 November 2026. */
const dossier = (change: Partial<DossierSummary>): DossierSummary => ({
  id: dossierId('H19.12-261101-0001'),
  aliases: [],
  account: 'in-progress/timed',
  unit: null,
  field: null,
  procedure: null,
  channel: null,
  receivedAt: null,
  dueAt: null,
  originalDueAt: null,
  overdueFrom: at('2026-11-07T00:00'),
  endedAt: null,
  original: null,
  reversions: 0,
  letters: [],
  findings: [],
  ...change,
});
const late = (now: string, change: Partial<DossierSummary> = {}) =>
  Object.values(latenessOf(dossier(change), { now: at(now), calendar }) ?? {});

test('a dossier is late from the day after its due date, in working days and in calendar days', () => {
  assert.deepEqual(late('2026-11-06T23:59'), []);
  assert.deepEqual(late('2026-11-07T08:00'), [0, 1], 'a Saturday');
  assert.deepEqual(late('2026-11-09T08:00'), [1, 3], 'Monday');
  assert.deepEqual(late('2026-11-17T08:00'), [7, 11]);
});

test('what is settled late stays as late as it was, what is paused or settled in time is not late', () => {
  const ended = { endedAt: at('2026-11-10T10:00') };
  assert.deepEqual(late('2026-12-24T10:00', { ...ended, account: 'settled/late' }), [2, 4]);
  const onDay = { endedAt: localDate(calendarDay), account: 'settled/late' } as const;
  assert.deepEqual(late('2026-12-24T10:00', onDay), [2, 4], 'of an end by day the same');
  assert.deepEqual(late('2026-12-24T10:00', { ...ended, account: 'settled/on-time' }), []);
  assert.deepEqual(late('2026-12-24T10:00', { account: 'paused' }), []);
});

test('under a limit in hours the day on which it ran out is none of them', () => {
  const hours = { overdueFrom: at('2026-11-16T10:01') };
  assert.deepEqual(late('2026-11-16T12:00', hours), [0, 0]);
  assert.deepEqual(late('2026-11-17T08:00', hours), [1, 1]);
});

test('holidays are no working days', () => {
  // Ngày Văn hóa Việt Nam, a Tuesday.
  assert.deepEqual(late('2026-11-25T08:00', { overdueFrom: at('2026-11-24T00:00') }), [1, 2]);
});
