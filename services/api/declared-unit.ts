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
