import { dayOf, type LocalDate } from '../../shared/calendar/when.ts';
import { formatDay } from '../../shared/calendar/zone.ts';
import type { UnitId } from '../../shared/contracts/ids.ts';
import { refuseField } from '../../shared/platform/problem.ts';
import type { ApiContext } from './context.ts';

/**
 * Refuses a unit that no statement declares, by none of its identifiers: an act under a wrong id would stand in no unit's table.
 * Where no unit is declared at all every id is accepted, as feeds' are everywhere.
 * @param pointer of the field that names it @param unit null: the whole office @throws ProblemError
 */
export async function requireDeclaredUnit(
  { observatory, answers }: Pick<ApiContext, 'observatory' | 'answers'>,
  pointer: string,
  unit: UnitId | null,
): Promise<void> {
  if (unit === null) return;
  const accepted = await answers.lookUp(async () => {
    const { tree, isDeclared } = await observatory.unitsToday();
    return isDeclared(unit) || tree.units.length === 0 ? unit : undefined;
  });
  if (accepted === undefined) refuseField(pointer, `a declared unit, see GET /v1/units; it was ${unit}`);
}

/**
 * Refuses a unit that had ended by a day: what is entered of it would stand in no unit's table, or in that of its successor.
 * @param pointer of the field that names it @param on `yyyy-MM-dd`; left out: today @throws ProblemError
 */
export async function requireUnitOn(
  { observatory, zone }: Pick<ApiContext, 'observatory' | 'zone'>,
  pointer: string,
  unit: UnitId,
  on?: string,
): Promise<void> {
  const { standing, day } = await observatory.from({}, async (_ledger, { treeOn, agencies, pin }) => {
    const asked = on === undefined ? zone.dayOf(pin.now) : dayOf(on as LocalDate, zone);
    return { standing: treeOn(asked).standingOf(agencies.unitOf(unit)), day: formatDay(asked) };
  });
  if (standing.kind !== 'merged' && standing.kind !== 'closed') return;
  const ended = standing.kind === 'merged' ? `merged into ${standing.successor ?? 'another'}` : 'closed';
  refuseField(pointer, `a unit that stands on ${day}; it was ${unit}, which was ${ended} by then`);
}
