import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { DEFAULT_OFFICE_HOURS } from '../calendar/working-calendar.ts';
import { zoneOf } from '../calendar/zone.ts';
import { Observatory } from './observatory.ts';

test('whatever is asked, the dead letters are counted before the ledger is held', async () => {
  const steps: string[] = [];
  const observatory = new Observatory({
    ledger: {
      async snapshot() {
        steps.push('held');
        throw new Error('enough');
      },
      checkpoint: () => assert.fail(),
      close: async () => {},
    },
    measures: [],
    kinds: new Map(),
    definitions: () => [],
    clock: () => 0,
    zone: zoneOf('Asia/Ho_Chi_Minh'),
    holidays: [],
    hours: DEFAULT_OFFICE_HOURS,
    feeds: [],
    deadLetters: async () => {
      await nextTurn();
      steps.push('counted');
      return [];
    },
  });
  for (const ask of [
    () => observatory.measure('a'),
    () => observatory.measureAll(),
    () => observatory.breakdown('a', 'unit'),
    () => observatory.behind('a', {}, async () => 1),
  ]) {
    steps.length = 0;
    await assert.rejects(ask(), /enough/);
    assert.deepEqual(steps, ['counted', 'held']);
  }
});
