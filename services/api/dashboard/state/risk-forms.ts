import { SOURCES } from '../../../../shared/contracts/register-sources.ts';
import { bodyOf, type Client, type RiskDetail, type RiskScale } from '../client/api.ts';
import type { Operation } from './access.ts';
import type { Entered, Field } from './forms.ts';
import {
  afterSeen,
  coded,
  type FormWords,
  oneOf,
  type RegisterChoices,
  type Written,
} from './register-forms.ts';

export type RiskAct = RiskDetail['possibleActs'][number];

/** By which each act is stated. */
export const OPERATIONS = {
  identified: 'describeRisk',
  assessed: 'assessRisk',
  planned: 'planRiskTreatment',
  approved: 'approveRiskTreatment',
  treated: 'reportRiskTreated',
  verified: 'verifyRiskTreatment',
  judged: 'judgeRiskTreatment',
  reviewed: 'reviewRisk',
} as const satisfies Readonly<Record<RiskAct, Operation>>;

/** The act by which a risk goes on; undefined where nothing is awaited. */
export function awaitedAct({
  state,
  awaitsApproval,
  reviewNeeded,
}: Pick<RiskDetail, 'state' | 'awaitsApproval' | 'reviewNeeded'>): RiskAct | undefined {
  if (awaitsApproval) return 'approved';
  switch (state) {
    case 'identified':
      return 'assessed';
    case 'assessed':
      return 'planned';
    case 'acceptance-asked':
      return 'approved';
    case 'planned':
    case 'approved':
      return 'treated';
    case 'treated':
    case 'unapproved':
      return 'verified';
    case 'verified':
      return 'judged';
    case 'accepted':
    case 'effective':
      return reviewNeeded === null ? undefined : 'reviewed';
    case 'closed':
    case 'dismissed':
      return undefined;
  }
}

export type RiskWords = FormWords<
  | 'likelihood'
  | 'impact'
  | `register.${'unit' | 'objective' | 'source' | 'owner'}`
  | `risk.${'description' | 'cause' | 'controls' | 'treatment' | 'measures' | 'due' | 'evidence'}`
  | `risk.${'result' | 'comment' | 'effective' | 'outcome' | 'next'}`
>;

export interface RiskChoices extends RegisterChoices {
  readonly scale: RiskScale;
}

const TREATMENTS = ['reduce', 'avoid', 'transfer', 'accept'] as const;
const RESULTS = ['met', 'not-met'] as const;
const OUTCOMES = ['stands', 'no-longer-applies'] as const;
const EFFECTS = ['true', 'false'] as const;

/** The fields that describe a risk: of a new one, or as they stand. */
export function descriptionFields(
  risk: Pick<RiskDetail, 'unit' | 'description' | 'source' | 'cause' | 'objective' | 'controls'> | undefined,
  { units, objectives }: RegisterChoices,
  words: Pick<RiskWords, 't' | 'code'>,
): readonly Field[] {
  const { t } = words;
  return [
    {
      ...{ kind: 'choice', name: 'unitId', label: t('register.unit') },
      ...{ options: units, value: risk?.unit ?? undefined },
    },
    { kind: 'prose', name: 'description', label: t('risk.description'), value: risk?.description },
    {
      ...{ kind: 'choice', name: 'source', label: t('register.source'), value: risk?.source },
      options: coded(words, 'source', SOURCES),
    },
    {
      ...{ kind: 'prose', name: 'cause', label: t('risk.cause'), isOptional: true },
      value: risk?.cause ?? undefined,
    },
    {
      ...{ kind: 'choice', name: 'objectiveId', label: t('register.objective'), isOptional: true },
      ...{ options: objectives, value: risk?.objective ?? undefined },
    },
    {
      ...{ kind: 'prose', name: 'controls', label: t('risk.controls'), isOptional: true },
      value: risk?.controls ?? undefined,
    },
  ];
}

