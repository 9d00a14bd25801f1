import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at, OFFICE } from '../../../tests/support/facts.ts';
import { reachOf } from '../../calendar/when.ts';
import { zoneOf } from '../../calendar/zone.ts';
import { type DueDate, type LimitUnit, overdueFrom, timingOf } from './due-date.ts';

const AMSTERDAM = zoneOf('Europe/Amsterdam');

const due = (text: string, unit: LimitUnit, zone = OFFICE): DueDate => ({
  at: at(text, zone),
  overdueFrom: overdueFrom(at(text, zone), unit, zone),
});

const cases: readonly (readonly [string, LimitUnit, string, string, string])[] = [
  ['days: settled at the due moment', 'days', '2024-05-10 17:00', '2024-05-10 17:00', 'on-time'],
  [
    'days: settled that evening, after office hours',
    'days',
    '2024-05-10 17:00',
    '2024-05-10 23:59:59',
    'on-time',
  ],
  ['days: settled that morning', 'days', '2024-05-10 17:00', '2024-05-10 00:00', 'on-time'],
  [
    'days: settled the last second of the day before',
    'days',
    '2024-05-10 17:00',
    '2024-05-09 23:59:59',
    'early',
  ],
  ['days: settled at the midnight after', 'days', '2024-05-10 17:00', '2024-05-11 00:00', 'late'],
  ['days: due on 29 February, settled on it', 'days', '2024-02-29', '2024-02-29 10:00', 'on-time'],
  ['days: due on 29 February, settled on 1 March', 'days', '2024-02-29', '2024-03-01 00:00', 'late'],
  ['days: due on 28 February of a common year', 'days', '2023-02-28', '2023-03-01 00:00', 'late'],
  ['days: due on New Year’s Eve', 'days', '2024-12-31 17:00', '2025-01-01 00:00', 'late'],
  ['hours: settled at the due minute', 'hours', '2024-05-10 17:00', '2024-05-10 17:00', 'on-time'],
  ['hours: settled within the due minute', 'hours', '2024-05-10 17:00', '2024-05-10 17:00:59.999', 'on-time'],
  ['hours: settled the minute after', 'hours', '2024-05-10 17:00', '2024-05-10 17:01', 'late'],
  [
    'hours: due within a minute, settled later in it',
    'hours',
    '2024-05-10 17:00:10',
    '2024-05-10 17:00:50',
    'on-time',
  ],
  ['hours: settled earlier on the due date', 'hours', '2024-05-10 17:00', '2024-05-10 08:00', 'on-time'],
  ['hours: settled on an earlier date', 'hours', '2024-05-10 17:00', '2024-05-09 23:59', 'early'],
];

for (const [name, unit, dueAt, end, timing] of cases) {
  test(name, () => assert.equal(timingOf(at(end), due(dueAt, unit), OFFICE), timing));
}

test('a local date is that of the office: 17:30 UTC is the next day in Việt Nam', () => {
  const end = Date.parse('2024-05-10T17:30:00Z');
  assert.equal(timingOf(end, due('2024-05-10 17:00', 'days'), OFFICE), 'late');
  assert.equal(timingOf(end, due('2024-05-11 17:00', 'days'), OFFICE), 'on-time');
});

test('where clocks change, the day after a due date begins at its own midnight', () => {
  const inSpring = overdueFrom(at('2011-03-27 12:00', AMSTERDAM), 'days', AMSTERDAM);
  assert.equal(new Date(inSpring).toISOString(), '2011-03-27T22:00:00.000Z');
  const inAutumn = overdueFrom(at('2011-10-30 12:00', AMSTERDAM), 'days', AMSTERDAM);
  assert.equal(new Date(inAutumn).toISOString(), '2011-10-30T23:00:00.000Z');
});

test('without a due date there is nothing to be early or late for', () => {
  assert.equal(timingOf(at('2024-05-10'), { at: null, overdueFrom: null }, OFFICE), 'no-due-date');
});

test('a bare date reaches to the end of its day, a moment only to itself', () => {
  assert.equal(reachOf(at('2024-02-29'), OFFICE), at('2024-03-01') - 1);
  assert.equal(reachOf(at('2024-02-29 00:01'), OFFICE), at('2024-02-29 00:01'));
});
