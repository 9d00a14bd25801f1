import type { Definitions, LegalLimit, RulingBasis } from '../../../bookkeeping/ruling.ts';
import { type WorkingCalendar, workingCalendar } from '../../../calendar/working-calendar.ts';
import { addDays, HOUR, type Zone } from '../../../calendar/zone.ts';
import type { Moment } from '../../../kernel/clock.ts';
import { ruledDossier, type Second } from '../milestones.ts';
import type { OnTimeBasis, OnTimeDefinition } from './definition.ts';
import { dueInPeriod } from './due-in-period.ts';
import { openCps } from './opencps.ts';
import { portal766 } from './portal-766.ts';
import { received } from './received.ts';
import { settledInPeriod } from './settled-in-period.ts';
import { td766Progress } from './td-766-progress.ts';
import { tdForm06 } from './td-form-06.ts';
import { tdUnitReport } from './td-unit-report.ts';

/** Every definition of "on time", ours first. */
export const ON_TIME: readonly OnTimeDefinition[] = [
  settledInPeriod,
  dueInPeriod,
  received,
  portal766,
  openCps,
  tdForm06,
  td766Progress,
  tdUnitReport,
];

export const onTimeDefinitions: Definitions = {
  names: ON_TIME.map(({ name }) => name),
  open(names, basis, zone) {
    const chosen = names.map(definitionNamed);
    const seconds = basisOf(basis, zone);
    return (milestones, procedure) => {
      const dossier = ruledDossier(milestones, procedure);
      return chosen.map(({ rulingOn }) => rulingOn(dossier, seconds));
    };
  },
};

function definitionNamed(name: string): OnTimeDefinition {
  const definition = ON_TIME.find((one) => one.name === name);
  if (!definition) throw new RangeError(`There is no definition ${name} of "on time"`);
  return definition;
}

function basisOf({ window, openEnd, limits, calendar: office }: RulingBasis, zone: Zone): OnTimeBasis {
  const calendar = workingCalendar({ zone, ...office });
  const byProcedure = Map.groupBy(
    limits.toSorted((one, other) => one.from - other.from),
    ({ procedure }) => procedure,
  );
  return {
    start: second(zone.momentAt(window.from, 0)),
    over: second(zone.momentAt(addDays(window.cutTo, 1), 0)),
    now: second(window.stockAt),
    openEnd: second(openEnd),
    legalEnd: (procedure, received) => {
      const day = zone.dayOf(received * 1_000);
      const inForce = byProcedure
        .get(procedure ?? '')
        ?.findLast(({ from, to }) => from <= day && (to === null || day <= to));
      return inForce ? second(endOf(inForce, received * 1_000, calendar, zone)) : null;
    },
  };
}

/** The last moment within a limit. A limit in days ends with its last day. */
function endOf(
  { amount, unit }: LegalLimit,
  received: Moment,
  calendar: WorkingCalendar,
  zone: Zone,
): Moment {
  if (unit === 'working-hours') return calendar.reach(received, amount * HOUR);
  const day = zone.dayOf(received);
  const last = unit === 'calendar-days' ? addDays(day, amount) : calendar.addWorkingDays(day, amount);
  return zone.momentAt(addDays(last, 1), 0) - 1;
}

const second = (moment: Moment): Second => Math.floor(moment / 1_000);
