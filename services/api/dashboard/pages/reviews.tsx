import { bodyOf } from '../client/api.ts';
import { useApp } from '../components/context.ts';
import { Late } from '../components/late.tsx';
import { RegisterList } from '../components/register-list.tsx';
import { ReviewsBox, useReviewWords } from '../components/review-list.tsx';
import { Head } from '../components/table-head.tsx';

const LISTS = ['open', 'overdue', 'done', 'dropped'] as const;

/** What reviews of objectives have asked for, and the reviews. */
export function ReviewsPage() {
  return (
    <>
      <ActionsBox />
      <ReviewsBox />
    </>
  );
}

function ActionsBox() {
  const app = useApp();
  const { t, code, day } = useReviewWords();
  return (
    <RegisterList
      name="actions"
      title={t('actions')}
      states={LISTS}
      first="open"
      stateLabel={t('register.state')}
      wordOf={(state) => code('actionList', state)}
      load={(client, query) => bodyOf(client.GET('/v1/reviews/actions', { params: { query } }))}
      empty={t('actions.empty')}
    >
      {({ items }) => (
        <table class="stack">
          <caption>{t('actions.caption')}</caption>
          <Head
            labels={[t('review.action'), t('register.objective'), t('register.owner'), t('register.due')]}
          />
          <tbody>
            {items.map(({ review, id, what, objective, owner, due, overdue, ended }) => (
              <tr key={`${review} ${id}`}>
                <th scope="row">
                  {what}
                  {ended && <small>{ended.result}</small>}
                </th>
                <td data-label={t('register.objective')}>
                  <a href={app.linkTo({ page: 'objective', objective })}>
                    {app.objectiveName.value(objective)}
                  </a>
                </td>
                <td data-label={t('register.owner')}>{owner}</td>
                <td data-label={t('register.due')}>
                  {day(due)}
                  {overdue && <Late>{t('register.overdue')}</Late>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </RegisterList>
  );
}
