import type { Dimensions, Leg, Side } from './leg.ts';

export interface LegChanges {
  /** Posted, but no longer true. */
  readonly reversed: readonly Leg[];
  /** True, but not yet posted. */
  readonly added: readonly Leg[];
}

/** Beyond so many legs, those left over are found by a key: comparing each with each would take the square of their number. */
const KEYED = 32;

/** The legs to reverse and to add so that exactly `wanted` is posted. Both are bags: order is irrelevant, repetition counts. */
export function changesBetween(posted: readonly Leg[], wanted: readonly Leg[]): LegChanges {
  return posted.length > KEYED ? byKey(posted, wanted) : byComparison(posted, wanted);
}

function byComparison(posted: readonly Leg[], wanted: readonly Leg[]): LegChanges {
  const added: Leg[] = [];
  const reversed = [...posted];
  for (const leg of wanted) {
    const at = reversed.findIndex((candidate) => sameLeg(candidate, leg));
    if (at < 0) added.push(leg);
    else reversed.splice(at, 1);
  }
  return { reversed, added };
}

function byKey(posted: readonly Leg[], wanted: readonly Leg[]): LegChanges {
  const left = new Map<string, Leg[]>();
  for (const leg of posted) {
    const key = keyOf(leg);
    const alike = left.get(key);
    if (alike) alike.push(leg);
    else left.set(key, [leg]);
  }
  const added = wanted.filter((leg) => left.get(keyOf(leg))?.pop() === undefined);
  return { reversed: [...left.values()].flat(), added };
}

const keyOf = ({ day, from, to, dimensions }: Leg): string =>
  JSON.stringify([day, ...sideValues(from), ...sideValues(to), ...Object.entries(dimensions).sort(byName)]);

const sideValues = ({ account, due, dueOriginal, original }: Side) => [account, due, dueOriginal, original];

const byName = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);

export const sameLeg = (a: Leg, b: Leg): boolean =>
  a.day === b.day &&
  sameSide(a.from, b.from) &&
  sameSide(a.to, b.to) &&
  sameDimensions(a.dimensions, b.dimensions);

export const sameSide = (a: Side, b: Side): boolean =>
  a.account === b.account && a.due === b.due && a.dueOriginal === b.dueOriginal && a.original === b.original;

/** Compares dimensions of one book, which have the same names. */
export function sameDimensions(a: Dimensions, b: Dimensions): boolean {
  if (a === b) return true;
  for (const name in a) if (a[name] !== b[name]) return false;
  return true;
}
