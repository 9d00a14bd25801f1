import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decimalOf, percentDigits } from './rate.ts';

const shown = (numerator: number, denominator: number, target: string) =>
  percentDigits({ numerator, denominator }, decimalOf(target));

test('a share is shown with two decimals', () => {
  assert.equal(shown(1, 3, '0.96'), '33.33');
  assert.equal(shown(2, 3, '0.96'), '66.67');
  assert.equal(shown(3041 - 123, 3041, '0.96'), '95.96');
});

test('just below the target never reads as the target', () => {
  assert.equal(shown(19_199, 20_000, '0.96'), '95.995');
  assert.equal(shown(959_999, 1_000_000, '0.96'), '95.9999');
  assert.equal(shown(95_999_999, 100_000_000, '0.96'), '95.999999');
});

test('the target itself, and just above it, do not read as below', () => {
  assert.equal(shown(96, 100, '0.96'), '96.00');
  assert.equal(shown(960_001, 1_000_000, '0.96'), '96.0001');
});

test('one failure of many never reads as 100 %, one success never as 0 %', () => {
  assert.equal(shown(99_999, 100_000, '1'), '99.999');
  assert.equal(shown(100_000, 100_000, '1'), '100.00');
  assert.equal(shown(1, 100_000, '0.96'), '0.001');
  assert.equal(shown(0, 7, '0.96'), '0.00');
});

test('what is shown stands to the target as the exact fraction does', () => {
  const share = fc.integer({ min: 1, max: 3_000_000 }).chain((denominator) =>
    fc.record({
      denominator: fc.constant(denominator),
      numerator: fc.integer({ min: 0, max: denominator }),
      hundredths: fc.integer({ min: 1, max: 100 }),
    }),
  );
  fc.assert(
    fc.property(share, ({ numerator, denominator, hundredths }) => {
      const digits = shown(numerator, denominator, (hundredths / 100).toFixed(2));
      const [whole = '', decimals = ''] = digits.split('.');
      const scale = 10n ** BigInt(decimals.length);
      const difference = BigInt(whole + decimals) - BigInt(hundredths) * scale;
      const exact = BigInt(numerator) * 100n - BigInt(hundredths) * BigInt(denominator);
      assert.equal(sign(difference), sign(exact));
      assert.ok(Math.abs(Number(digits) - (numerator / denominator) * 100) <= 0.005 + 1e-9);
    }),
  );
});

const sign = (value: bigint) => (value > 0n ? 1 : value < 0n ? -1 : 0);
