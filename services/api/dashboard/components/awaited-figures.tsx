import { type AwaitedFigure, bodyOf, type CascadeUnit } from '../client/api.ts';
import { enteredText } from '../state/entered-text.ts';
import { CASCADE } from '../text/cascade.ts';
import { useApp } from './context.ts';
import { Loaded } from './loaded.tsx';
import { useAnswer } from './shown.ts';
import { Head } from './table-head.tsx';
import { useWords } from './words.ts';

interface AwaitedFiguresProps {
  /** With the titles of their objectives. */
  readonly units: readonly CascadeUnit[];
}

/** The entered figures that wait for a second person, each with the page on which it is approved; nothing where none waits. */
export function AwaitedFigures({ units }: AwaitedFiguresProps) {
  const app = useApp();
  const { t } = useWords(CASCADE);
  const figures = useAnswer((client) => {
    const query = { ...app.figures.moment(), state: 'awaiting-approval' as const, limit: MOST };
    return bodyOf(client.GET('/v1/entered-figures', { params: { query } }));
  }, app.question.value.asOf);
  const titles = new Map(units.flatMap(({ objectives }) => objectives.map(({ id, title }) => [id, title])));
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
                <AwaitedRow
                  key={`${figure.objective} ${figure.period}`}
                  figure={figure}
                  title={titles.get(figure.objective)}
                />
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

interface AwaitedRowProps {
  readonly figure: AwaitedFigure;
  readonly title: CascadeUnit['objectives'][number]['title'] | undefined;
}

function AwaitedRow({ figure: { objective, period, latest }, title }: AwaitedRowProps) {
  const app = useApp();
  const words = useWords(CASCADE);
  const { t, of, moment } = words;
  return (
    <tr>
      <th scope="row">
        <a href={app.linkTo({ page: 'objective', objective })}>{title ? of(title) : objective}</a>
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
