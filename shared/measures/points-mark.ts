/** A point of a series, as far as its mark depends on it. */
interface Point {
  readonly from: string;
  readonly numerator: number;
  readonly denominator: number;
}

/**
 * A mark of points: equal for equal points, different for others but for chance (52 bits). A reader that holds points compares
 * its own mark with that of an answer instead of fetching the points again. It guards against change, not against forgery.
 */
export function pointsMark(points: readonly Point[]): string {
  let [high, low] = [0x9e3779b9, 0x85ebca6b];
  for (const { from, numerator, denominator } of points) {
    for (const character of `${from} ${numerator}/${denominator};`) {
      const code = character.charCodeAt(0);
      high = Math.imul(high ^ code, 2_654_435_761);
      low = Math.imul(low ^ code, 1_597_334_677);
    }
  }
  return `${(high >>> 0).toString(16)}${(low >>> 12).toString(16).padStart(5, '0')}`;
}
