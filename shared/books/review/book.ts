import { actBook } from '../../bookkeeping/act.ts';
import type { Book } from '../../bookkeeping/book.ts';
import type { Finding } from '../../bookkeeping/leg.ts';
import type { Subject } from '../../bookkeeping/subject.ts';
import type { Zone } from '../../calendar/zone.ts';
import { REVIEW_ACTS, type ReviewFact, reviewChart, reviewDimensions } from './acts.ts';
import { type ReviewLife, reviewLife } from './timeline.ts';

/** A review, or one of its actions, as lists show it. */
export interface ReviewItem extends Omit<ReviewLife, 'legs' | 'standings'> {
  readonly id: string;
  /** The action whose place in a list this is; null for the review itself. */
  readonly action: ReviewLife['actions'][number] | null;
  readonly findings: readonly Finding[];
}

export function reviewItem(
  { names, known }: Subject<ReviewFact>,
  action: string | null,
  zone: Zone,
): ReviewItem {
  const { held, actions, standings } = reviewLife(
    known.map(({ fact }) => fact),
    zone,
  );
  return {
    id: names[0]?.name ?? '',
    ...{ held, actions },
    action: actions.find(({ id }) => id === action) ?? null,
    findings: standings.flatMap(({ findings }) => findings),
  };
}

/** Reviews of objectives (rà soát mục tiêu), with the actions that follow. */
export const reviewBook: Book<ReviewFact, ReviewItem> = {
  name: 'review',
  number: 8,
  collection: 'reviews',
  ...actBook(REVIEW_ACTS, ({ reviewId }) => reviewId),
  accounts: reviewChart,
  dimensions: reviewDimensions,
  evaluate(known, zone) {
    const { legs, standings } = reviewLife(
      known.map(({ fact }) => fact),
      zone,
    );
    return { legs, standings };
  },
  itemOf: (subject, { apart }, zone) => reviewItem(subject, apart, zone),
};
