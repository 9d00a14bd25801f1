import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareShares, decimalOf, isShare, lateBudget, meets, sumOf, valueDigits } from './rate.ts';

const share = (numerator: number, denominator: number) => ({ numerator, denominator });
const target = decimalOf('0.96');

test('decimal text is read exactly', () => {
  assert.deepEqual(decimalOf('0.96'), share(96, 100));
  assert.deepEqual(decimalOf('0.05'), share(5, 100));
  assert.deepEqual(decimalOf('0.333333333333333'), share(333_333_333_333_333, 10 ** 15));
  assert.deepEqual(decimalOf('1'), share(1, 1));
  assert.deepEqual(decimalOf('1.00'), share(1, 1));
  assert.deepEqual(decimalOf('0'), share(0, 1));
});

test('a value may be any decimal of up to fifteen digits below a thousand million', () => {
  assert.deepEqual(decimalOf('12.5'), share(125, 10));
  assert.deepEqual(decimalOf('-0.5'), share(-5, 10));
  assert.deepEqual(decimalOf('999999999.9999'), share(9_999_999_999_999, 10_000));
  assert.deepEqual(decimalOf('10.00'), share(10, 1));
  const refused = [
    '96%',
    '.96',
    '0.',
    '0,96',
    '',
    '1e-1',
    '0.1234567890123456',
    '1000000000',
    '012',
    '+1',
    '--1',
  ];
  for (const text of [...refused, '999999999.1234567', '-', '1.5 '])
    assert.throws(() => decimalOf(text), RangeError, text);
});

test('a share is one from 0 to 1', () => {
  for (const text of ['0', '0.96', '1', '1.000']) assert.equal(isShare(text), true, text);
  for (const text of ['1.01', '-0.5', '96', '', '96%']) assert.equal(isShare(text), false, text);
});

test('a target that may not be passed is kept by the value itself, and by nothing above it', () => {
  const most = decimalOf('2.5');
  assert.equal(meets(decimalOf('2.5'), most, '<='), true);
  assert.equal(meets(decimalOf('2.4999'), most, '<='), true);
  assert.equal(meets(decimalOf('2.5001'), most, '<='), false);
  assert.equal(meets(decimalOf('-3'), most, '<='), true);
  assert.equal(meets(decimalOf('-3'), decimalOf('-2.9'), '>='), false);
});

test('values are added up exactly, whatever their decimals', () => {
  assert.deepEqual(sumOf([decimalOf('0.1'), decimalOf('0.2'), decimalOf('12')]), share(123, 10));
  assert.deepEqual(sumOf([decimalOf('-0.05'), decimalOf('0.05')]), share(0, 100));
});

test('where the share may be at most the target, the budget is of cases in the numerator', () => {
  // 5 % of 130 is 6.5: six whole cases.
  assert.equal(lateBudget(share(4, 130), decimalOf('0.05'), '<='), 2);
  assert.equal(lateBudget(share(7, 130), decimalOf('0.05'), '<='), -1);
});

test('a value is shown on the same side of its target as it is', () => {
  const shown = (value: string, target: string) => valueDigits(decimalOf(value), decimalOf(target));
  assert.equal(shown('12.5', '15'), '12.5');
  assert.equal(shown('12', '15'), '12');
  assert.equal(shown('100', '15'), '100');
  assert.equal(shown('-1.25', '0'), '-1.25');
  assert.equal(shown('2.5001', '2.5'), '2.5001');
  assert.equal(valueDigits(share(10, 3), decimalOf('4')), '3.33');
  assert.equal(valueDigits(share(-1, 100_000), decimalOf('0')), '-0.00001');
});

test('95.995 % is not 96 %, and 96 % is', () => {
  assert.equal(meets(share(19_199, 20_000), target, '>='), false);
  assert.equal(meets(share(19_200, 20_000), target, '>='), true);
  assert.equal(meets(share(95_999_999_999, 100_000_000_000), target, '>='), false);
});

test('equality is met by the whole alone', () => {
  assert.equal(meets(share(100_000, 100_000), decimalOf('1'), '='), true);
  assert.equal(meets(share(99_999, 100_000), decimalOf('1'), '='), false);
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
  assert.equal(lateBudget(share(7, 10), decimalOf('1')), -3);
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
      const wanted = decimalOf(decimal);
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
