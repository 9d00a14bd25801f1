import { yearOf } from '../calendar/year.ts';
import { formatDay, type LocalDay } from '../calendar/zone.ts';
import type { YearlyStages } from './measure.ts';

export const STAGES = ['provisional', 'regular', 'final'] as const;
export type Stage = (typeof STAGES)[number];

/** How settled the figure of a year is. @param last the last day of the figure @param today the day of the question */
export function stageOf(
  { provisionalUntil, regularUntil }: YearlyStages,
  last: LocalDay,
  today: LocalDay,
): Stage {
  const year = yearOf(last);
  const day = formatDay(today);
  if (day <= `${year}-${provisionalUntil}`) return 'provisional';
  return day <= `${year + 1}-${regularUntil}` ? 'regular' : 'final';
}
