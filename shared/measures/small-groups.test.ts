import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { unitId } from '../contracts/ids.ts';
import type { BreakdownRow } from './evaluate.ts';
import { cellsOf, LEAST_GROUP, OTHER, PeopleGroups } from './small-groups.ts';

const row = (key: string | null, size: number): BreakdownRow => ({
  key,
  figure: {
    ...{ value: null, numerator: 0, denominator: 0, excluded: {}, status: 'not-computable', reason: null },
    ...{ lateBudget: null, open: null, settleNow: null, outlook: null },
    parts: [{ name: 'good', title: { vi: '', en: '' }, counts: 'for', book: null, count: size }],
  },
});
const sizesOf = (sizes: readonly number[]) => sizes.map((size, index) => ({ key: `U${index}`, size }));
const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);

test('groups of fewer than five are one with the next smallest', () => {
  const cells = cellsOf(sizesOf([12, 4, 7, 30]));
  assert.deepEqual(cells, [['U0'], ['U3'], ['U1', 'U2']]);
  assert.deepEqual(cellsOf(sizesOf([2, 3, 5])), [['U2'], ['U0', 'U1']], 'two of five together are enough');
  assert.deepEqual(cellsOf(sizesOf([5, 5])), [['U0'], ['U1']]);
  assert.deepEqual(cellsOf(sizesOf([4, 0])), [['U0']], 'fewer than five in all');
});

test('no answer, and no difference of two answers by units, is about one to four people', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(12), { minLength: 1, maxLength: 6 }),
      fc.array(fc.nat(63), { minLength: 2, maxLength: 2 }),
      (sizes, masks) => {
        const groups = new PeopleGroups(
          new Map([['unit', sizes.map((size, index) => row(`U${index}`, size))]]),
        );
        const asked = masks.map((mask) => sizes.flatMap((_, index) => ((mask >> index) & 1 ? [index] : [])));
        const shown = asked.filter((units) =>
          groups.isShown({ units: units.map((index) => unitId(`U${index}`)) }),
        );
        const isTold = (people: number) => people === 0 || people >= LEAST_GROUP;
        for (const units of shown) {
          assert.ok(isTold(sum(units.map((index) => sizes[index] ?? 0))));
          if (groups.isShown({}))
            assert.ok(isTold(sum(sizes) - sum(units.map((index) => sizes[index] ?? 0))));
        }
        const [one = [], two = []] = shown;
        if (shown.length === 2) {
          const only = one.filter((index) => !two.includes(index));
          assert.ok(isTold(sum(only.map((index) => sizes[index] ?? 0))));
        }
      },
    ),
    { numRuns: 3_000 },
  );
});

test('a question by unit and kind at once has no answer, and its rows are one', () => {
  const groups = new PeopleGroups(
    new Map([
      ['unit', [row('U0', 12), row('U1', 9)]],
      ['staffKind', [row('civil-servant', 15), row('public-employee', 6)]],
    ]),
  );
  const unit = { units: [unitId('U0')] };
  assert.ok(groups.isShown(unit) && groups.isShown({ where: { staffKind: 'public-employee' } }));
  assert.ok(!groups.isShown({ ...unit, where: { staffKind: 'public-employee' } }));
  assert.equal(groups.rowsOf('staffKind', unit)('civil-servant'), OTHER);
  assert.equal(
    groups.rowsOf('unit', { units: [unitId('U0'), unitId('U1')] })('U1'),
    'U1',
    'a filter of all is none',
  );
  assert.equal(groups.rowsOf('unit', {})('U7'), undefined, 'a unit without people has no row');
});
