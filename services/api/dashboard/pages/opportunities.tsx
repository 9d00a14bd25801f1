import { bodyOf, type Opportunity } from '../client/api.ts';
import { useApp } from '../components/context.ts';
import { Late } from '../components/late.tsx';
import { useOpportunityWords } from '../components/opportunity-words.ts';
import { ActButtons, useChoices } from '../components/register.tsx';
import { RegisterList } from '../components/register-list.tsx';
import { Head } from '../components/table-head.tsx';
import { proposalFields, propose } from '../state/opportunity-forms.ts';
import { opportunityLink } from '../state/route.ts';

const LISTS = ['open', 'overdue', 'used', 'dropped'] as const;

/** The register of opportunities. */
export function OpportunitiesPage() {
  const app = useApp();
  const words = useOpportunityWords();
  const { t, code } = words;
  const choices = useChoices('identifyOpportunity');
  return (
    <RegisterList
      name="opportunities"
      title={t('page.opportunities')}
      states={LISTS}
      first="open"
      stateLabel={t('register.state')}
      wordOf={(state) => code('opportunityList', state)}
      aside={
        <ActButtons
          isFirstPrimary
          acts={[
            {
              ...{ name: 'add', operation: 'identifyOpportunity', title: t('opportunities.add') },
              fields: proposalFields(undefined, choices, words),
              send: (entered) => propose(app.client, entered),
            },
          ]}
        />
      }
      load={(client, query) => bodyOf(client.GET('/v1/opportunities', { params: { query } }))}
      empty={t('opportunities.empty')}
    >
      {({ items }) => <OpportunityTable opportunities={items} />}
    </RegisterList>
  );
}

function OpportunityTable({ opportunities }: { readonly opportunities: readonly Opportunity[] }) {
  const app = useApp();
  const { t, code, day } = useOpportunityWords();
  const heads = [
    t('opportunity.title'),
    t('opportunity.proposal'),
    t('register.state'),
    t('register.owner'),
    t('register.due'),
  ];
  return (
    <table class="stack">
      <caption>{t('opportunities.caption')}</caption>
      <Head labels={heads} />
      <tbody>
        {opportunities.map(({ id, unit, description, proposal, state, plan, overdue }) => (
          <tr key={id}>
            <th scope="row">
              <a href={opportunityLink(id)}>{description || id}</a>
              <small>{`${id} · ${app.unitName.value(unit)}`}</small>
            </th>
            <td data-label={t('opportunity.proposal')}>{proposal}</td>
            <td data-label={t('register.state')}>{code('opportunityState', state)}</td>
            <td data-label={t('register.owner')}>{plan?.owner ?? '–'}</td>
            <td data-label={t('register.due')}>
              {plan === null ? '–' : day(plan.due)}
              {overdue && <Late>{t('register.overdue')}</Late>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
