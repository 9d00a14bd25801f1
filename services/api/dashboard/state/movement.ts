import type { ChangesQuery, FigureQuery } from '../client/api.ts';

/** Since when a movement is explained: the end of the day before, of the last Sunday, of the last day of the month before. */
export const SINCE = ['day', 'week', 'month'] as const;
export type Since = (typeof SINCE)[number];

/** The question of a movement up to the moment of a figure. @param today the day of that moment, yyyy-MM-dd */
export function movementQuery({ asOf, ...query }: FigureQuery, since: Since, today: string): ChangesQuery {
  const knownFrom = dayBefore(today, since);
  return { ...query, knownFrom, ...(asOf !== undefined && { knownTo: asOf }) };
}

const DAY = 86_400_000;

/** The last day before today, before its week, which begins on Monday, or before its month. */
function dayBefore(today: string, since: Since): string {
  const begin = new Date(`${today}T00:00:00Z`);
  if (since === 'week') begin.setUTCDate(begin.getUTCDate() - ((begin.getUTCDay() + 6) % 7));
  if (since === 'month') begin.setUTCDate(1);
  return new Date(begin.getTime() - DAY).toISOString().slice(0, 10);
}
