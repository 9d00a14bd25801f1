/** A share is shown with two decimals, with more where two would tell something else than the exact fraction does. */
const DECIMALS = 2;
const MOST_DECIMALS = 8;
const TARGET_DECIMALS = 15;

/**
 * A share as decimal text of its percentage, e.g. `95.995` of 19199 ÷ 20000 at a target of 0.96: rounded, yet always on the
 * same side of the target, of 0 and of 100 as the exact fraction. So 95.995 % never reads as 96 %, nor 99.999 % as 100 %.
 * @param {number} numerator whole
 * @param {number} denominator whole, above 0
 * @param {number} target from 0 to 1
 */
export function percentDigits(numerator, denominator, target) {
  const share = fraction(BigInt(numerator), BigInt(denominator));
  const marks = [
    fraction(0n, 1n),
    fraction(1n, 1n),
    fraction(BigInt(target.toFixed(TARGET_DECIMALS).replace('.', '')), 10n ** BigInt(TARGET_DECIMALS)),
  ];
  for (let decimals = DECIMALS; ; decimals++) {
    const scale = 100n * 10n ** BigInt(decimals);
    const rounded = roundedDivision(share.numerator * scale, share.denominator);
    const honest = marks.every((mark) => order(fraction(rounded, scale), mark) === order(share, mark));
    if (honest || decimals === MOST_DECIMALS) return decimalText(rounded, decimals);
  }
}

/** @param {bigint} numerator @param {bigint} denominator above 0 */
const fraction = (numerator, denominator) => ({ numerator, denominator });

/** @param {ReturnType<typeof fraction>} a @param {ReturnType<typeof fraction>} b */
function order(a, b) {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Halves are rounded up. @param {bigint} dividend @param {bigint} divisor */
const roundedDivision = (dividend, divisor) => (2n * dividend + divisor) / (2n * divisor);

/** @param {bigint} scaled @param {number} decimals */
function decimalText(scaled, decimals) {
  const digits = String(scaled).padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
