import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareShares, fractionOf, lateBudget, meets } from './rate.ts';

const share = (numerator: number, denominator: number) => ({ numerator, denominator });
const target = fractionOf('0.96');

test('decimal text is read exactly', () => {
  assert.deepEqual(fractionOf('0.96'), share(96, 100));
  assert.deepEqual(fractionOf('0.05'), share(5, 100));
  assert.deepEqual(fractionOf('0.333333333333333'), share(333_333_333_333_333, 10 ** 15));
  assert.deepEqual(fractionOf('1'), share(1, 1));
  assert.deepEqual(fractionOf('1.00'), share(1, 1));
  assert.deepEqual(fractionOf('0'), share(0, 1));
});

test('any other text is refused', () => {
  for (const text of ['96', '96%', '1.01', '-0.5', '.96', '0.', '0,96', '', '1e-1', '0.1234567890123456'])
    assert.throws(() => fractionOf(text), RangeError, text);
});

test('95.995 % is not 96 %, and 96 % is', () => {
  assert.equal(meets(share(19_199, 20_000), target, '>='), false);
  assert.equal(meets(share(19_200, 20_000), target, '>='), true);
  assert.equal(meets(share(95_999_999_999, 100_000_000_000), target, '>='), false);
});

test('equality is met by the whole alone', () => {
  assert.equal(meets(share(100_000, 100_000), fractionOf('1'), '='), true);
  assert.equal(meets(share(99_999, 100_000), fractionOf('1'), '='), false);
});

test('the late budget worked by hand', () => {
  // 4 % of 1,000 is 40; 37 are late.
  assert.equal(lateBudget(share(963, 1_000), target), 3);
  // 4 % of 1,024 is 40.96: only 40 whole dossiers.
  assert.equal(lateBudget(share(984, 1_024), target), 0);
  // 801 of 20,000 are late, 800 may be.
  assert.equal(lateBudget(share(19_199, 20_000), target), -1);
  // 4 % of 24 is 0.96: not one may be late.
  assert.equal(lateBudget(share(24, 24), target), 0);
  assert.equal(lateBudget(share(0, 0), target), 0);
  assert.equal(lateBudget(share(7, 10), fractionOf('1')), -3);
});

test('the budget is the number of further failures at the same volume that still meet the target', () => {
  const counts = fc.integer({ min: 1, max: 3_000 }).chain((denominator) =>
    fc.record({
      denominator: fc.constant(denominator),
      numerator: fc.integer({ min: 0, max: denominator }),
    }),
  );
  const text = fc.integer({ min: 0, max: 999 }).map((parts) => `0.${String(parts).padStart(3, '0')}`);
  fc.assert(
    fc.property(counts, text, ({ numerator, denominator }, decimal) => {
      const wanted = fractionOf(decimal);
      const budget = lateBudget({ numerator, denominator }, wanted);
      assert.equal(meets(share(numerator - budget, denominator), wanted, '>='), true);
      assert.equal(meets(share(numerator - budget - 1, denominator), wanted, '>='), false);
    }),
  );
});

test('shares are ordered by value, exactly', () => {
  assert.equal(compareShares(share(1, 2), share(500, 1_000)), 0);
  assert.equal(compareShares(share(94_906_265, 94_906_266), share(94_906_266, 94_906_267)), -1);
  assert.equal(compareShares(share(2, 3), share(3, 5)), 1);
});
