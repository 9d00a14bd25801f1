import { useState } from 'preact/hooks';
import { bodyOf, type RiskDetail, type RiskScale } from '../client/api.ts';
import { useApp } from '../components/context.ts';
import { FormDialog } from '../components/form.tsx';
import { Loaded } from '../components/loaded.tsx';
import { useRiskChoices } from '../components/risk-form.tsx';
import { useAnswer } from '../components/shown.ts';
import { Findings } from '../components/timeline.tsx';
import { useWords } from '../components/words.ts';
import { actFields, type RiskAct, stateAct } from '../state/risk-forms.ts';
import { RISKS } from '../text/risks.ts';

/** One risk in the side panel: what it is, what may be done next, what was done. */
export function RiskPanel() {
  const app = useApp();
  const route = app.panel.route.value;
  const id = route.kind === 'risk' ? route.id : '';
  const risk = useAnswer(async (client) => {
    const query = app.figures.moment();
    const [detail, { scale }] = await Promise.all([
      bodyOf(client.GET('/v1/risks/{id}', { params: { path: { id }, query } })),
      bodyOf(client.GET('/v1/risks/scale')),
    ]);
    return { detail, scale };
  }, `${id} ${app.question.value.asOf}`);
  return (
    <Loaded id="risk" class="panel-content" of={risk}>
      {({ detail, scale }) => <Content risk={detail} scale={scale} />}
    </Loaded>
  );
}

interface OfRisk {
  readonly risk: RiskDetail;
  readonly scale: RiskScale;
}

function Content({ risk, scale }: OfRisk) {
  const app = useApp();
  const words = useWords(RISKS);
  const { t, code, of } = words;
  const { description, state, assessment, before, plan, treated, verified, judged, reviewDue } = risk;
  const assessed = (one: RiskDetail['assessment']) =>
    one && `${one.likelihood} × ${one.impact} = ${one.score} (${of(scale.levels[one.level])})`;
  const objective = app.figures.all.value.find(({ id }) => id === risk.objective);
  const facts: readonly (readonly [string, string | null | undefined | false])[] = [
    [t('risk.unit'), risk.unit && app.unitName.value(risk.unit)],
    [t('risk.source'), code('source', risk.source)],
    [t('risk.cause'), risk.cause],
    [t('risk.objective'), objective ? of(objective.title) : risk.objective],
    [t('risk.controls'), risk.controls],
    [t('risk.assessment'), assessed(assessment) ?? t('risk.notAssessed')],
    [t('risk.before'), assessed(before)],
    [t('risk.treatment'), plan && `${code('treatment', plan.treatment)}: ${plan.measures}`],
    [t('risk.owner'), plan?.owner],
    [t('risk.due'), plan && words.day(plan.due)],
    [t('risk.approvedBy'), plan?.approvedBy],
    [t('risk.evidence'), treated?.evidence],
    [t('risk.result'), verified && `${code('result', verified.result)}: ${verified.comment}`],
    [t('risk.effective'), judged && `${code('effective', String(judged.effective))}: ${judged.comment}`],
    [t('risk.reviewDue'), reviewDue && words.day(reviewDue)],
  ];
  return (
    <>
      <p>
        <b>{description}</b>
      </p>
      <p class="account" data-account={risk.overdue ? 'settled/late' : undefined}>
        {code('riskState', state)}
        {risk.overdue && <small class="urgency"> {t('risk.overdue')}</small>}
        {risk.reviewNeeded !== null && <small> {code('reviewNeeded', risk.reviewNeeded)}</small>}
      </p>
      {!app.isPast.value && <Acts risk={risk} scale={scale} />}
      <dl class="facts">
        {facts.map(
          ([label, value]) =>
            value && (
              <>
                <dt>{label}</dt>
                <dd>{value}</dd>
              </>
            ),
        )}
      </dl>
      <Findings findings={risk.findings} />
      <h3>{t('risk.history')}</h3>
      <ol class="timeline">
        {risk.acts.map(({ event, type, time, by, content }) => (
          <li key={event} data-use="applied">
            <time datetime={time}>{words.moment(time)}</time>
            <b>{code('riskEvent', type)}</b>
            {['comment', 'evidence', 'measures'].map(
              (name) => typeof content[name] === 'string' && <p key={name}>{content[name]}</p>,
            )}
            <small>{by === null ? t('risk.noKey') : t('risk.by', { by })}</small>
          </li>
        ))}
      </ol>
    </>
  );
}

/** The acts that the state of the risk allows, each with its form. */
function Acts({ risk, scale }: OfRisk) {
  const app = useApp();
  const words = useWords(RISKS);
  const { t, code } = words;
  const [act, setAct] = useState<RiskAct | null>(null);
  const choices = useRiskChoices(scale);
  // To describe it anew is the rarest.
  const acts = risk.possibleActs.toSorted((a, b) => Number(a === 'identified') - Number(b === 'identified'));
  return (
    <section aria-label={t('risk.acts')}>
      <p class="acts">
        {acts.map((one) => (
          <button key={one} type="button" onClick={() => setAct(one)}>
            {code('act', one)}
          </button>
        ))}
      </p>
      {act && (
        <FormDialog
          title={code('act', act)}
          text={textOf(act, code)}
          action={code('act', act)}
          fields={actFields(act, risk, choices, words)}
          close={() => setAct(null)}
          send={async (entered) => app.wrote(await stateAct(app.client, act, risk, entered))}
        />
      )}
    </section>
  );
}

/** Some acts have a rule that the user has to know. */
function textOf(act: RiskAct, code: (group: string, code: string) => string): string | undefined {
  const text = code('actText', act);
  return text === act ? undefined : text;
}
