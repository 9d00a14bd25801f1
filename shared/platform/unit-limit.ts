import type { UnitId } from '../contracts/ids.ts';
import type { Agencies } from '../office/agencies.ts';
import type { UnitTree } from '../office/unit-tree.ts';
import type { Caller } from './caller.ts';
import { ProblemError } from './problem.ts';

/** The units as they stand today. */
export interface UnitsToday {
  readonly tree: Pick<UnitTree, 'withDescendants'>;
  readonly agencies: Pick<Agencies, 'unitOf'>;
}

/** So many are named to a caller. */
const NAMED = 10;

/**
 * Refuses an act about a unit that the key may not write about: one limited to units writes about those, and all below them.
 * @param about every unit that the act concerns; null: the whole office
 * @throws ProblemError `forbidden`
 */
export async function requireUnits(
  caller: Caller | undefined,
  about: readonly (UnitId | null)[],
  source: { unitsToday(): Promise<UnitsToday> },
): Promise<void> {
  const units = caller?.units;
  if (units === undefined) return;
  const { tree, agencies } = await source.unitsToday();
  const allowed = new Set(units.flatMap((unit) => tree.withDescendants(agencies.unitOf(unit))));
  for (const unit of about) {
    if (unit !== null && allowed.has(agencies.unitOf(unit))) continue;
    const named = unit === null ? 'the whole office' : `the unit ${unit}`;
    throw new ProblemError(
      'forbidden',
      `This key may write about ${units.slice(0, NAMED).join(', ')} and the units below, not about ${named}.`,
    );
  }
}
