import { useState } from 'preact/hooks';
import { bodyOf, type Opportunity } from '../client/api.ts';
import { Box } from '../components/box.tsx';
import { Choice } from '../components/choice.tsx';
import { useApp } from '../components/context.ts';
import { Late } from '../components/late.tsx';
import { Known, Loaded } from '../components/loaded.tsx';
import { useOpportunityWords } from '../components/opportunity-words.ts';
import { Pager } from '../components/pager.tsx';
import { ActButtons, useChoices } from '../components/register.tsx';
import { useAnswer } from '../components/shown.ts';
import { Head } from '../components/table-head.tsx';
import { proposalFields, propose } from '../state/opportunity-forms.ts';
import { cursorOf, FIRST, type Paging } from '../state/paging.ts';
import { opportunityLink } from '../state/route.ts';

const LISTS = ['open', 'overdue', 'used', 'dropped'] as const;
const PAGE_SIZE = 25;

/** The register of opportunities. */
export function OpportunitiesPage() {
  const app = useApp();
  const words = useOpportunityWords();
  const { t, code } = words;
  const choices = useChoices();
  const [state, setState] = useState<(typeof LISTS)[number]>('open');
  const [paging, setPaging] = useState<Paging>(FIRST);
  const { unit, asOf } = app.question.value;
  const cursor = cursorOf(paging);
  const opportunities = useAnswer(
    (client) => {
      const query = {
        ...app.figures.moment(),
        ...{ state, limit: PAGE_SIZE },
        ...(unit !== '' && { unit }),
        ...(cursor !== undefined && { cursor }),
      };
      return bodyOf(client.GET('/v1/opportunities', { params: { query } }));
    },
    JSON.stringify([state, unit, asOf, cursor]),
  );
  const aside = (
    <div class="choices">
      <Choice
        id="opportunity-list"
        label={t('register.state')}
        options={LISTS.map((value) => ({ value, label: code('opportunityList', value) }))}
        value={state}
        choose={(chosen) => {
          setState(chosen);
          setPaging(FIRST);
        }}
      />
      <ActButtons
        isFirstPrimary
        acts={[
          {
            ...{ name: 'add', title: t('opportunities.add') },
            fields: proposalFields(undefined, choices, words),
            send: (entered) => propose(app.client, entered),
          },
        ]}
      />
    </div>
  );
  return (
    <Box name="opportunities" title={t('page.opportunities')} aside={aside}>
      <Known>
        <Loaded id="opportunities" of={opportunities} isReported={(one) => app.figures.isShared(one)}>
          {({ items, next }) => (
            <>
              {items.length === 0 ? (
                <p class="empty">{t('opportunities.empty')}</p>
              ) : (
                <OpportunityTable opportunities={items} />
              )}
              <Pager paging={paging} next={next} turn={(turned) => setPaging(turned(paging))} />
            </>
          )}
        </Loaded>
      </Known>
    </Box>
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
