import { bodyOf, type Review } from '../client/api.ts';
import {
  actionFields,
  addAction,
  endAction,
  endFields,
  holdReview,
  reviewFields,
} from '../state/review-forms.ts';
import { REGISTERS } from '../text/registers.ts';
import { REVIEWS } from '../text/reviews.ts';
import { Box } from './box.tsx';
import { useApp } from './context.ts';
import { Late } from './late.tsx';
import { Known, Loaded } from './loaded.tsx';
import { ActButtons, type PossibleAct, possible, useChoices } from './register.tsx';
import { useAnswer } from './shown.ts';
import { useWords } from './words.ts';

const SHOWN = 20;
const WORDS = { ...REGISTERS, ...REVIEWS };
/** The words of reviews. */
export const useReviewWords = () => useWords(WORDS);

/** The newest reviews with their actions. @param objective only those of this one */
export function ReviewsBox({ objective }: { readonly objective?: string }) {
  const app = useApp();
  const words = useReviewWords();
  const { t } = words;
  const choices = useChoices('holdReview');
  const { unit, asOf } = app.question.value;
  // Of the whole office: then the form asks for a unit.
  const own = choices.objectives.find(({ value }) => value === objective)?.unit ?? null;
  const reviews = useAnswer(
    (client) => {
      const query = {
        ...app.figures.moment(),
        ...({ sort: '-date', limit: SHOWN } as const),
        ...(unit !== '' && { unit }),
        ...(objective !== undefined && { objective }),
      };
      return bodyOf(client.GET('/v1/reviews', { params: { query } }));
    },
    JSON.stringify([objective, unit, asOf]),
  );
  const hold = (
    <div class="choices">
      <ActButtons
        isFirstPrimary
        acts={[
          {
            ...({ name: 'hold', operation: 'holdReview' } as const),
            ...(own !== null && { about: [own] }),
            ...{ title: t('reviews.hold'), text: t('reviews.holdText') },
            fields: reviewFields(objective, choices, words),
            send: (entered) => holdReview(app.client, objective, entered),
          },
        ]}
      />
    </div>
  );
  return (
    <Box name="reviews" title={t('reviews')} aside={hold}>
      <Known>
        <Loaded id="reviews" of={reviews} isReported={(one) => app.figures.isShared(one)}>
          {({ items }) =>
            items.length === 0 ? (
              <p class="empty">{t('reviews.empty')}</p>
            ) : (
              <ul class="reviews">
                {items.map((review) => (
                  <ReviewItem key={review.id} review={review} isTitled={objective === undefined} />
                ))}
              </ul>
            )
          }
        </Loaded>
      </Known>
    </Box>
  );
}

interface ReviewItemProps {
  readonly review: Review;
  /** Whether it names its objective. */
  readonly isTitled: boolean;
}

function ReviewItem({ review, isTitled }: ReviewItemProps) {
  const app = useApp();
  const words = useReviewWords();
  const { t, code, day } = words;
  const { objective, unit, on, findings, conclusion, seen, actions } = review;
  const linked = app.figures.all.value.find(({ id }) => id === objective);
  const about = [unit];
  const add: PossibleAct = {
    ...{ name: 'planned', operation: 'planReviewAction', about },
    ...{ title: t('review.addAction'), fields: actionFields(words) },
    send: (entered) => addAction(app.client, review, entered),
  };
  const end: PossibleAct = {
    ...{ name: 'ended', operation: 'endReviewAction', about },
    ...{ title: t('review.endAction'), fields: endFields(review, words) },
    send: (entered) => endAction(app.client, review, entered),
  };
  return (
    <li>
      <p>
        <b>{day(on)}</b>{' '}
        {isTitled && (
          <a href={app.linkTo({ page: 'objective', objective })}>{app.objectiveName.value(objective)}</a>
        )}
        <small>
          {' '}
          {unit === null ? t('review.office') : app.unitName.value(unit)}
          {seen && ` · ${t('review.seen', { share: words.percent(seen, linked?.target ?? null) })}`}
        </small>
      </p>
      <ul>
        {findings.map((finding) => (
          <li key={finding}>{finding}</li>
        ))}
      </ul>
      <p>
        {t('review.conclusion')}: {conclusion}
      </p>
      <ol>
        {actions.map(({ id, what, owner, due, state, overdue, ended }) => (
          <li key={id}>
            {what}
            <small>
              {[owner, day(due), code('actionState', state), ended?.result].filter(Boolean).join(' · ')}
            </small>
            {overdue && <Late>{t('register.overdue')}</Late>}
          </li>
        ))}
      </ol>
      <ActButtons acts={possible(review.possibleActs, [add, end])} />
    </li>
  );
}
