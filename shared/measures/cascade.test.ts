import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LocalDay } from '../calendar/zone.ts';
import { type UnitId, unitId } from '../contracts/ids.ts';
import type { UnitRecord } from '../office/declared.ts';
import { unitTree } from '../office/unit-tree.ts';
import { cascadeOf } from './cascade.ts';

const day = 100 as LocalDay;
const declared = (id: string, parent: string | null, ending: UnitRecord['ending'] = null): UnitRecord => ({
  ...{ id: unitId(id), name: id, parent: parent === null ? null : unitId(parent), ending },
  ...{ handlesProcedures: true, procedures: [], instrument: null, from: day, to: null, knownAt: 0 },
});
const objective = (id: string, unit: string | null) => ({
  definition: { id, unit: unit === null ? null : unitId(unit) },
});

const TREE = unitTree(
  [
    declared('H19', null),
    declared('H19.02', 'H19'),
    declared('A', 'H19.02'),
    declared('A1', 'A'),
    declared('B', 'H19.02'),
    declared('OLD', 'B', { kind: 'merged', into: unitId('B') }),
    declared('GONE', 'H19.02', { kind: 'closed' }),
    declared('H19.07', 'H19'),
  ],
  day,
);
const OBJECTIVES = [
  objective('office', null),
  objective('also-office', 'H19.02'),
  objective('b', 'B'),
  objective('a1', 'A1'),
  objective('b-written', 'b.e-doc'),
  objective('old', 'OLD'),
  objective('department', 'H19.07'),
  objective('nobody', 'X'),
];
const agencies = { unitOf: (unit: UnitId) => (unit === 'b.e-doc' ? unitId('B') : unit) };
const shown = (officeUnit: string | null, objectives = OBJECTIVES) =>
  cascadeOf(objectives, {
    ...{ tree: TREE, agencies, officeUnit: officeUnit === null ? null : unitId(officeUnit) },
  }).map(({ unit, level, standing, objectives: own }) => [
    ...[unit, level, standing],
    own.map(({ definition: { id } }) => id).join(' '),
  ]);

test('office, active units below it in the order of the tree, then other units with an objective', () => {
  assert.deepEqual(shown('H19.02'), [
    ['H19.02', 0, 'active', 'office also-office'],
    ['A', 1, 'active', ''],
    ['A1', 2, 'active', 'a1'],
    ['B', 1, 'active', 'b b-written'],
    ['OLD', 2, 'merged', 'old'],
    ['H19.07', 1, 'active', 'department'],
    ['X', 1, 'undeclared', 'nobody'],
  ]);
});

test('a merged or closed unit without an objective is not on the list of a later day', () => {
  assert.deepEqual(
    shown('H19.02', []).map(([unit]) => unit),
    ['H19.02', 'A', 'A1', 'B'],
  );
});

test('without the setting the office stands above all units; an undeclared one above those below it', () => {
  assert.deepEqual(
    shown(null, []).map(([unit, level]) => [unit, level]),
    [
      [null, 0],
      ['H19', 1],
      ['H19.02', 2],
      ['A', 3],
      ['A1', 4],
      ['B', 3],
      ['H19.07', 2],
    ],
  );
  assert.deepEqual(shown('Y', []), [['Y', 0, 'undeclared', '']]);
});
