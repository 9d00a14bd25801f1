import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDay } from '../calendar/zone.ts';
import { planProgressOn, planSchema } from './plan.ts';

const day = (text: string) => parseDay(text) ?? assert.fail(text);
const line = (due: string, doneOn?: string) => ({
  ...{ what: 'việc', resources: 'người', who: 'ai', due, judgedBy: 'cách' },
  ...(doneOn && { doneOn, result: 'kết quả' }),
});

test('the last day of a line is still in time, and what is done later is not done yet', () => {
  const plan = planSchema.parse([line('2026-03-31', '2026-04-15'), line('2026-03-31'), line('2026-09-30')]);
  const on = (text: string) => {
    const { lines, done, overdue, nextDue } = planProgressOn(plan, day(text));
    return [lines, done, overdue, nextDue];
  };
  assert.deepEqual(on('2026-03-31'), [3, 0, 0, day('2026-03-31')]);
  assert.deepEqual(on('2026-04-01'), [3, 0, 2, day('2026-09-30')]);
  assert.deepEqual(on('2026-04-14'), [3, 0, 2, day('2026-09-30')]);
  assert.deepEqual(on('2026-04-15'), [3, 1, 1, day('2026-09-30')]);
  assert.deepEqual(on('2026-10-01'), [3, 1, 2, null]);
});
