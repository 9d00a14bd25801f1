import assert from 'node:assert/strict';
import { test } from 'node:test';
import { vietnamHolidays } from '../calendar/holidays.ts';
import { namedWindow } from '../calendar/windows.ts';
import { workingCalendar } from '../calendar/working-calendar.ts';
import { zoneOf } from '../calendar/zone.ts';
import { feedName } from '../contracts/ids.ts';
import { builtinObjectives } from './builtin.ts';
import { evaluationContext, type Surroundings } from './context.ts';

const zone = zoneOf('Asia/Ho_Chi_Minh');
const now = Date.parse('2026-11-20T10:00:00+07:00');
const surroundings: Surroundings = {
  now,
  window: namedWindow('year', now, zone),
  basis: 'adjusted',
  calendar: workingCalendar({ zone, holidays: vietnamHolidays() }),
  feeds: [],
  deadLetters: new Map(),
  knownSince: null,
};
const [onTime = assert.fail()] = builtinObjectives();

test('due soon reaches as many working hours as the definition says', () => {
  // Friday 10:00 + 5 hours is the end of Friday; what falls due before Monday 07:00 is no further away.
  const { dueSoonUntil } = evaluationContext({ ...onTime, dueSoonWorkingHours: 5 }, surroundings);
  assert.equal(new Date(dueSoonUntil).toISOString(), '2026-11-23T00:00:00.000Z');
});

test('the register is seen once a feed of it has spoken, not before and not by configuration', () => {
  const seen = (firstRecordedAt: number | null, type = 'document.registered.v1') =>
    evaluationContext(onTime, {
      ...surroundings,
      feeds: [
        {
          feed: feedName('register'),
          types: [type],
          firstRecordedAt,
          lastRecordedAt: firstRecordedAt,
          coverageFrom: null,
        },
      ],
    }).registerSeen;
  assert.equal(seen(now), true);
  assert.equal(seen(now + 1), false);
  assert.equal(seen(null), false);
  assert.equal(seen(now, 'document.exchange.v1'), false);
});