/** The fields of an act upon a risk. */
export function actFields(
  act: RiskAct,
  risk: RiskDetail,
  choices: RiskChoices,
  words: RiskWords,
): readonly Field[] {
  const { t, of } = words;
  const { scale } = choices;
  const steps = (name: 'likelihood' | 'impact', value?: number): Field => ({
    ...{ kind: 'choice', name, label: t(name), value: value === undefined ? undefined : String(value) },
    options: scale[name].map((word, index) => ({
      value: `${index + 1}`,
      label: `${index + 1} – ${of(word)}`,
    })),
  });
  const comment: Field = { kind: 'prose', name: 'comment', label: t('risk.comment') };
  switch (act) {
    case 'identified':
      return descriptionFields(risk, choices, words);
    case 'assessed':
      return [steps('likelihood', risk.assessment?.likelihood), steps('impact', risk.assessment?.impact)];
    case 'planned':
      return [
        {
          ...{ kind: 'choice', name: 'treatment', label: t('risk.treatment') },
          ...{ options: coded(words, 'treatment', TREATMENTS), value: risk.plan?.treatment },
        },
        { kind: 'prose', name: 'measures', label: t('risk.measures'), value: risk.plan?.measures },
        { kind: 'line', name: 'owner', label: t('register.owner'), value: risk.plan?.owner },
        { kind: 'day', name: 'due', label: t('risk.due'), value: risk.plan?.due },
      ];
    case 'approved':
      return [{ ...comment, isOptional: true }];
    case 'treated':
      return [{ kind: 'prose', name: 'evidence', label: t('risk.evidence') }];
    case 'verified':
      return [
        { kind: 'choice', name: 'result', label: t('risk.result'), options: coded(words, 'result', RESULTS) },
        comment,
      ];
    case 'judged':
      return [
        {
          ...{ kind: 'choice', name: 'effective', label: t('risk.effective') },
          options: coded(words, 'effective', EFFECTS),
        },
        steps('likelihood'),
        steps('impact'),
        comment,
      ];
    case 'reviewed':
      return [
        {
          kind: 'choice',
          name: 'outcome',
          label: t('risk.outcome'),
          options: coded(words, 'outcome', OUTCOMES),
        },
        comment,
        { kind: 'day', name: 'next', label: t('risk.next'), isOptional: true },
      ];
  }
}

const descriptionOf = ({ unitId = '', description = '', source, cause, objectiveId, controls }: Entered) => ({
  unitId,
  description,
  source: oneOf(SOURCES, source),
  ...(cause !== undefined && { cause }),
  ...(objectiveId !== undefined && { objectiveId }),
  ...(controls !== undefined && { controls }),
});

/** Enters a new risk. @param suggestion the id of the one that it accepts @throws Problem */
export const identify = (client: Client, entered: Entered, suggestion?: string): Promise<Written> => {
  const body = { ...descriptionOf(entered), ...(suggestion !== undefined && { id: suggestion }) };
  return bodyOf(client.POST('/v1/risks', { body }));
};

/** States that a suggestion is no risk. @throws Problem */
export const dismiss = (client: Client, id: string, { reason = '' }: Entered): Promise<Written> =>
  bodyOf(client.POST('/v1/risks/suggestions/{id}/dismiss', { params: { path: { id } }, body: { reason } }));

/** States an act upon a risk as the user has seen it. @throws Problem */
export function stateAct(
  client: Client,
  act: RiskAct,
  seen: Pick<RiskDetail, 'id' | 'statements'>,
  entered: Entered,
): Promise<Written> {
  const params = { path: { id: seen.id }, ...afterSeen(seen) };
  const { comment = '', likelihood, impact } = entered;
  const cell = { likelihood: Number(likelihood), impact: Number(impact) };
  switch (act) {
    case 'identified':
      return bodyOf(client.PUT('/v1/risks/{id}', { params, body: descriptionOf(entered) }));
    case 'assessed':
      return bodyOf(client.POST('/v1/risks/{id}/assess', { params, body: cell }));
    case 'planned': {
      const { treatment, measures = '', owner = '', due = '' } = entered;
      const body = { treatment: oneOf(TREATMENTS, treatment), measures, owner, due };
      return bodyOf(client.POST('/v1/risks/{id}/plan', { params, body }));
    }
    case 'approved': {
      const body = comment === '' ? {} : { comment };
      return bodyOf(client.POST('/v1/risks/{id}/approve', { params, body }));
    }
    case 'treated': {
      const { evidence = '' } = entered;
      return bodyOf(client.POST('/v1/risks/{id}/report-treated', { params, body: { evidence } }));
    }
    case 'verified': {
      const body = { result: oneOf(RESULTS, entered.result), comment };
      return bodyOf(client.POST('/v1/risks/{id}/verify', { params, body }));
    }
    case 'judged': {
      const body = { effective: entered.effective === 'true', ...cell, comment };
      return bodyOf(client.POST('/v1/risks/{id}/judge', { params, body }));
    }
    case 'reviewed': {
      const { outcome, next } = entered;
      const body = { outcome: oneOf(OUTCOMES, outcome), comment, ...(next !== undefined && { next }) };
      return bodyOf(client.POST('/v1/risks/{id}/review', { params, body }));
    }
  }
}
