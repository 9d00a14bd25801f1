import type { LocalDay } from '../calendar/zone.ts';
import type { UnitId } from '../contracts/ids.ts';
import type { ProcedureDuty, UnitRecord } from './declared.ts';
import { inForceOn } from './in-force.ts';

/** What a unit is on one day: the one answer to whether it is active, and whether it handles or monitors procedures. */
export type UnitStanding =
  /** No statement names it; it is counted by its id, and stands in no list of units. */
  | { readonly kind: 'undeclared' }
  | {
      readonly kind: 'active';
      readonly handlesProcedures: boolean;
      /** By field; empty where none is stated, though it may handle procedures. */
      readonly procedures: readonly ProcedureDuty[];
    }
  /** It keeps what it did before and stands below its successor. */
  | {
      readonly kind: 'merged';
      /** That which stands for it through all mergers, declared or not; null where they go round in a circle. */
      readonly successor: UnitId | null;
    }
  | { readonly kind: 'closed' };

/** A unit at its place in the tree. */
export interface Branch {
  readonly unit: UnitRecord;
  /** 0 at the top. */
  readonly level: number;
}

/** The units (đơn vị) on one day. */
export interface UnitTree {
  /** By id. */
  readonly units: readonly UnitRecord[];
  standingOf(unit: UnitId): UnitStanding;
  /** The unit itself and all units below it; only the unit itself when no statement names it. */
  withDescendants(unit: UnitId): readonly UnitId[];
  /**
   * Every unit once, each after the unit above it, those of one parent by id. A unit whose parent is not declared is at the top, as is
   * the smallest of a circle. @param under the unit at the top, instead of all
   */
  branches(under?: UnitId): readonly Branch[];
}

/** @param records the greatest statement of each unit and first day, in any order */
export function unitTree(records: readonly UnitRecord[], day: LocalDay): UnitTree {
  const standing = inForceOn(records, day);
  const units = [...standing.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const children = Map.groupBy(units, ({ parent }) => parent);
  return {
    units,
    standingOf: (unit) => standingIn(standing, unit),
    withDescendants(unit) {
      // A set, so that a circle of units still ends.
      const found = new Set([unit]);
      for (const above of found) for (const child of children.get(above) ?? []) found.add(child.id);
      return [...found];
    },
    branches(under) {
      if (under === undefined) return branchesFrom(topsFirst(units, standing), children);
      const own = standing.get(under);
      return branchesFrom(own ? [own] : (children.get(under) ?? []), children);
    },
  };
}

/** What the tops do not lead to are circles, and what is below them: so all others stand behind the tops. */
const topsFirst = (units: readonly UnitRecord[], standing: ReadonlyMap<UnitId, UnitRecord>) => [
  ...units.filter(({ parent }) => parent === null || !standing.has(parent)),
  ...units,
];

function branchesFrom(
  tops: readonly UnitRecord[],
  children: ReadonlyMap<UnitId | null, readonly UnitRecord[]>,
): readonly Branch[] {
  const branches = new Map<UnitId, Branch>();
  // A stack rather than calls: a tree may be of any depth.
  const next: Branch[] = tops.toReversed().map((unit) => ({ unit, level: 0 }));
  for (let branch = next.pop(); branch; branch = next.pop()) {
    const { unit, level } = branch;
    if (branches.has(unit.id)) continue;
    branches.set(unit.id, branch);
    const below = children.get(unit.id) ?? [];
    next.push(...below.toReversed().map((child) => ({ unit: child, level: level + 1 })));
  }
  return [...branches.values()];
}

/** The unit that does what a unit has to do on the day of the tree: of a merged one its successor. */
export function unitInCharge(tree: Pick<UnitTree, 'standingOf'>, unit: UnitId): UnitId {
  const standing = tree.standingOf(unit);
  return standing.kind === 'merged' ? (standing.successor ?? unit) : unit;
}

function standingIn(standing: ReadonlyMap<UnitId, UnitRecord>, unit: UnitId): UnitStanding {
  const record = standing.get(unit);
  if (!record) return { kind: 'undeclared' };
  const { ending, handlesProcedures, procedures } = record;
  if (ending === null) return { kind: 'active', handlesProcedures, procedures };
  if (ending.kind === 'closed') return { kind: 'closed' };
  return { kind: 'merged', successor: successorIn(standing, unit) };
}

function successorIn(standing: ReadonlyMap<UnitId, UnitRecord>, unit: UnitId): UnitId | null {
  const passed = new Set<UnitId>();
  for (let id = unit; !passed.has(id); ) {
    passed.add(id);
    const ending = standing.get(id)?.ending;
    if (ending?.kind !== 'merged') return id;
    id = ending.into;
  }
  return null;
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
