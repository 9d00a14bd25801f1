import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LocalDay } from '../calendar/zone.ts';
import { fieldId, unitId } from '../contracts/ids.ts';
import type { UnitRecord } from './declared.ts';
import { unitTree } from './unit-tree.ts';

const day = (number: number) => number as LocalDay;
const declared = (id: string, parent: string | null, from = 0, to: number | null = null): UnitRecord => ({
  id: unitId(id),
  name: id,
  parent: parent === null ? null : unitId(parent),
  handlesProcedures: true,
  procedures: [],
  ending: null,
  instrument: null,
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

const merged = (id: string, into: string, from: number): UnitRecord => ({
  ...declared(id, into, from),
  handlesProcedures: false,
  ending: { kind: 'merged', into: unitId(into) },
});
const closed = (id: string, parent: string, from: number): UnitRecord => ({
  ...declared(id, parent, from),
  handlesProcedures: false,
  ending: { kind: 'closed' },
});
const standing = (records: readonly UnitRecord[], on: number, unit: string) =>
  unitTree(records, day(on)).standingOf(unitId(unit));
const shape = (records: readonly UnitRecord[], on = 5, under?: string) =>
  unitTree(records, day(on))
    .branches(under === undefined ? undefined : unitId(under))
    .map(({ unit, level }) => `${level} ${unit.id}`);

test('on the last day before a merger a unit stands where it stood and handles procedures, on the first day it is below its successor and handles nothing', () => {
  const records = [
    ...PROVINCE,
    {
      ...declared('H10', null),
      procedures: [{ field: fieldId('Đất đai'), role: 'handles' as const }],
    },
    merged('H10', 'H19.05', 10),
  ];
  assert.deepEqual(below(records, 9, 'H19.05'), ['H19.05']);
  assert.deepEqual(standing(records, 9, 'H10'), {
    kind: 'active',
    handlesProcedures: true,
    procedures: [{ field: 'Đất đai', role: 'handles' }],
  });
  assert.deepEqual(below(records, 10, 'H19.05'), ['H10', 'H19.05']);
  assert.deepEqual(standing(records, 10, 'H10'), { kind: 'merged', successor: 'H19.05' });
  assert.deepEqual(below(records, 400, 'H19'), ['H10', 'H19', 'H19.01', 'H19.01.02', 'H19.05']);
});

test('a chain of mergers leads to the unit that is left, declared or not', () => {
  const records = [declared('C', null), merged('A', 'B', 1), merged('B', 'C', 3)];
  assert.deepEqual(standing([...records, declared('B', null)], 2, 'A'), { kind: 'merged', successor: 'B' });
  assert.deepEqual(standing(records, 3, 'A'), { kind: 'merged', successor: 'C' });
  assert.deepEqual(below(records, 3, 'C'), ['A', 'B', 'C']);
  assert.deepEqual(standing([merged('A', 'X', 1)], 3, 'A'), { kind: 'merged', successor: 'X' });
  assert.deepEqual(below([merged('A', 'X', 1)], 3, 'X'), ['A', 'X']);
});

test('mergers in a circle have no successor, and each unit is listed once', () => {
  const circle = [merged('B', 'C', 0), merged('C', 'A', 0), merged('A', 'B', 0), declared('D', 'C')];
  for (const unit of ['A', 'B', 'C'])
    assert.deepEqual(standing(circle, 5, unit), { kind: 'merged', successor: null });
  assert.deepEqual(shape(circle), ['0 A', '1 C', '2 B', '2 D']);
  assert.deepEqual(below(circle, 5, 'B'), ['A', 'B', 'C', 'D']);
});

test('a later statement makes a merged unit active again; a closed one stays in its place', () => {
  const records = [...PROVINCE, merged('H19.05', 'H19.01', 10), declared('H19.05', 'H19', 20)];
  assert.equal(standing(records, 19, 'H19.05').kind, 'merged');
  assert.equal(standing(records, 20, 'H19.05').kind, 'active');
  const ended = [...PROVINCE, closed('H19.05', 'H19', 10)];
  assert.equal(standing(ended, 9, 'H19.05').kind, 'active');
  assert.deepEqual(standing(ended, 10, 'H19.05'), { kind: 'closed' });
  assert.deepEqual(below(ended, 10, 'H19'), below(PROVINCE, 10, 'H19'));
  assert.deepEqual(standing(PROVINCE, 5, 'H22.07'), { kind: 'undeclared' });
});

test('the branches have each unit after the one above it, those of one parent by id', () => {
  const records = [declared('X.1', 'X'), ...PROVINCE.toReversed()];
  assert.deepEqual(shape(records), ['0 H19', '1 H19.01', '2 H19.01.02', '1 H19.05', '0 X.1']);
  assert.deepEqual(shape(records, 5, 'H19.01'), ['0 H19.01', '1 H19.01.02']);
  assert.deepEqual(shape(records, 5, 'X'), ['0 X.1'], 'what is below an undeclared unit');
  assert.deepEqual(shape([declared('A', 'A')]), ['0 A']);
});

test('a tree of any depth has an answer', () => {
  const deep = Array.from({ length: 50_000 }, (_, at) => declared(`U${at}`, at === 0 ? null : `U${at - 1}`));
  assert.equal(unitTree(deep, day(5)).branches().at(-1)?.level, 49_999);
});
