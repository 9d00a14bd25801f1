import { bodyOf, type Client, type Review } from '../client/api.ts';
import type { Entered, Field } from './forms.ts';
import {
  afterSeen,
  coded,
  type FormWords,
  oneOf,
  type RegisterChoices,
  type Written,
} from './register-forms.ts';

export type ReviewWords = FormWords<
  | `register.${'unit' | 'objective' | 'owner' | 'due' | 'outcome' | 'result'}`
  | `review.${'findings' | 'findingsHint' | 'conclusion' | 'action'}`
>;

const ENDS = ['done', 'dropped'] as const;

/** @param objective where the review is entered from the page of one; then it is no choice */
export const reviewFields = (
  objective: string | undefined,
  { units, isLimited, objectives }: RegisterChoices,
  { t }: ReviewWords,
): readonly Field[] => [
  ...(objective === undefined
    ? [
        {
          ...({ kind: 'choice', name: 'objectiveId', label: t('register.objective') } as const),
          options: objectives.filter(
            ({ unit }) => !isLimited || unit === null || units.some(({ value }) => value === unit),
          ),
        },
      ]
    : []),
  {
    ...{ kind: 'choice', name: 'unitId', label: t('register.unit'), options: units },
    // A review is of the unit of its objective where it names none.
    isOptional: !isLimited || objectives.some(({ value, unit }) => value === objective && unit !== null),
  },
  { kind: 'prose', name: 'findings', label: t('review.findings'), hint: t('review.findingsHint') },
  { kind: 'prose', name: 'conclusion', label: t('review.conclusion') },
];

export const actionFields = ({ t }: ReviewWords): readonly Field[] => [
  { kind: 'prose', name: 'what', label: t('review.action') },
  { kind: 'line', name: 'owner', label: t('register.owner') },
  { kind: 'day', name: 'due', label: t('register.due') },
];

/** The fields that end one of the open actions of a review. */
export const endFields = ({ actions }: Review, words: ReviewWords): readonly Field[] => [
  {
    ...{ kind: 'choice', name: 'id', label: words.t('review.action') },
    options: actions
      .filter(({ state }) => state === 'action-open')
      .map(({ id, what }) => ({ value: id, label: what })),
  },
  {
    ...{ kind: 'choice', name: 'outcome', label: words.t('register.outcome') },
    options: coded(words, 'actionEnd', ENDS),
  },
  { kind: 'prose', name: 'result', label: words.t('register.result') },
];

/** Records a review. @throws Problem */
export const holdReview = (
  client: Client,
  objective: string | undefined,
  entered: Entered,
): Promise<Written> => {
  const { objectiveId = objective ?? '', unitId, findings = '', conclusion = '' } = entered;
  const lines = findings
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const body = { objectiveId, findings: lines, conclusion, ...(unitId !== undefined && { unitId }) };
  return bodyOf(client.POST('/v1/reviews', { body }));
};

/** An action is added to a review, or ends, whatever else was stated meanwhile: so the newest state is what it follows. */
async function afterNow(client: Client, { id }: Pick<Review, 'id'>) {
  const newest = await bodyOf(client.GET('/v1/reviews/{id}', { params: { path: { id } } }));
  return { path: { id }, ...afterSeen(newest) };
}

/** @throws Problem */
export const addAction = async (
  client: Client,
  review: Review,
  { what = '', owner = '', due = '' }: Entered,
): Promise<Written> => {
  const params = await afterNow(client, review);
  return bodyOf(client.POST('/v1/reviews/{id}/actions', { params, body: { what, owner, due } }));
};

/** @throws Problem */
export const endAction = async (
  client: Client,
  review: Review,
  { id = '', outcome, result = '' }: Entered,
): Promise<Written> => {
  const params = await afterNow(client, review);
  const body = { id, outcome: oneOf(ENDS, outcome), result };
  return bodyOf(client.POST('/v1/reviews/{id}/end-action', { params, body }));
};
