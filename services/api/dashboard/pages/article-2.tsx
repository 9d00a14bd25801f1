import { useState } from 'preact/hooks';
import { type Article2, bodyOf, type Duty } from '../client/api.ts';
import { Box } from '../components/box.tsx';
import { Choice } from '../components/choice.tsx';
import { useApp } from '../components/context.ts';
import { Late } from '../components/late.tsx';
import { Known, Loaded } from '../components/loaded.tsx';
import { ActButtons, possible } from '../components/register.tsx';
import { RegisterList } from '../components/register-list.tsx';
import { useAnswer } from '../components/shown.ts';
import { Head } from '../components/table-head.tsx';
import { useWords } from '../components/words.ts';
import type { Operation } from '../state/access.ts';
import {
  communicate,
  communicationFields,
  requestFields,
  requestReports,
  submissionFields,
  submit,
  withdraw,
  withdrawalFields,
} from '../state/duty-forms.ts';
import { ARTICLE_2 } from '../text/article-2.ts';

const YEARS_SHOWN = 3;
const LISTS = ['asked', 'overdue', 'submitted/in-time', 'submitted/late', 'communicated'] as const;

/** What Article 2 asks of each unit, what is missing, and the reports that were asked for. */
export function Article2Page() {
  return (
    <>
      <TableBox />
      <DutiesBox />
    </>
  );
}

function TableBox() {
  const app = useApp();
  const words = useWords(ARTICLE_2);
  const { t } = words;
  const [year, setYear] = useState('');
  const table = useAnswer((client) => {
    const query = { ...app.figures.moment(), ...(year !== '' && { year }) };
    return bodyOf(client.GET('/v1/article-2', { params: { query } }));
  }, `${year} ${app.question.value.asOf}`);
  const years = words.yearsTo(app.figures.serverNow.value, YEARS_SHOWN);
  const shown = table.value.value;
  /** With the units alone that the key may name. */
  const within = (all: Article2, operation: Operation): Article2 => {
    const named = app.access.unitsFor(operation);
    return { ...all, units: all.units.filter(({ unit }) => named === null || named.includes(unit)) };
  };
  const aside = (
    <div class="choices">
      <Choice
        id="article-2-year"
        label={t('article2.year')}
        options={years.map((value) => ({ value, label: value }))}
        value={shown ? String(shown.year) : (years[0] ?? '')}
        choose={setYear}
      />
      {shown && (
        <ActButtons
          acts={[
            {
              ...{ name: 'communicate', operation: 'communicateObjectives' },
              title: t('duty.communicate'),
              fields: communicationFields(within(shown, 'communicateObjectives'), words),
              send: (entered) => communicate(app.client, entered),
            },
            {
              ...{ name: 'request', operation: 'requestReports', title: t('duty.request') },
              fields: requestFields(within(shown, 'requestReports'), words),
              send: (entered) => requestReports(app.client, entered),
            },
          ]}
        />
      )}
    </div>
  );
  return (
    <Box name="article-2" title={t('article2.title')} aside={aside}>
      <Known>
        <Loaded id="article-2" of={table} isReported={(one) => app.figures.isShared(one)}>
          {({ units }) =>
            units.length === 0 ? <p class="empty">{t('article2.empty')}</p> : <UnitTable units={units} />
          }
        </Loaded>
      </Known>
    </Box>
  );
}

function UnitTable({ units }: Pick<Article2, 'units'>) {
  const { t } = useWords(ARTICLE_2);
  const heads = [
    ...(['unit', 'communicated', 'objectives', 'plan', 'review', 'risks', 'reports', 'lacks'] as const),
  ];
  return (
    <table class="stack">
      <caption>{t('article2.caption')}</caption>
      <Head labels={heads.map((head) => t(`article2.${head}`))} />
      <tbody>
        {units.map((row) => (
          <UnitRow key={row.unit} row={row} />
        ))}
      </tbody>
    </table>
  );
}

