import { useState } from 'preact/hooks';
import { isHidden } from '../../../../shared/measures/small-groups.ts';
import type { Objective, Part } from '../client/api.ts';
import { bodyOf } from '../client/api.ts';
import { AlertList } from '../components/alerts.tsx';
import { Box } from '../components/box.tsx';
import { ByDefinitionBox } from '../components/by-definition.tsx';
import { Judged, VerdictMark } from '../components/card.tsx';
import { useApp } from '../components/context.ts';
import { EntriesBox } from '../components/entries.tsx';
import { Definition } from '../components/explanation.tsx';
import { FormDialog } from '../components/form.tsx';
import { Known, Loaded } from '../components/loaded.tsx';
import { MovementBox } from '../components/movement.tsx';
import { BreakdownBox, TrendBox } from '../components/objective-boxes.tsx';
import { RehearsalTable } from '../components/rehearsal.tsx';
import { ReviewsBox } from '../components/review-list.tsx';
import { useAnswer } from '../components/shown.ts';
import { Statements } from '../components/statements.tsx';
import { Head } from '../components/table-head.tsx';
import { useWords } from '../components/words.ts';
import { subjectOf } from '../state/alerts.ts';
import type { Field } from '../state/forms.ts';
import { type Rehearsal, rehearse } from '../state/rehearsal.ts';
import { evidenceLink, riskLink } from '../state/route.ts';
import { verdictOf } from '../state/verdict.ts';
import { OBJECTIVE } from '../text/objective.ts';

/** One objective: its figure, parts, course, definition and history. */
export function ObjectivePage() {
  const app = useApp();
  const { t } = useWords(OBJECTIVE);
  const { objective: id } = app.question.value;
  return (
    <Loaded id="objective" of={app.figures.resource} isReported={app.figures.isReportedElsewhere}>
      {(all) => {
        const objective = all.find((one) => one.id === id);
        if (objective) return <ObjectiveSections objective={objective} />;
        return (
          <section class="box">
            <h2>{t('objective.unknown')}</h2>
            <p class="empty">{t('objective.unknown.text', { id })}</p>
            <a href={app.linkTo({ page: 'overview', objective: '' })}>{t('page.overview')}</a>
          </section>
        );
      }}
    </Loaded>
  );
}

/** The evidence of an objective that people enter lists periods. */
const ENTERED = 'periods';

/** The movements of objectives that count these are explained. */
const EXPLAINED: ReadonlySet<string> = new Set(['dossiers', 'documents']);

/** What counts these has other definitions. */
const DEFINED = 'dossiers';

interface OfObjective {
  readonly objective: Objective;
}

function ObjectiveSections({ objective }: OfObjective) {
  const app = useApp();
  const words = useWords(OBJECTIVE);
  const { t } = words;
  const verdict = verdictOf(objective, app.connection.isCurrent.value);
  const mayChange = app.access.may('changeObjective', [objective.unit]);
  return (
    <div class="objective">
      <div>
        <article class="card" data-verdict={verdict} aria-labelledby="figure-title">
          <header>
            <h2 id="figure-title">{words.of(objective.title)}</h2>
            <VerdictMark verdict={verdict} />
          </header>
          <Judged objective={objective} />
        </article>
        {objective.lists === ENTERED && <EntriesBox objective={objective} />}
        {EXPLAINED.has(objective.lists ?? '') && <MovementBox objective={objective} />}
        {objective.lists === DEFINED && <ByDefinitionBox objective={objective} />}
        <TrendBox />
        <BreakdownBox />
        <PlanBox objective={objective} />
        <ReviewsBox objective={objective.id} />
      </div>
      <div>
        <AlertsBox id={objective.id} />
        <Box name="parts" title={t('parts')}>
          <PartTable objective={objective} />
        </Box>
        <Box
          name="definition"
          title={t('definition.title')}
          aside={
            app.access.isAsked.value && (
              <a href={app.linkTo({ page: 'definition' })}>
                {t(mayChange ? 'definition.change' : 'definition.whole')}
              </a>
            )
          }
        >
          <Definition objective={objective} />
        </Box>
        <RisksBox id={objective.id} />
        <HistoryBox objective={objective} />
        {app.access.may('rehearseObjective') && <RehearsalBox objective={objective} />}
      </div>
    </div>
  );
}

