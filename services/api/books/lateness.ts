import type { DossierSummary } from '../../../shared/books/dossier/summary.ts';
import type { Seen } from './item-view.ts';

/** How late a dossier is, or was when it was settled: the first day after the due date is one day. Null when it is not late. */
export function latenessOf(
  { account, overdueFrom, endedAt }: DossierSummary,
  { now, calendar }: Seen,
): { readonly workingDays: number; readonly calendarDays: number } | null {
  if (overdueFrom === null) return null;
  const isOverdue = account === 'in-progress/timed' && overdueFrom <= now;
  const until = account === 'settled/late' ? endedAt : isOverdue ? now : null;
  if (until === null) return null;
  const days = calendar.daysAfter(overdueFrom - 1, until);
  return { workingDays: days.working, calendarDays: days.calendar };
}
