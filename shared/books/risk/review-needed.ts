import type { LocalDay } from '../../calendar/zone.ts';
import type { RiskItem } from './book.ts';

/** Of an objective that is missed now, the first day of its window. */
export type Missed = ReadonlyMap<string, { readonly from: string }>;

/** From when, and with which missed objectives, a review is judged. */
export interface ReviewSight {
  readonly today: LocalDay;
  readonly missed: Missed;
}

/** Why a risk has to be reviewed now: its yearly review is late, or its objective is missed and no review has seen that in the window. */
export function reviewNeeded(
  { reviewDue, reviewed, description }: Pick<RiskItem, 'reviewDue' | 'reviewed' | 'description'>,
  { today, missed }: ReviewSight,
): 'yearly' | 'objective-missed' | null {
  if (reviewDue === null) return null;
  if (today > reviewDue) return 'yearly';
  const { objectiveId } = description ?? {};
  const window = objectiveId === undefined ? undefined : missed.get(objectiveId);
  if (!window) return null;
  const { seen } = reviewed ?? {};
  const wasSeen =
    seen?.objectiveId === objectiveId && seen?.status === 'breached' && seen.from === window.from;
  return wasSeen ? null : 'objective-missed';
}