function UnitRow({ row }: { readonly row: Article2['units'][number] }) {
  const { t, code, of, number, day } = useWords(ARTICLE_2);
  const { unit, name, level, communicated, objectives, planProgress, lastReview, riskTable, reports } = row;
  const { asked, inTime, late } = reports;
  const { actions, opportunities } = row;
  const { risks, lastReview: tableReviewed, neverReviewed, nextReview } = riskTable;
  const open = (of: typeof actions, counted: 'article2.actions' | 'article2.opportunities') =>
    [
      t(counted, { n: number(of.open) }),
      ...(of.overdue > 0 ? [t('article2.overdue', { n: number(of.overdue) })] : []),
    ].join(', ');
  return (
    <tr data-level={Math.min(level - 1, 4)}>
      <th scope="row">
        {name ?? unit}
        <small>{objectives.owners.map(of).join(', ')}</small>
      </th>
      <td data-label={t('article2.communicated')}>
        {communicated.last === null
          ? t('article2.none')
          : t('article2.times', { n: number(communicated.times), day: day(communicated.last) })}
      </td>
      <td data-label={t('article2.objectives')}>
        {objectives.ids.length === 0
          ? t('article2.none')
          : t('article2.withPlan', {
              n: number(objectives.ids.length),
              plans: number(objectives.withPlan),
            })}
      </td>
      <td data-label={t('article2.plan')}>
        {planProgress === null
          ? '–'
          : t('article2.done', { done: number(planProgress.done), lines: number(planProgress.lines) })}
      </td>
      <td data-label={t('article2.review')}>
        {lastReview === null ? '–' : day(lastReview)}
        {actions.open > 0 && <small>{open(actions, 'article2.actions')}</small>}
      </td>
      <td data-label={t('article2.risks')}>
        {risks === 0 ? t('article2.none') : t('article2.riskCount', { n: number(risks) })}
        {riskTable.overdue > 0 && <small>{t('article2.overdue', { n: number(riskTable.overdue) })}</small>}
        {tableReviewed !== null && <small>{t('article2.tableReviewed', { day: day(tableReviewed) })}</small>}
        {neverReviewed > 0 && (
          <small>{t('article2.neverReviewed', { n: number(neverReviewed), all: number(risks) })}</small>
        )}
        {nextReview !== null && <small>{t('article2.nextReview', { day: day(nextReview) })}</small>}
        {opportunities.open > 0 && <small>{open(opportunities, 'article2.opportunities')}</small>}
      </td>
      <td data-label={t('article2.reports')}>
        {asked === 0 ? '–' : t('article2.asked', { done: number(inTime + late), asked: number(asked) })}
      </td>
      <td data-label={t('article2.lacks')} data-late={String(row.lacks.length > 0)}>
        {row.lacks.length === 0 ? (
          <span>
            <span aria-hidden="true">✓ </span>
            {t('article2.complete')}
          </span>
        ) : (
          row.lacks.map((lack) => code('lack', lack)).join(', ')
        )}
      </td>
    </tr>
  );
}

function DutiesBox() {
  const { t, code } = useWords(ARTICLE_2);
  return (
    <RegisterList
      name="duties"
      title={t('duties.title')}
      states={LISTS}
      first="asked"
      stateLabel={t('duties.list')}
      wordOf={(state) => code('dutyList', state)}
      load={(client, query) => bodyOf(client.GET('/v1/duties', { params: { query } }))}
      empty={t('duties.empty')}
    >
      {({ items }) => (
        <table class="stack">
          <Head labels={[t('duty.form'), t('article2.unit'), t('duty.due'), t('duties.list')]} />
          <tbody>
            {items.map((duty) => (
              <DutyRow key={duty.id} duty={duty} />
            ))}
          </tbody>
        </table>
      )}
    </RegisterList>
  );
}

function DutyRow({ duty }: { readonly duty: Duty }) {
  const app = useApp();
  const words = useWords(ARTICLE_2);
  const { t, code, day } = words;
  const { id, unit, state, requested, submitted, overdue, communicated } = duty;
  return (
    <tr>
      <th scope="row">
        {requested?.form ?? communicated?.means ?? id}
        <small>{[requested?.askedBy, id].filter(Boolean).join(' · ')}</small>
      </th>
      <td data-label={t('article2.unit')}>{unit === null ? t('unstated') : app.unitName.value(unit)}</td>
      <td data-label={t('duty.due')}>
        {requested === null ? '–' : day(requested.due)}
        {overdue && <Late>{t('duties.overdue')}</Late>}
      </td>
      <td data-label={t('duties.list')}>
        {code('dutyList', state)}
        {communicated && (
          <small>
            {t('duty.passedOn', {
              n: words.number(communicated.reached),
              all: words.number(communicated.of),
              day: day(communicated.on),
              evidence: communicated.evidence,
            })}
          </small>
        )}
        {submitted && <small>{`${submitted.number}, ${day(submitted.on)}`}</small>}
        {requested && (
          <ActButtons
            acts={possible(duty.possibleActs, [
              {
                ...{ name: 'submitted', operation: 'submitReport', about: [unit] },
                ...{ title: t('duty.submit'), fields: submissionFields(words) },
                send: (entered) => submit(app.client, duty, entered),
              },
              {
                ...{ name: 'withdrawn', operation: 'withdrawDuty', about: [unit] },
                ...{ title: t('duty.withdraw'), fields: withdrawalFields(words) },
                send: (entered) => withdraw(app.client, duty, entered),
              },
            ])}
          />
        )}
      </td>
    </tr>
  );
}
