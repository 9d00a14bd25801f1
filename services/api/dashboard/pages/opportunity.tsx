import { bodyOf, type OpportunityDetail } from '../client/api.ts';
import { useApp } from '../components/context.ts';
import { Facts } from '../components/facts.tsx';
import { Loaded } from '../components/loaded.tsx';
import { useOpportunityWords } from '../components/opportunity-words.ts';
import { ActButtons, ActHistory, type PossibleAct, possible, useChoices } from '../components/register.tsx';
import { useAnswer } from '../components/shown.ts';
import { Findings } from '../components/timeline.tsx';
import {
  conclude,
  conclusionFields,
  describe,
  plan,
  planFields,
  proposalFields,
} from '../state/opportunity-forms.ts';

/** One opportunity in the side panel. */
export function OpportunityPanel() {
  const app = useApp();
  const route = app.panel.route.value;
  const id = route.kind === 'opportunity' ? route.id : '';
  const opportunity = useAnswer(
    (client) =>
      bodyOf(client.GET('/v1/opportunities/{id}', { params: { path: { id }, query: app.figures.moment() } })),
    `${id} ${app.question.value.asOf}`,
  );
  return (
    <Loaded id="opportunity" class="panel-content" of={opportunity}>
      {(shown) => <Content opportunity={shown} />}
    </Loaded>
  );
}

function Content({ opportunity }: { readonly opportunity: OpportunityDetail }) {
  const app = useApp();
  const words = useOpportunityWords();
  const { t, code, day } = words;
  const choices = useChoices('describeOpportunity');
  const { client } = app;
  const { conclusion, objective, possibleActs } = opportunity;
  const about = [opportunity.unit];
  const ending: PossibleAct = {
    ...{ name: 'concluded', operation: 'concludeOpportunity', about },
    isAwaited: opportunity.state === 'planned',
    ...{ title: code('opportunityAct', 'conclude'), fields: conclusionFields(words) },
    send: (entered) => conclude(client, opportunity, entered),
  };
  return (
    <>
      <p>
        <b>{opportunity.description}</b>
      </p>
      <p class="account" data-account={opportunity.overdue ? 'settled/late' : undefined}>
        {code('opportunityState', opportunity.state)}
        {opportunity.overdue && <small class="urgency"> {t('register.overdue')}</small>}
      </p>
      <ActButtons
        acts={possible(possibleActs, [
          {
            ...{
              name: 'planned',
              operation: 'planOpportunity',
              about,
              title: code('opportunityAct', 'plan'),
            },
            isAwaited: opportunity.state === 'identified',
            fields: planFields(opportunity, words),
            send: (entered) => plan(client, opportunity, entered),
          },
          ending,
          {
            ...{ name: 'identified', operation: 'describeOpportunity', about },
            title: code('opportunityAct', 'describe'),
            fields: proposalFields(opportunity, choices, words),
            send: (entered) => describe(client, opportunity, entered),
          },
        ])}
      />
      <Facts
        facts={[
          [t('register.unit'), app.unitName.value(opportunity.unit)],
          [t('register.source'), code('source', opportunity.source)],
          [t('register.objective'), objective && app.objectiveName.value(objective)],
          [t('opportunity.proposal'), opportunity.proposal],
          [t('register.owner'), opportunity.plan?.owner],
          [t('register.due'), opportunity.plan && day(opportunity.plan.due)],
          [t('register.outcome'), conclusion && code('ending', conclusion.outcome)],
          [t('register.result'), conclusion?.result],
        ]}
      />
      <Findings findings={opportunity.findings} />
      <ActHistory acts={opportunity.acts} titleOf={(type) => code('opportunityEvent', type)} />
    </>
  );
}
