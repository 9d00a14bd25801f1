/** An exact share, in integers. Shares are never compared as floats: 95.995 % is not 96 %. */
export interface Fraction {
  readonly numerator: number;
  readonly denominator: number;
}

/** How a share or a value must stand to its target: at least it, at most it, or exactly it. */
export const COMPARATORS = ['>=', '<=', '='] as const;
export type Comparator = (typeof COMPARATORS)[number];

/** Digits of a decimal text without the zeros around them: both integers of its fraction stay exact. */
const MOST_DIGITS = 15;

/** Decimal text as a fraction: `0.96` is 96 of 100. @throws RangeError for any other text, and beyond a thousand million */
export function decimalOf(text: string): Fraction {
  const [, sign, whole = '', written = ''] = /^(-?)(0|[1-9]\d{0,8})(?:\.(\d{1,15}))?$/.exec(text) ?? [];
  const decimals = written.replace(/0+$/, '');
  const digits = `${whole}${decimals}`.replace(/^0+/, '');
  if (whole === '' || digits.length > MOST_DIGITS)
    throw new RangeError(`${JSON.stringify(text)} is no decimal of up to ${MOST_DIGITS} digits`);
  const numerator = Number(digits);
  return { numerator: sign && numerator > 0 ? -numerator : numerator, denominator: 10 ** decimals.length };
}

/** Whether a text is a decimal. */
export function isDecimal(text: string): boolean {
  try {
    decimalOf(text);
    return true;
  } catch {
    return false;
  }
}

/** Decimal text from 0 to 1. */
export const isShare = (text: string): boolean => isDecimal(text) && isWithin(decimalOf(text));

const isWithin = ({ numerator, denominator }: Fraction): boolean =>
  numerator >= 0 && numerator <= denominator;

/** Fractions of values, added up exactly. */
export function sumOf(values: readonly Fraction[]): Fraction {
  // Powers of ten, so that the greatest is a common one.
  const denominator = Math.max(1, ...values.map((one) => one.denominator));
  const numerators = values.map((one) => one.numerator * (denominator / one.denominator));
  return { numerator: numerators.reduce((sum, one) => sum + one, 0), denominator };
}

/** Orders shares by value: negative when `a` is the smaller, 0 when they are equal. Denominators are above 0. */
export function compareShares(a: Fraction, b: Fraction): number {
  const difference =
    BigInt(a.numerator) * BigInt(b.denominator) - BigInt(b.numerator) * BigInt(a.denominator);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Whether a share meets the target, exactly. Its denominator is above 0. */
export function meets(share: Fraction, target: Fraction, comparator: Comparator): boolean {
  const order = compareShares(share, target);
  switch (comparator) {
    case '>=':
      return order >= 0;
    case '<=':
      return order <= 0;
    case '=':
      return order === 0;
  }
}

/** A share is shown with two decimals, with more where two would contradict the exact fraction. */
const DECIMALS = 2;
const MOST_DECIMALS = 8;

/**
 * A share as decimal text of its percentage, e.g. `95.995` of 19199 ÷ 20000 at a target of 0.96: rounded, yet always on the
 * same side of the target, of 0 and of 100 as the exact fraction. Messages and the page round by it.
 */
export const percentDigits = (share: Fraction, target: Fraction): string =>
  honestDigits(share, [{ numerator: 0, denominator: 1 }, { numerator: 1, denominator: 1 }, target], 100);

/** A value as decimal text, e.g. `12.5`: rounded likewise, on the same side of the target as the exact fraction. */
export const valueDigits = (value: Fraction, target: Fraction): string =>
  honestDigits(value, [target], 1).replace(/\.?0+$/, '');

/** The difference of two shares as decimal text in points, e.g. `-0.31`: rounded, and 0 only where it is 0. */
export const pointsDigits = (difference: Fraction): string =>
  honestDigits(difference, [{ numerator: 0, denominator: 1 }], 100);

function honestDigits(exact: Fraction, marks: readonly Fraction[], hundredfold: 1 | 100): string {
  const isBelow = exact.numerator < 0;
  for (let decimals = DECIMALS; ; decimals++) {
    const scale = hundredfold * 10 ** decimals;
    const [dividend, divisor] = [
      BigInt(Math.abs(exact.numerator)) * BigInt(scale),
      BigInt(exact.denominator),
    ];
    const rounded = Number((2n * dividend + divisor) / (2n * divisor));
    const shown = { numerator: isBelow ? -rounded : rounded, denominator: scale };
    const isHonest = marks.every((mark) => compareShares(shown, mark) === compareShares(exact, mark));
    if (!isHonest && decimals < MOST_DECIMALS) continue;
    const digits = String(rounded).padStart(decimals + 1, '0');
    return `${shown.numerator < 0 ? '-' : ''}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  }
}

/**
 * How many more failures the target p/q can bear with the volume held fixed: ⌊(q − p) × denominator ÷ q⌋ − failures. Where the share
 * may be at most the target, the failures are in the numerator: ⌊p × denominator ÷ q⌋ − numerator. Negative: so many too many.
 */
export function lateBudget(share: Fraction, target: Fraction, comparator: Comparator = '>='): number {
  const { numerator, denominator } = target;
  const bearable = comparator === '<=' ? numerator : denominator - numerator;
  const most = (BigInt(bearable) * BigInt(share.denominator)) / BigInt(denominator);
  return Number(most) - failuresIn(share, comparator);
}

/** The cases that count against the target. */
export const failuresIn = ({ numerator, denominator }: Fraction, comparator: Comparator): number =>
  comparator === '<=' ? numerator : denominator - numerator;
