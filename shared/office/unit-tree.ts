import type { LocalDay } from '../calendar/zone.ts';
import type { UnitId } from '../contracts/ids.ts';
import type { UnitRecord } from './declared.ts';

/** The units (đơn vị) on one day. */
export interface UnitTree {
  /** By id. */
  readonly units: readonly UnitRecord[];
  /** The unit itself and all units below it; only the unit itself when no statement names it. */
  withDescendants(unit: UnitId): readonly UnitId[];
}

/**
 * @param records the statements in force for each unit and day, in any order. Of those that include the day the one that begins
 * last is in force, since history may arrive out of order.
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
      // A set, so that a circle of units still ends.
      const found = new Set([unit]);
      for (const above of found) for (const child of children.get(above) ?? []) found.add(child.id);
      return [...found];
    },
  };
}

/** Number of cached trees: a figure needs that of its window's end, a series one a step. */
const TREES_KEPT = 100;

/** The trees of one set of records, each built once. */
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
