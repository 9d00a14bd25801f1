import { SOURCES } from '../../../../shared/contracts/register-sources.ts';
import { bodyOf, type Client, type Opportunity, type OpportunityDetail } from '../client/api.ts';
import type { Entered, Field } from './forms.ts';
import {
  afterSeen,
  coded,
  type FormWords,
  oneOf,
  type RegisterChoices,
  type Written,
} from './register-forms.ts';

export type OpportunityWords = FormWords<
  | `register.${'unit' | 'objective' | 'source' | 'owner' | 'due' | 'outcome' | 'result'}`
  | `opportunity.${'description' | 'proposal'}`
>;

const ENDINGS = ['used', 'dropped'] as const;

/** The fields that describe an opportunity: of a new one, or as they stand. */
export const proposalFields = (
  opportunity: Opportunity | undefined,
  { units, objectives }: RegisterChoices,
  words: OpportunityWords,
): readonly Field[] => [
  {
    ...{ kind: 'choice', name: 'unitId', label: words.t('register.unit') },
    ...{ options: units, value: opportunity?.unit },
  },
  {
    ...{ kind: 'prose', name: 'description', label: words.t('opportunity.description') },
    value: opportunity?.description,
  },
  {
    ...{ kind: 'choice', name: 'source', label: words.t('register.source') },
    ...{ options: coded(words, 'source', SOURCES), value: opportunity?.source },
  },
  {
    ...{ kind: 'choice', name: 'objectiveId', label: words.t('register.objective'), isOptional: true },
    ...{ options: objectives, value: opportunity?.objective ?? undefined },
  },
  {
    ...{ kind: 'prose', name: 'proposal', label: words.t('opportunity.proposal') },
    value: opportunity?.proposal,
  },
];

export const planFields = ({ plan }: Opportunity, { t }: OpportunityWords): readonly Field[] => [
  { kind: 'line', name: 'owner', label: t('register.owner'), value: plan?.owner },
  { kind: 'day', name: 'due', label: t('register.due'), value: plan?.due },
];

export const conclusionFields = (words: OpportunityWords): readonly Field[] => [
  {
    ...{ kind: 'choice', name: 'outcome', label: words.t('register.outcome') },
    options: coded(words, 'ending', ENDINGS),
  },
  { kind: 'prose', name: 'result', label: words.t('register.result') },
];

const proposalOf = ({ unitId = '', description = '', source, objectiveId, proposal = '' }: Entered) => ({
  ...{ unitId, description, proposal },
  source: oneOf(SOURCES, source),
  ...(objectiveId !== undefined && { objectiveId }),
});

const paramsOf = (seen: OpportunityDetail) => ({ path: { id: seen.id }, ...afterSeen(seen) });

/** Enters a new opportunity. @throws Problem */
export const propose = (client: Client, entered: Entered): Promise<Written> =>
  bodyOf(client.POST('/v1/opportunities', { body: proposalOf(entered) }));

/** @throws Problem */
export const describe = (client: Client, seen: OpportunityDetail, entered: Entered): Promise<Written> =>
  bodyOf(client.PUT('/v1/opportunities/{id}', { params: paramsOf(seen), body: proposalOf(entered) }));

/** @throws Problem */
export const plan = (
  client: Client,
  seen: OpportunityDetail,
  { owner = '', due = '' }: Entered,
): Promise<Written> =>
  bodyOf(client.POST('/v1/opportunities/{id}/plan', { params: paramsOf(seen), body: { owner, due } }));

/** @throws Problem */
export const conclude = (
  client: Client,
  seen: OpportunityDetail,
  { outcome, result = '' }: Entered,
): Promise<Written> => {
  const body = { outcome: oneOf(ENDINGS, outcome), result };
  return bodyOf(client.POST('/v1/opportunities/{id}/conclude', { params: paramsOf(seen), body }));
};
