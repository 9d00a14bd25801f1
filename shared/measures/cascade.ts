import type { UnitId } from '../contracts/ids.ts';
import type { Agencies } from '../office/agencies.ts';
import type { UnitStanding, UnitTree } from '../office/unit-tree.ts';
import type { ObjectiveDefinition } from './definition.ts';

/** One unit of the cascade (phân rã mục tiêu) with its own objectives; the first is the office itself. */
export interface CascadeRow<Objective> {
  /** Null: the office, where no setting names its unit. */
  readonly unit: UnitId | null;
  /** 0 of the office. */
  readonly level: number;
  readonly standing: UnitStanding['kind'];
  /** In the order given. */
  readonly objectives: readonly Objective[];
}

/** The units of a day: the tree, and the office's own place in it. */
export interface CascadeUnits {
  readonly tree: UnitTree;
  readonly agencies: Pick<Agencies, 'unitOf'>;
  readonly officeUnit: UnitId | null;
}

/**
 * Every objective once, each in the row of its unit: the office, the active units below it in the order of the tree, and then each other
 * unit that still has an objective: merged, closed, undeclared, or not below the office.
 */
export function cascadeOf<Objective extends { readonly definition: Pick<ObjectiveDefinition, 'unit'> }>(
  objectives: readonly Objective[],
  { tree, agencies, officeUnit }: CascadeUnits,
): readonly CascadeRow<Objective>[] {
  const unitOf = ({ definition: { unit } }: Objective) =>
    unit === null ? officeUnit : agencies.unitOf(unit);
  const byUnit = Map.groupBy(objectives, unitOf);
  const rowOf = (unit: UnitId | null, level: number): CascadeRow<Objective> => ({
    ...{ unit, level, objectives: byUnit.get(unit) ?? [] },
    standing: unit === null ? 'undeclared' : tree.standingOf(unit).kind,
  });
  const below = unitsBelow(tree, officeUnit).map(({ unit, level }) => rowOf(unit.id, level));
  const shown = below.filter((row) => row.standing === 'active' || row.objectives.length > 0);
  const listed = new Set<UnitId | null>([officeUnit, ...shown.map(({ unit }) => unit)]);
  const others = [...byUnit.keys()].filter((unit) => !listed.has(unit)).sort();
  return [rowOf(officeUnit, 0), ...shown, ...others.map((unit) => rowOf(unit, 1))];
}

/** The units below the office on a day, each after the one above it; all units where the office is not stated. */
export function unitsBelow(tree: UnitTree, officeUnit: UnitId | null): ReturnType<UnitTree['branches']> {
  const branches = tree.branches(officeUnit ?? undefined);
  // An office that is not declared is not among its own branches: those below it begin at 0.
  const isDeclared = branches.some(({ unit }) => unit.id === officeUnit);
  return branches
    .filter(({ unit }) => unit.id !== officeUnit)
    .map(({ unit, level }) => ({ unit, level: level + (isDeclared ? 0 : 1) }));
}
