import { type Period, periodsEnding } from '../calendar/periods.ts';
import { isReporting } from '../calendar/windows.ts';
import type { WorkingCalendar } from '../calendar/working-calendar.ts';
import type { LocalDay } from '../calendar/zone.ts';
import { enteringOf } from './hand-entered.ts';
import { definitionOn, type KnownObjective } from './known-objectives.ts';

/** From when late entries are looked for. */
interface Sight {
  readonly today: LocalDay;
  readonly calendar: WorkingCalendar;
}

/**
 * The periods whose figure a person should have entered by now, in every window: those of the definition that was in force on the last day
 * of each. Undefined where events measure it, or it is not in force. @param isEntered whether a person has
 */
export function latePeriods(
  objective: KnownObjective,
  isEntered: (period: Period) => boolean,
  { today, calendar }: Sight,
): readonly Period[] | undefined {
  const now = definitionOn(objective, today);
  if (now.kind !== 'in-force') return undefined;
  const { definition } = now.read;
  const entering = enteringOf(definition.formula);
  if (!entering) return undefined;
  const from = Math.min(...objective.versions.map((one) => one.definition.validFrom)) as LocalDay;
  const isAsked = ({ to }: Period) => {
    const then = definitionOn(objective, to);
    const asked = then.kind === 'in-force' ? enteringOf(then.read.definition.formula) : undefined;
    return asked?.period === entering.period && today > calendar.addWorkingDays(to, asked.dueWorkingDays);
  };
  const over = periodsEnding(entering.period, isReporting(definition.window), { from, to: today });
  return over.filter((period) => isAsked(period) && !isEntered(period));
}
