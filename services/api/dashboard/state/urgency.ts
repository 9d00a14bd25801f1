import type { Dossier } from '../client/api.ts';
import { beginOf, isDay, type Words } from '../text/words.ts';

const DAY = 86_400_000;

type Timed = Pick<Dossier, 'account' | 'overdueFrom' | 'endedAt' | 'late'>;

export const isLate = ({ account, overdueFrom }: Timed, now: number): boolean =>
  account === 'settled/late' ||
  (account === 'in-progress/timed' && overdueFrom !== null && now >= Date.parse(overdueFrom));

/** How late it is or was, or how long it has. */
export function urgency(
  { account, overdueFrom, endedAt, late: days }: Timed,
  now: number,
  words: Words,
): string {
  if (overdueFrom === null) return '';
  const from = Date.parse(overdueFrom);
  if (account === 'in-progress/timed')
    return now < from ? left(from, now, words) : late(from, now, days, words);
  if (account !== 'settled/late' || endedAt === null) return '';
  return late(from, beginOf(endedAt), days, words, isDay(endedAt));
}

/**
 * Lateness is given in working days, with the calendar days beside: the first day after the due date is one day late. Within
 * the due day a limit in hours, which runs out at no midnight, is late by hours, unless only the day of the end is known.
 * @param from when it became overdue
 */
function late(
  from: number,
  until: number,
  days: Dossier['late'],
  { t, number, length, isMidnight }: Words,
  byDay = false,
): string {
  const inDays = byDay || isMidnight(from) || (days?.calendarDays ?? 0) > 0;
  if (days === null || !inDays) return t('late.by', { time: length(until - from) });
  const time = t('workingDays', { n: number(days.workingDays) });
  return `${t('late.by', { time })} (${t('calendarDays', { n: number(days.calendarDays) })})`;
}

/** @param from when it becomes overdue */
function left(from: number, now: number, { t, number, length, isMidnight }: Words): string {
  if (!isMidnight(from)) return t('left', { time: length(from - now) });
  const days = Math.floor((from - now) / DAY);
  return days === 0 ? t('due.today') : t('left', { time: t('days', { n: number(days) }) });
}
