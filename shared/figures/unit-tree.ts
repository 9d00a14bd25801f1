import type { LocalDay } from '../calendar/zone.ts';
import type { UnitId } from '../contracts/ids.ts';
import type { UnitRecord } from '../ledger/port.ts';

/** The units (đơn vị) as they stand on one day. */
export interface UnitTree {
  readonly units: readonly UnitRecord[];
  /** The unit itself and all below it; only itself when nothing was declared of it. */
  withDescendants(unit: UnitId): readonly UnitId[];
}

/**
 * @param records every statement in the order known. Of those that speak of the day the one that takes effect last holds,
 *   since history may be told out of order; of several from one day on, the last known.
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
    units: [...standing.values()],
    withDescendants(unit) {
      // A set, so that a tree declared in a circle still ends.
      const found = new Set([unit]);
      for (const above of found) for (const child of children.get(above) ?? []) found.add(child.id);
      return [...found];
    },
  };
}
