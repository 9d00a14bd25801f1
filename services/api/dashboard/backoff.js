const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

/**
 * How long to wait before the next try: doubling up to half a minute, and a random half of it, so that many pages do not
 * come back in the same moment.
 * @param {number} failures in a row, from 1
 * @param {() => number} random from 0 to 1
 */
export function pauseAfter(failures, random = Math.random) {
  const most = Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS);
  return most / 2 + (random() * most) / 2;
}
