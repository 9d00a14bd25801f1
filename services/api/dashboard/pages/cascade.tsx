import { useState } from 'preact/hooks';
import { bodyOf, type CascadedObjective, type CascadeUnit } from '../client/api.ts';
import { AwaitedFigures } from '../components/awaited-figures.tsx';
import { Box } from '../components/box.tsx';
import { VerdictMark } from '../components/card.tsx';
import { Choice } from '../components/choice.tsx';
import { useApp } from '../components/context.ts';
import { Late } from '../components/late.tsx';
import { Known, Loaded } from '../components/loaded.tsx';
import { useAnswer } from '../components/shown.ts';
import { Head } from '../components/table-head.tsx';
import { useWords } from '../components/words.ts';
import { CASCADE_CHOICES, type CascadeChoice, cascadeShown, cascadeSums } from '../state/cascade.ts';
import { verdictOf } from '../state/verdict.ts';
import { CASCADE } from '../text/cascade.ts';
import { SIGNS } from '../text/words.ts';

/** The office, its units, their objectives: which stand well, and who has none. */
export function CascadePage() {
  const app = useApp();
  const { t, code, number } = useWords(CASCADE);
  const [choice, choose] = useState<CascadeChoice>('all');
  const cascade = useAnswer(
    (client) => bodyOf(client.GET('/v1/cascade', { params: { query: app.figures.moment() } })),
    app.question.value.asOf,
  );
  const isCurrent = app.connection.isCurrent.value;
  const filter = (
    <Choice
      id="cascade-show"
      label={t('cascade.show')}
      options={CASCADE_CHOICES.map((value) => ({ value, label: code('show', value) }))}
      value={choice}
      choose={choose}
    />
  );
  return (
    <Box name="cascade" title={t('page.cascade')} aside={filter}>
      <Known>
        <Loaded id="cascade" of={cascade} isReported={(one) => app.figures.isShared(one)}>
          {({ units }) => {
            const { all, met, units: without } = cascadeSums(units, isCurrent);
            const sums = { all: number(all), met: number(met), units: number(without) };
            return (
              <>
                <p class="span">{t('cascade.summary', sums)}</p>
                <AwaitedFigures />
                <CascadeTable units={cascadeShown(units, choice, isCurrent)} />
              </>
            );
          }}
        </Loaded>
      </Known>
    </Box>
  );
}

function CascadeTable({ units }: { readonly units: readonly CascadeUnit[] }) {
  const { t } = useWords(CASCADE);
  if (units.length === 0) return <p class="empty">{t('cascade.nothing')}</p>;
  const heads = ['objective', 'status', 'figure', 'target', 'path', 'plan'] as const;
  return (
    <table class="stack cascade">
      <caption>{t('cascade.caption')}</caption>
      <Head labels={heads.map((head) => t(`cascade.${head}`))} />
      {units.map((unit) => (
        <UnitRows key={unit.unit ?? ''} of={unit} columns={heads.length} />
      ))}
    </table>
  );
}

function UnitRows({ of, columns }: { readonly of: CascadeUnit; readonly columns: number }) {
  const { t, code } = useWords(CASCADE);
  const { unit, name, level, status, objectives } = of;
  const ended = status === 'merged' || status === 'closed' ? ` (${code('unit', status)})` : '';
  return (
    <tbody>
      <tr class="unit" data-level={Math.min(level, 4)}>
        <th scope="rowgroup" colSpan={columns}>
          {unit === null ? t('cascade.office') : (name ?? unit)}
          {ended}
          {name !== null && <small> {unit}</small>}
          {status === 'undeclared' && unit !== null && <small> {t('cascade.undeclared')}</small>}
          {objectives.length === 0 && <small class="none"> {t('cascade.none')}</small>}
        </th>
      </tr>
      {objectives.map((objective) => (
        <ObjectiveRow key={objective.id} objective={objective} level={level} />
      ))}
    </tbody>
  );
}

function ObjectiveRow({
  objective,
  level,
}: {
  readonly objective: CascadedObjective;
  readonly level: number;
}) {
  const app = useApp();
  const words = useWords(CASCADE);
  const { t, of, percent, number } = words;
  const { id, title, owner, target, comparator, measuredIn, value, path, reason } = objective;
  const { numerator, denominator, field, procedure } = objective;
  const verdict = verdictOf(objective, app.connection.isCurrent.value);
  return (
    <tr data-verdict={verdict} data-level={Math.min(level, 4)}>
      <th scope="row">
        <a href={app.linkTo({ page: 'objective', objective: id })}>{of(title)}</a>
        <small>{of(owner)}</small>
        {(field ?? procedure) !== null && (
          <small>{t('cascade.only', { name: field ?? procedure ?? '' })}</small>
        )}
        <Parent objective={objective} />
      </th>
      <td data-label={t('cascade.status')}>
        <VerdictMark verdict={verdict} />
        {reason !== null && <small>{words.code('reason', reason)}</small>}
      </td>
      <td data-label={t('cascade.figure')}>
        <b>{value === null ? '–' : percent(objective, target, measuredIn)}</b>
        {value !== null && !measuredIn && <small>{`${number(numerator)} / ${number(denominator)}`}</small>}
      </td>
      <td data-label={t('cascade.target')}>
        {target !== null && comparator !== null && `${SIGNS[comparator]} ${words.target(target, measuredIn)}`}
      </td>
      <td data-label={t('cascade.path')}>{path === null ? '–' : words.target(path, measuredIn)}</td>
      <td data-label={t('cascade.plan')}>
        <PlanCell progress={objective.planProgress} />
      </td>
    </tr>
  );
}

function PlanCell({ progress }: { readonly progress: CascadedObjective['planProgress'] }) {
  const { t, number, day } = useWords(CASCADE);
  if (progress === null) return <>{t('cascade.noPlan')}</>;
  const { lines, done, overdue, nextDue } = progress;
  return (
    <>
      {t('cascade.done', { done: number(done), lines: number(lines) })}
      {overdue > 0 && <Late>{t('cascade.overdue', { n: number(overdue) })}</Late>}
      {nextDue !== null && <small>{t('cascade.next', { day: day(nextDue) })}</small>}
    </>
  );
}

/** The objective that it serves, and what its failures take from that. */
function Parent({
  objective: { parent, parentInCircle, contribution },
}: {
  readonly objective: CascadedObjective;
}) {
  const app = useApp();
  const { t, locale } = useWords(CASCADE);
  if (parentInCircle !== null)
    return <Late>{t('cascade.circle', { title: app.objectiveName.value(parentInCircle) })}</Late>;
  if (parent === null) return null;
  const points = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  return (
    <small>
      {t('cascade.serves', { title: app.objectiveName.value(parent) })}
      {contribution &&
        ` · ${t('cascade.points', { points: points.format(contribution.missed.value * 100) })}`}
    </small>
  );
}
