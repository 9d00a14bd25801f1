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

/** Of the units of a key: these and all below them, or what is below them alone. */
export type Reach = 'own' | 'below';

/** The units within the reach of a key that is limited to some. */
export function unitsReached(
  units: readonly UnitId[],
  reach: Reach,
  { tree, agencies }: UnitsToday,
): ReadonlySet<UnitId> {
  const reached = (own: UnitId) =>
    tree.withDescendants(own).filter((unit) => reach === 'own' || unit !== own);
  return new Set(units.flatMap((unit) => reached(agencies.unitOf(unit))));
}

/**
 * Refuses an act about a unit that the key may not write about: one limited to units writes about those, and all below them.
 * @param about every unit that the act concerns; null: the whole office
 * @param reach `below` of a demand: who is asked does not ask
 * @throws ProblemError `forbidden`
 */
export async function requireUnits(
  caller: Caller | undefined,
  about: readonly (UnitId | null)[],
  source: { unitsToday(): Promise<UnitsToday> },
  reach: Reach = 'own',
): Promise<void> {
  const units = caller?.units;
  if (units === undefined) return;
  const today = await source.unitsToday();
  const allowed = unitsReached(units, reach, today);
  for (const unit of about) {
    if (unit !== null && allowed.has(today.agencies.unitOf(unit))) continue;
    const named = unit === null ? 'the whole office' : `the unit ${unit}`;
    throw new ProblemError(
      'forbidden',
      `This key may write about ${reachedOf(units, reach)}, not about ${named}.`,
    );
  }
}

function reachedOf(units: readonly UnitId[], reach: Reach): string {
  const own = units.slice(0, NAMED).join(', ');
  return reach === 'own' ? `${own} and the units below` : `what is below ${own} in this way`;
}
