import type { Unit } from '../client/api.ts';

/** The name of a unit; its id while no name is known. */
export function namesOf(units: readonly Unit[]): (id: string) => string {
  const names = new Map(units.map(({ id, name }) => [id, name]));
  return (id) => names.get(id) ?? id;
}

export interface Branch {
  readonly unit: Unit;
  readonly depth: number;
}

/**
 * The units as a tree, each with its depth, parents before their children, alike ones by id. A unit whose parent is not
 * known stands at the top.
 */
export function treeOf(units: readonly Unit[]): readonly Branch[] {
  const known = new Set(units.map(({ id }) => id));
  const children = Map.groupBy(units, ({ parent }) => (parent !== null && known.has(parent) ? parent : ''));
  const below = (parent: string, depth: number): readonly Branch[] =>
    (children.get(parent) ?? [])
      .toSorted((a, b) => a.id.localeCompare(b.id))
      .flatMap((unit) => [{ unit, depth }, ...below(unit.id, depth + 1)]);
  return below('', 0);
}
