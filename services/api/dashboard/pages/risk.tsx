import { bodyOf, type RiskDetail, type RiskScale } from '../client/api.ts';
import { useApp } from '../components/context.ts';
import { Facts } from '../components/facts.tsx';
import { Loaded } from '../components/loaded.tsx';
import { ActButtons, ActHistory, type PossibleAct, useChoices } from '../components/register.tsx';
import { useRiskWords } from '../components/risk-words.ts';
import { useAnswer } from '../components/shown.ts';
import { Findings } from '../components/timeline.tsx';
import { actFields, awaitedAct, OPERATIONS, type RiskAct, stateAct } from '../state/risk-forms.ts';

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
  const words = useRiskWords();
  const { t, code, of } = words;
  const { description, state, assessment, before, plan, treated, verified, judged, reviewDue } = risk;
  const assessed = (one: RiskDetail['assessment']) =>
    one && `${one.likelihood} × ${one.impact} = ${one.score} (${of(scale.levels[one.level])})`;
  const facts = [
    [t('register.unit'), risk.unit && app.unitName.value(risk.unit)],
    [t('register.source'), code('source', risk.source)],
    [t('risk.cause'), risk.cause],
    [t('register.objective'), risk.objective && app.objectiveName.value(risk.objective)],
    [t('risk.controls'), risk.controls],
    [t('risk.assessment'), assessed(assessment) ?? t('risk.notAssessed')],
    [t('risk.before'), assessed(before)],
    [t('risk.treatment'), plan && `${code('treatment', plan.treatment)}: ${plan.measures}`],
    [t('register.owner'), plan?.owner],
    [t('risk.due'), plan && words.day(plan.due)],
    [t('risk.approvedBy'), plan?.approvedBy],
    [t('risk.evidence'), treated?.evidence],
    [t('risk.result'), verified && `${code('result', verified.result)}: ${verified.comment}`],
    [t('risk.effective'), judged && `${code('effective', String(judged.effective))}: ${judged.comment}`],
    [t('risk.reviewDue'), reviewDue && words.day(reviewDue)],
  ] as const;
  return (
    <>
      <p>
        <b>{description}</b>
      </p>
      <p class="account" data-account={risk.overdue ? 'settled/late' : undefined}>
        {code('riskState', state)}
        {risk.overdue && <small class="urgency"> {t('register.overdue')}</small>}
        {risk.reviewNeeded !== null && <small> {code('reviewNeeded', risk.reviewNeeded)}</small>}
      </p>
      <Acts risk={risk} scale={scale} />
      <Facts facts={facts} />
      <Findings findings={risk.findings} />
      <ActHistory acts={risk.acts} titleOf={(type) => code('riskEvent', type)} />
    </>
  );
}

/** The acts that the state of the risk allows. */
function Acts({ risk, scale }: OfRisk) {
  const { client } = useApp();
  const words = useRiskWords();
  const { code } = words;
  const choices = { ...useChoices('describeRisk'), scale };
  // To describe it anew is the rarest.
  const acts = risk.possibleActs.toSorted((a, b) => Number(a === 'identified') - Number(b === 'identified'));
  return (
    <ActButtons
      acts={acts.map((act) => ({
        ...{ name: act, operation: OPERATIONS[act], about: [risk.unit] },
        isAwaited: act === awaitedAct(risk),
        ...secondOf(act, risk),
        ...{ title: code('act', act), text: textOf(act, code) },
        fields: actFields(act, risk, choices, words),
        send: (entered) => stateAct(client, act, risk, entered),
      }))}
    />
  );
}

/** The acts of the head, and of another person. */
function secondOf(act: RiskAct, { treated }: RiskDetail): Pick<PossibleAct, 'second'> {
  if (act === 'approved') return { second: { first: undefined } };
  return act === 'verified' ? { second: { first: treated?.person ?? null } } : {};
}

/** Some acts have a rule that the user has to know. */
function textOf(act: RiskAct, code: (group: string, code: string) => string): string | undefined {
  const text = code('actText', act);
  return text === act ? undefined : text;
}
