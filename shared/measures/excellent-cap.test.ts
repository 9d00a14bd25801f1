import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Level } from '../books/staff/staff-fields.ts';
import { type CapCheck, capChecks, excellentCaps } from './excellent-cap.ts';

const caps = excellentCaps.parse(undefined);
const selected = { excellent: [{ account: 'rated/excellent' }], good: [{ account: 'rated/good' }] };
const row = (level: string, count: number, group: string | null = 'CV', ruleSet = 'nd-335') => ({
  ...{ account: `rated/${level}`, due: null, dueOriginal: null, original: null, count },
  key: ['A', group, ruleSet],
});
const check = (rows: readonly ReturnType<typeof row>[], unit?: Level, by = caps): readonly CapCheck[] =>
  capChecks({ rows, selected, unitLevels: new Map(unit ? [['A', unit]] : []) }, by);
const told = (rows: readonly ReturnType<typeof row>[], unit?: Level, by = caps) =>
  check(rows, unit, by).map(({ allowed, outcome, reason }) => [allowed, outcome, reason]);

test('20 % of those rated good or better, 25 % where the unit is excellent, rounded down', () => {
  assert.deepEqual(told([row('excellent', 3), row('good', 12)], 'good'), [[3, 'kept', null]]);
  assert.deepEqual(
    told([row('excellent', 3), row('good', 11)], 'good'),
    [[2, 'exceeded', null]],
    '2.8 are 2',
  );
  assert.deepEqual(told([row('excellent', 3), row('good', 9)], 'excellent'), [[3, 'kept', null]]);
  assert.deepEqual(told([row('excellent', 3), row('good', 9)], 'completed'), [[2, 'exceeded', null]]);
});

test('by the named setting the share is one of the good alone', () => {
  const alone = { ...caps, 'nd-335': { ...caps['nd-335'], of: 'good' as const } };
  assert.deepEqual(told([row('excellent', 3), row('good', 12)], 'good', alone), [[2, 'exceeded', null]]);
  assert.deepEqual(told([row('excellent', 3), row('good', 15)], 'good', alone), [[3, 'kept', null]]);
});

test('a cap is a share from 0 to 1', () => {
  const isCap = (share: string) =>
    excellentCaps.safeParse({ ...caps, 'nd-335': { ...caps['nd-335'], share } }).success;
  for (const share of ['0', '0.20', '1']) assert.equal(isCap(share), true, share);
  for (const share of ['1.01', '-0.20', '20', '20%']) assert.equal(isCap(share), false, share);
});

test('without a group, or without the rating of the unit where it matters, it is not checkable', () => {
  assert.deepEqual(told([row('excellent', 1, null)], 'good'), [[null, 'not-checkable', 'no-group']]);
  assert.deepEqual(told([row('excellent', 1)]), [[null, 'not-checkable', 'no-unit-rating']]);
  const party = [row('excellent', 1, 'CV', 'nd-90-48'), row('good', 4, 'CV', 'nd-90-48')];
  assert.deepEqual(told(party), [[1, 'kept', null]], 'NĐ 90 has one share');
});

test('each rule set and each group of a unit is checked by itself', () => {
  const rows = [
    row('excellent', 1),
    row('good', 4),
    row('excellent', 1, 'LĐ'),
    row('excellent', 1, 'CV', 'nd-233'),
  ];
  assert.deepEqual(
    check(rows, 'good').map(({ ruleSet, group, outcome }) => [ruleSet, group, outcome]),
    [
      ['nd-233', 'CV', 'exceeded'],
      ['nd-335', 'CV', 'kept'],
      ['nd-335', 'LĐ', 'exceeded'],
    ],
  );
});
