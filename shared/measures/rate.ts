/** An exact share, in integers. Shares are never compared as floats: 95.995 % is not 96 %. */
export interface Fraction {
  readonly numerator: number;
  readonly denominator: number;
}

/** How a share must stand to its target: at least it, or exactly it. */
export type Comparator = '>=' | '=';

/** Decimal text from 0 to 1 as a fraction: `0.96` is 96 of 100. @throws RangeError for any other text */
export function fractionOf(text: string): Fraction {
  // Fifteen decimals keep both integers exact.
  const digits = /^(?:0(?:\.(\d{1,15}))?|1(?:\.0{1,15})?)$/.exec(text);
  if (!digits) throw new RangeError(`${JSON.stringify(text)} is no decimal from 0 to 1`);
  if (text.startsWith('1')) return { numerator: 1, denominator: 1 };
  const decimals = digits[1] ?? '';
  return { numerator: Number(`0${decimals}`), denominator: 10 ** decimals.length };
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
  return comparator === '=' ? order === 0 : order >= 0;
}

/** A share is shown with two decimals, with more where two would contradict the exact fraction. */
const DECIMALS = 2;
const MOST_DECIMALS = 8;

/**
 * A share as decimal text of its percentage, e.g. `95.995` of 19199 ÷ 20000 at a target of 0.96: rounded, yet always on the
 * same side of the target, of 0 and of 100 as the exact fraction. Messages and the page round by it.
 */
export function percentDigits(share: Fraction, target: Fraction): string {
  const marks = [{ numerator: 0, denominator: 1 }, { numerator: 1, denominator: 1 }, target];
  for (let decimals = DECIMALS; ; decimals++) {
    const scale = 100 * 10 ** decimals;
    const [dividend, divisor] = [BigInt(share.numerator) * BigInt(scale), BigInt(share.denominator)];
    const rounded = Number((2n * dividend + divisor) / (2n * divisor));
    const shown = { numerator: rounded, denominator: scale };
    const isHonest = marks.every((mark) => compareShares(shown, mark) === compareShares(share, mark));
    if (!isHonest && decimals < MOST_DECIMALS) continue;
    const digits = String(rounded).padStart(decimals + 1, '0');
    return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  }
}

/**
 * How many more failures the target p/q can bear with the volume held fixed: ⌊(q − p) × denominator ÷ q⌋ − failures.
 * Negative: so many too many.
 */
export function lateBudget({ numerator, denominator }: Fraction, target: Fraction): number {
  const bearable =
    (BigInt(target.denominator - target.numerator) * BigInt(denominator)) / BigInt(target.denominator);
  return Number(bearable) - (denominator - numerator);
}
