import { useState } from 'preact/hooks';
import { bodyOf } from '../client/api.ts';
import { Box } from '../components/box.tsx';
import { Choice } from '../components/choice.tsx';
import { useApp } from '../components/context.ts';
import { Late } from '../components/late.tsx';
import { Known, Loaded } from '../components/loaded.tsx';
import { Pager } from '../components/pager.tsx';
import { ReviewsBox, useReviewWords } from '../components/review-list.tsx';
import { useAnswer } from '../components/shown.ts';
import { Head } from '../components/table-head.tsx';
import { cursorOf, FIRST, type Paging } from '../state/paging.ts';

const LISTS = ['open', 'overdue', 'done', 'dropped'] as const;
const PAGE_SIZE = 25;

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
  const { t, code, of, day } = useReviewWords();
  const [state, setState] = useState<(typeof LISTS)[number]>('open');
  const [paging, setPaging] = useState<Paging>(FIRST);
  const { unit, asOf } = app.question.value;
  const cursor = cursorOf(paging);
  const actions = useAnswer(
    (client) => {
      const query = {
        ...app.figures.moment(),
        ...{ state, limit: PAGE_SIZE },
        ...(unit !== '' && { unit }),
        ...(cursor !== undefined && { cursor }),
      };
      return bodyOf(client.GET('/v1/reviews/actions', { params: { query } }));
    },
    JSON.stringify([state, unit, asOf, cursor]),
  );
  const choice = (
    <Choice
      id="action-list"
      label={t('register.state')}
      options={LISTS.map((value) => ({ value, label: code('actionList', value) }))}
      value={state}
      choose={(chosen) => {
        setState(chosen);
        setPaging(FIRST);
      }}
    />
  );
  const titleOf = (id: string) => {
    const known = app.figures.all.value.find((one) => one.id === id);
    return known ? of(known.title) : id;
  };
  return (
    <Box name="actions" title={t('actions')} aside={choice}>
      <Known>
        <Loaded id="actions" of={actions} isReported={(one) => app.figures.isShared(one)}>
          {({ items, next }) => (
            <>
              {items.length === 0 ? (
                <p class="empty">{t('actions.empty')}</p>
              ) : (
                <table class="stack">
                  <caption>{t('actions.caption')}</caption>
                  <Head
                    labels={[
                      t('review.action'),
                      t('register.objective'),
                      t('register.owner'),
                      t('register.due'),
                    ]}
                  />
                  <tbody>
                    {items.map(({ review, id, what, objective, owner, due, overdue, ended }) => (
                      <tr key={`${review} ${id}`}>
                        <th scope="row">
                          {what}
                          {ended && <small>{ended.result}</small>}
                        </th>
                        <td data-label={t('register.objective')}>
                          <a href={app.linkTo({ page: 'objective', objective })}>{titleOf(objective)}</a>
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
              <Pager paging={paging} next={next} turn={(turned) => setPaging(turned(paging))} />
            </>
          )}
        </Loaded>
      </Known>
    </Box>
  );
}
