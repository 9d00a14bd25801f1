import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LocalDay } from '../calendar/zone.ts';
import { Names } from './in-force.ts';

const record = (name: string, from: number, to: number | null = null) => ({
  ...{ id: '1.001612', name },
  from: from as LocalDay,
  to: to as LocalDay | null,
});
const nameOn = (records: readonly ReturnType<typeof record>[], day: number) =>
  new Names(records).on('1.001612', day as LocalDay);

test('a thing has its new name from the first day of a renaming on, whichever was known first', () => {
  const records = [record('New', 10), record('Old', 1)];
  assert.deepEqual([nameOn(records, 9), nameOn(records, 10), nameOn(records, 99)], ['Old', 'New', 'New']);
});

test('on a day of which nothing is stated a thing has its last name, else its first; one that is never stated has none', () => {
  const records = [record('Old', 5, 8), record('New', 10, 20)];
  assert.deepEqual([nameOn(records, 1), nameOn(records, 9), nameOn(records, 21)], ['Old', 'Old', 'New']);
  assert.equal(nameOn([], 1), null);
});

test('after a statement with a last day the one before it, which has none, holds again', () => {
  const records = [record('Usual', 1), record('For a month', 10, 20)];
  assert.deepEqual([nameOn(records, 20), nameOn(records, 21)], ['For a month', 'Usual']);
});