function PartTable({ objective }: OfObjective) {
  const { id, parts } = objective;
  const words = useWords(OBJECTIVE);
  const { t } = words;
  const counts = (part: Part) =>
    part.counts === null ? t('counts.mixed') : words.code('counts', part.counts);
  if (parts.length === 0)
    return <p class="empty">{isHidden(objective) ? words.t('smallGroup.parts') : t('parts.none')}</p>;
  return (
    <table class="stack">
      <caption>{t('parts.caption')}</caption>
      <Head labels={[t('part'), t('part.count'), t('part.counts')]} />
      <tbody>
        {parts.map((part) => (
          <tr key={part.name} data-union={part.of ? '' : undefined}>
            <th scope="row">
              <a href={evidenceLink(id, { part: part.name })}>{words.of(part.title)}</a>
              {part.fault && <small>{t('part.fault')}</small>}
            </th>
            <td data-label={t('part.count')}>{words.number(part.count)}</td>
            <td data-label={t('part.counts')}>{counts(part)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What is done to reach it, by whom and until when (ISO 9001:2015, 6.2.2). */
function PlanBox({ objective: { plan } }: OfObjective) {
  const { t, day } = useWords(OBJECTIVE);
  return (
    <Box name="plan" title={t('plan')}>
      {plan === null ? (
        <p class="empty">{t('plan.none')}</p>
      ) : (
        <table class="stack">
          <Head labels={[t('plan.what'), t('plan.who'), t('plan.due'), t('plan.result')]} />
          <tbody>
            {plan.map(({ what, resources, who, due, judgedBy, doneOn, result }) => (
              <tr key={what}>
                <th scope="row">
                  {what}
                  <small>{resources}</small>
                </th>
                <td data-label={t('plan.who')}>{who}</td>
                <td data-label={t('plan.due')}>{day(due)}</td>
                <td data-label={t('plan.result')}>
                  {doneOn === undefined ? t('plan.open') : t('plan.doneOn', { day: day(doneOn) })}
                  <small>{result ?? judgedBy}</small>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Box>
  );
}

const RISKS_SHOWN = 10;

/** The risks of the register that threaten it. */
function RisksBox({ id }: { readonly id: string }) {
  const app = useApp();
  const { t, day } = useWords(OBJECTIVE);
  const risks = useAnswer((client) => {
    const query = { ...app.figures.moment(), objective: id, limit: RISKS_SHOWN };
    return bodyOf(client.GET('/v1/risks', { params: { query } }));
  }, `${id} ${app.question.value.asOf}`);
  return (
    <Box
      name="risks"
      title={t('page.risks')}
      aside={<a href={app.linkTo({ page: 'risks' })}>{t('objective.register')}</a>}
    >
      <Known>
        <Loaded id="risks" of={risks} isReported={(one) => app.figures.isShared(one)}>
          {({ items }) =>
            items.length === 0 ? (
              <p class="empty">{t('objective.noRisk')}</p>
            ) : (
              <ul class="quality">
                {items.map(({ id: risk, description, assessment, plan }) => (
                  <li key={risk}>
                    <a href={riskLink(risk)}>{description || risk}</a>
                    <small>
                      {[
                        assessment && t('objective.score', { score: assessment.score }),
                        plan && `${plan.owner}, ${day(plan.due)}`,
                      ]
                        .filter(Boolean)
                        .join(' · ')}
                    </small>
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </Known>
    </Box>
  );
}

/** What another target would have meant over the past months. Nothing is stated. */
function RehearsalBox({ objective }: OfObjective) {
  const app = useApp();
  const { t } = useWords(OBJECTIVE);
  const [isAsking, setAsking] = useState(false);
  const [rehearsed, setRehearsed] = useState<Rehearsal | null>(null);
  const { id, target } = objective;
  const fields: readonly Field[] = [
    {
      ...{ kind: 'line', name: 'target', label: t('rehearsal.target'), most: 20 },
      ...(objective.measuredIn
        ? { form: 'decimal', hint: t('entry.valueHint') }
        : { form: 'share', hint: t('rehearsal.targetHint') }),
      value: target === null ? undefined : String(target),
    },
    {
      kind: 'line',
      name: 'months',
      label: t('rehearsal.months'),
      most: 2,
      value: '6',
      form: 'whole',
      range: [1, 24],
    },
  ];
  return (
    <Box name="rehearsal" title={t('rehearsal')}>
      <p class="note">{t('rehearsal.text')}</p>
      <p>
        <button type="button" onClick={() => setAsking(true)}>
          {t('rehearsal.ask')}
        </button>
      </p>
      {rehearsed && <RehearsalTable rehearsed={rehearsed} measuredIn={objective.measuredIn} />}
      {isAsking && (
        <FormDialog
          title={t('rehearsal')}
          text={t('rehearsal.text')}
          action={t('rehearsal.ask')}
          fields={fields}
          close={() => setAsking(false)}
          send={async (entered) => setRehearsed(await rehearse(app.client, id, entered))}
        />
      )}
    </Box>
  );
}

function AlertsBox({ id }: { readonly id: string }) {
  const { words, details, figures } = useApp();
  return (
    <Box name="alerts" title={words.value.t('alerts')}>
      <Loaded id="alerts" of={details.alerts} isReported={(one) => figures.isShared(one)}>
        {(alerts) => <AlertList alerts={alerts.filter((alert) => subjectOf(alert).objective === id)} />}
      </Loaded>
    </Box>
  );
}

const HISTORY_LIMIT = 20;

/** Who has defined, changed or closed it, and why. */
function HistoryBox({ objective: { id, measuredIn } }: OfObjective) {
  const { figures } = useApp();
  const { t } = useWords(OBJECTIVE);
  const history = useAnswer(
    (client) =>
      bodyOf(
        client.GET('/v1/objectives/{id}/history', {
          params: { path: { id }, query: { limit: HISTORY_LIMIT } },
        }),
      ),
    id,
  );
  return (
    <Box name="history" title={t('history')}>
      <Loaded id="history" of={history} isReported={(one) => figures.isShared(one)}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="empty">{t('history.empty')}</p>
          ) : (
            <Statements items={items} isValue={measuredIn !== null} />
          )
        }
      </Loaded>
    </Box>
  );
}
