import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { unitId } from '../contracts/ids.ts';
import { cellsOf, LEAST_GROUP, OTHER, PeopleGroups } from './small-groups.ts';

const sizesOf = (sizes: readonly number[]) => sizes.map((size, index) => ({ key: `U${index}`, size }));
const BOTH = ['unit', 'staffKind'];
const alike = (unit: string | null, kind: string | null, size: number) => ({ keys: [unit, kind], size });
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
          ['unit'],
          sizes.map((size, index) => ({ keys: [`U${index}`], size })),
        );
        const asked = masks.map((mask) => sizes.flatMap((_, index) => ((mask >> index) & 1 ? [index] : [])));
        const shown = asked.filter((units) =>
          groups.isShown({ units: units.map((index) => unitId(`U${index}`)) }),
        );
        const isDisclosed = (people: number) => people === 0 || people >= LEAST_GROUP;
        for (const units of shown) {
          assert.ok(isDisclosed(sum(units.map((index) => sizes[index] ?? 0))));
          if (groups.isShown({}))
            assert.ok(isDisclosed(sum(sizes) - sum(units.map((index) => sizes[index] ?? 0))));
        }
        const [one = [], two = []] = shown;
        if (shown.length === 2) {
          const only = one.filter((index) => !two.includes(index));
          assert.ok(isDisclosed(sum(only.map((index) => sizes[index] ?? 0))));
        }
      },
    ),
    { numRuns: 3_000 },
  );
});

test('a question by unit and kind at once has no answer, and its rows are one', () => {
  const groups = new PeopleGroups(BOTH, [
    ...[alike('U0', 'civil-servant', 10), alike('U0', 'public-employee', 2)],
    ...[alike('U1', 'civil-servant', 5), alike('U1', 'public-employee', 4)],
  ]);
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

test('no sum or difference of answers, by units and by kinds, is about one to four people', () => {
  const size = fc.oneof(fc.constant(0), fc.nat(9));
  const table = fc.array(fc.tuple(size, size), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(table, fc.nat(9), (units, unassigned) => {
      const people = [
        ...units.flatMap(([civil, public_], index) => [
          alike(`U${index}`, 'civil-servant', civil),
          alike(`U${index}`, 'public-employee', public_),
        ]),
        alike(null, null, unassigned),
      ].filter((one) => one.size > 0);
      const groups = new PeopleGroups(BOTH, people);
      const isIn = (filter: Parameters<typeof groups.isShown>[0]) =>
        people.map(({ keys: [unit, kind] }) => {
          const isOfUnit = filter.units?.some((one) => one === unit) ?? true;
          const isOfKind = filter.where?.staffKind === undefined || filter.where.staffKind === kind;
          return isOfUnit && isOfKind ? 1 : 0;
        });
      const unitSets = Array.from({ length: 2 ** units.length }, (_, mask) =>
        units.flatMap((_, index) => ((mask >> index) & 1 ? [unitId(`U${index}`)] : [])),
      );
      const kinds = ['civil-servant', 'public-employee'].map((staffKind) => ({ where: { staffKind } }));
      const answers = [{}, ...kinds, ...unitSets.map((of) => ({ units: of }))]
        .filter((filter) => groups.isShown(filter))
        .map(isIn);
      const rank = rankOf(answers);
      for (let mask = 1; mask < 2 ** people.length; mask += 1) {
        const asked = people.map((_, index) => (mask >> index) & 1);
        const count = sum(people.map(({ size: of }, index) => (asked[index] ? of : 0)));
        if (count < LEAST_GROUP)
          assert.ok(rankOf([...answers, asked]) > rank, JSON.stringify([people, asked]));
      }
    }),
    { numRuns: 400 },
  );
});

test('a kind of staff that stands in one unit, beside a few of the other kind, is not shown apart from them', () => {
  const groups = new PeopleGroups(BOTH, [
    alike('U0', 'civil-servant', 12),
    ...[alike('U1', 'public-employee', 6), alike('U1', 'civil-servant', 3)],
  ]);
  const kind = { where: { staffKind: 'public-employee' } };
  assert.ok(groups.isShown({ units: [unitId('U1')] }));
  assert.ok(!groups.isShown(kind), 'the unit less the kind would be the three others');
  assert.equal(groups.rowsOf('staffKind', {})('public-employee'), OTHER);
});

/** The rank of a matrix of small integers: whether a row follows from others. */
function rankOf(rows: readonly (readonly number[])[]): number {
  const left = rows.map((row) => [...row]);
  let rank = 0;
  for (let column = 0; column < (left[0]?.length ?? 0); column += 1) {
    const at = left.findIndex((row, index) => index >= rank && Math.abs(row[column] ?? 0) > 1e-9);
    const pivot = left[at];
    if (!pivot) continue;
    left.splice(at, 1);
    left.splice(rank, 0, pivot);
    rank += 1;
    for (const row of left.slice(rank)) {
      const factor = (row[column] ?? 0) / (pivot[column] ?? 1);
      for (const index of row.keys()) row[index] = (row[index] ?? 0) - factor * (pivot[index] ?? 0);
    }
  }
  return rank;
}
