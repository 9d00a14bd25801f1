import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDay } from '../calendar/zone.ts';
import { stageOf } from './stages.ts';

const day = (text: string) => parseDay(text) ?? assert.fail(text);
const ratings = { provisionalUntil: '12-15', regularUntil: '01-15' };

test('ratings are provisional up to and including 15/12, regular up to and including 15/01, then final', () => {
  const stages = ['2026-06-30', '2026-12-15', '2026-12-16', '2027-01-15', '2027-01-16', '2028-12-15'];
  assert.deepEqual(
    stages.map((today) => stageOf(ratings, day('2026-12-31'), day(today))),
    ['provisional', 'provisional', 'regular', 'regular', 'final', 'final'],
  );
});
