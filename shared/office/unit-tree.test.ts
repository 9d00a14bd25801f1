import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LocalDay } from '../calendar/zone.ts';
import { unitId } from '../contracts/ids.ts';
import type { UnitRecord } from './declared.ts';
import { unitTree } from './unit-tree.ts';

const day = (number: number) => number as LocalDay;
const declared = (id: string, parent: string | null, from = 0, to: number | null = null): UnitRecord => ({
  id: unitId(id),
  name: id,
  parent: parent === null ? null : unitId(parent),
  handlesProcedures: true,
  from: day(from),
  to: to === null ? null : day(to),
  knownAt: 0,
});
const below = (records: readonly UnitRecord[], on: number, unit: string) =>
  [...unitTree(records, day(on)).withDescendants(unitId(unit))].sort();

const PROVINCE = [
  declared('H19', null),
  declared('H19.01', 'H19'),
  declared('H19.01.02', 'H19.01'),
  declared('H19.05', 'H19'),
];

test('a unit contains all that is below it, at any depth', () => {
  assert.deepEqual(below(PROVINCE, 5, 'H19'), ['H19', 'H19.01', 'H19.01.02', 'H19.05']);
  assert.deepEqual(below(PROVINCE, 5, 'H19.01'), ['H19.01', 'H19.01.02']);
});

test('an undeclared unit contains itself only', () => {
  assert.deepEqual(below(PROVINCE, 5, 'H22.07'), ['H22.07']);
});

test('the last statement about a day holds; its last day is still within it', () => {
  const moved = [...PROVINCE, declared('H19.01.02', 'H19.05', 10, 20)];
  assert.deepEqual(below(moved, 9, 'H19.05'), ['H19.05']);
  assert.deepEqual(below(moved, 10, 'H19.05'), ['H19.01.02', 'H19.05']);
  assert.deepEqual(below(moved, 20, 'H19.05'), ['H19.01.02', 'H19.05']);
  assert.deepEqual(below(moved, 21, 'H19.05'), ['H19.05']);
});

test('a statement from a later day is in force from that day, whichever was known first', () => {
  const moved = declared('H19.01.02', 'H19.05', 10);
  for (const records of [
    [...PROVINCE, moved],
    [moved, ...PROVINCE],
  ]) {
    assert.deepEqual(below(records, 9, 'H19.01'), ['H19.01', 'H19.01.02']);
    assert.deepEqual(below(records, 10, 'H19.01'), ['H19.01']);
  }
});

test('a tree declared in a circle still has an answer', () => {
  const circle = [declared('H19.01', 'H19.02'), declared('H19.02', 'H19.01')];
  assert.deepEqual(below(circle, 5, 'H19.01'), ['H19.01', 'H19.02']);
});
