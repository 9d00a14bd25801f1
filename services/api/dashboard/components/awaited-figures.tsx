import { type AwaitedFigure, bodyOf } from '../client/api.ts';
import { enteredText } from '../state/entered-text.ts';
import { CASCADE } from '../text/cascade.ts';
import { useApp } from './context.ts';
import { Loaded } from './loaded.tsx';
import { useAnswer } from './shown.ts';
import { Head } from './table-head.tsx';
import { useWords } from './words.ts';

/** The entered figures that wait for a second person, each with the page on which it is approved; nothing where none waits. */
export function AwaitedFigures() {
  const app = useApp();
  const { t } = useWords(CASCADE);
  const figures = useAnswer((client) => {
    const query = { ...app.figures.moment(), state: 'awaiting-approval' as const, limit: MOST };
    return bodyOf(client.GET('/v1/entered-figures', { params: { query } }));
  }, app.question.value.asOf);
  return (
    <Loaded id="awaited-figures" of={figures} isReported={(one) => app.figures.isShared(one)}>
      {({ items, next }) =>
        items.length > 0 && (
          <table class="stack awaited">
            <caption>{t('awaited', { n: next ? `${items.length}+` : items.length })}</caption>
            <Head
              labels={[t('cascade.objective'), t('awaited.period'), t('awaited.figure'), t('awaited.by')]}
            />
            <tbody>
              {items.map((figure) => (
                <AwaitedRow key={`${figure.objective} ${figure.period}`} figure={figure} />
              ))}
            </tbody>
          </table>
        )
      }
    </Loaded>
  );
}

/** More than a person approves at a sitting; the others follow. */
const MOST = 50;

function AwaitedRow({ figure: { objective, period, latest } }: { readonly figure: AwaitedFigure }) {
  const app = useApp();
  const words = useWords(CASCADE);
  const { t, moment } = words;
  return (
    <tr>
      <th scope="row">
        <a href={app.linkTo({ page: 'objective', objective })}>{app.objectiveName.value(objective)}</a>
      </th>
      <td data-label={t('awaited.period')}>{period}</td>
      <td data-label={t('awaited.figure')}>{enteredText(latest, latest?.measuredIn ?? null, words)}</td>
      <td data-label={t('awaited.by')}>
        {latest?.by ?? '–'}
        {latest && <small>{moment(latest.at)}</small>}
      </td>
    </tr>
  );
}
