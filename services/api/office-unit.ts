import type { Zone } from '../../shared/calendar/zone.ts';
import type { UnitStanding } from '../../shared/office/unit-tree.ts';
import type { Log } from '../../shared/platform/log.ts';
import { type WatchedReference, watchReference } from './reference-watch.ts';

const PROBLEMS: Readonly<Record<UnitStanding['kind'], string | null>> = {
  active: null,
  undeclared: 'OFFICE_UNIT names a unit that no statement declares',
  merged: 'OFFICE_UNIT names a unit that is merged into another',
  closed: 'OFFICE_UNIT names a unit that is closed',
};

/**
 * Logs when `OFFICE_UNIT` does not name an active unit, at the start and whenever the reference data make it so: the setting may be
 * right before the units are declared. @returns a function that ends it
 */
export function watchOfficeUnit(
  watched: WatchedReference & { readonly zone: Zone; readonly log: Log },
): () => void {
  const { zone, log } = watched;
  let logged: UnitStanding['kind'] = 'active';
  return watchReference(watched, ({ officeUnit: unit, treeOn, pin }) => {
    const { kind } =
      unit === null ? ({ kind: 'active' } as const) : treeOn(zone.dayOf(pin.now)).standingOf(unit);
    const problem = PROBLEMS[kind];
    if (kind !== logged && problem !== null) log.warn({ unit }, problem);
    if (kind !== logged && problem === null) log.info({ unit }, 'OFFICE_UNIT names an active unit');
    logged = kind;
  });
}
