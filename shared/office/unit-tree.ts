import type { LocalDay } from '../calendar/zone.ts';
import type { UnitId } from '../contracts/ids.ts';
import type { UnitRecord } from './declared.ts';

/** The units (đơn vị) as they stand on one day. */
export interface UnitTree {
  /** By id. */
  readonly units: readonly UnitRecord[];
  /** The unit itself and all below it; only itself when nothing was declared of it. */
  withDescendants(unit: UnitId): readonly UnitId[];
}

/**
 * @param records what stands of each unit from each day on, in any order. Of those that speak of the day the one that takes
 *   effect last holds, since history may be told out of order.
 */
export function unitTree(records: readonly UnitRecord[], day: LocalDay): UnitTree {
  const standing = new Map<UnitId, UnitRecord>();
  for (const record of records) {
    const speaks = record.from <= day && (record.to === null || day <= record.to);
    if (speaks && record.from >= (standing.get(record.id)?.from ?? record.from))
      standing.set(record.id, record);
  }
  const children = Map.groupBy(standing.values(), ({ parent }) => parent);
  return {
    units: [...standing.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
    withDescendants(unit) {
      // A set, so that a tree declared in a circle still ends.
      const found = new Set([unit]);
      for (const above of found) for (const child of children.get(above) ?? []) found.add(child.id);
      return [...found];
    },
  };
}

/** How many trees are kept: a figure asks for that of its window's end, a series for one a step. */
const TREES_KEPT = 100;

/** The trees of one set of records, each made once. */
export function treesOf(records: readonly UnitRecord[]): (day: LocalDay) => UnitTree {
  const trees = new Map<LocalDay, UnitTree>();
  return (day) => {
    const known = trees.get(day);
    if (known) return known;
    if (trees.size >= TREES_KEPT) trees.clear();
    const tree = unitTree(records, day);
    trees.set(day, tree);
    return tree;
  };
}
