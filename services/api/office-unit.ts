import type { Zone } from '../../shared/calendar/zone.ts';
import type { Commits } from '../../shared/ledger/commits.ts';
import type { Observatory } from '../../shared/measures/observatory.ts';
import type { UnitStanding } from '../../shared/office/unit-tree.ts';
import type { Log } from '../../shared/platform/log.ts';

interface Watched {
  readonly observatory: Observatory;
  readonly commits: Commits;
  readonly zone: Zone;
  readonly log: Log;
}

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
export function watchOfficeUnit({ observatory, commits, zone, log }: Watched): () => void {
  let office: string | undefined;
  let logged: UnitStanding['kind'] = 'active';
  const look = async () => {
    const { generation, office: version } = commits.latest;
    if (office === `${generation} ${version}`) return;
    await observatory.from({}, async (_, { officeUnit: unit, treeOn, pin }) => {
      const { kind } =
        unit === null ? ({ kind: 'active' } as const) : treeOn(zone.dayOf(pin.now)).standingOf(unit);
      const problem = PROBLEMS[kind];
      if (kind !== logged && problem !== null) log.warn({ unit }, problem);
      if (kind !== logged && problem === null) log.info({ unit }, 'OFFICE_UNIT names an active unit');
      logged = kind;
    });
    office = `${generation} ${version}`;
  };
  let last = Promise.resolve();
  const soon = () => {
    // A ledger that cannot be read now is asked again at its next commit.
    last = last.then(look).catch(() => {});
  };
  soon();
  return commits.subscribe(soon);
}
