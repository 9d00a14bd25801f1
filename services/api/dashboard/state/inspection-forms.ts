import { INSPECTION_KINDS, INSPECTION_MODES } from '../../../../shared/books/inspection/kinds.ts';
import { bodyOf, type Client, type InspectionDetail } from '../client/api.ts';
import type { Values } from '../text/i18n.ts';
import type { INSPECTIONS } from '../text/inspections.ts';
import type { Words } from '../text/words.ts';
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

const OPEN = 'finding/open';
const ANNOUNCED = ['true', 'false'] as const;
/** The feed of what people state here. */
const OWN_FEED = 'nhip';

export type InspectionAct = InspectionDetail['possibleActs'][number];

/** By which each act is stated. */
export const OPERATIONS = {
  visited: 'visitInspection',
  concluded: 'concludeInspection',
  found: 'stateFinding',
  mended: 'closeFinding',
  planned: 'planInspection',
  cancelled: 'cancelInspection',
} as const satisfies Readonly<Record<InspectionAct, Operation>>;

export interface InspectionWords extends FormWords<keyof typeof INSPECTIONS> {
  readonly moment: (when: string) => string;
}

type Seen = Pick<
  InspectionDetail,
  | 'account'
  | 'inspectionFindings'
  | 'events'
  | 'plannedFrom'
  | 'plannedUntil'
  | 'instrument'
  | 'concludedAt'
  | 'conclusionNumber'
>;

/** The acts in the order of an inspection that goes on from an account: the likeliest first. */
const LIKELIEST: ReadonlyMap<string, readonly InspectionAct[]> = new Map([
  ['planned', ['visited', 'concluded', 'mended', 'planned', 'cancelled', 'found']],
  ['visited', ['concluded', 'visited', 'found', 'mended', 'planned']],
  ['concluded', ['found', 'mended', 'concluded', 'visited', 'planned']],
]);
/** Of an inspection that was cancelled, or of which no plan, visit or conclusion is known. */
const AFRESH: readonly InspectionAct[] = ['planned', 'visited', 'concluded', 'mended', 'found'];

/** What may be stated next of an inspection, the likeliest first. */
export function inspectionActs({
  account,
  possibleActs,
}: Pick<InspectionDetail, 'account' | 'possibleActs'>): readonly InspectionAct[] {
  const [standing = ''] = account.split('/');
  return (LIKELIEST.get(standing) ?? AFRESH).filter((act) => possibleActs.includes(act));
}

/** The days of a plan. @param until its last day */
export const planText = (
  from: string | null,
  until: string,
  { t, day }: Pick<Words, 'day'> & { readonly t: (key: keyof typeof INSPECTIONS, values?: Values) => string },
): string =>
  from === null
    ? t('inspection.plannedUntil', { until: day(until) })
    : t('inspection.planned', { from: day(from), until: day(until) });

/** The day of a moment, for a field of days. */
const dayIn = (when: string | null): string | undefined => when?.slice(0, 10);

const planFields = (
  seen: Pick<Seen, 'plannedFrom' | 'plannedUntil' | 'instrument'> | undefined,
  { t }: InspectionWords,
): readonly Field[] => [
  {
    ...{ kind: 'day', name: 'plannedFrom', label: t('inspect.from'), isOptional: true },
    atMost: 'plannedUntil',
    value: seen?.plannedFrom ?? undefined,
  },
  { kind: 'day', name: 'plannedUntil', label: t('inspect.until'), value: seen?.plannedUntil ?? undefined },
  {
    ...{ kind: 'line', name: 'instrument', label: t('inspect.instrument'), isOptional: true },
    value: seen?.instrument ?? undefined,
  },
  {
    ...{ kind: 'day', name: 'on', label: t('inspect.plannedOn'), hint: t('inspect.onHint') },
    ...{ isOptional: true, hasCome: true },
  },
];

const mannerFields = (words: InspectionWords): readonly Field[] => [
  {
    ...{ kind: 'choice', name: 'mode', label: words.t('inspect.mode'), isOptional: true },
    options: coded(words, 'mode', INSPECTION_MODES),
  },
  {
    ...{ kind: 'choice', name: 'announced', label: words.t('inspect.announced'), isOptional: true },
    options: coded(words, 'announced', ANNOUNCED),
  },
];

/** The fields of a new inspection of each unit that is chosen. @param isPlanned whether it is to come; else it took place without a plan */
export const beginFields = (
  isPlanned: boolean,
  { units }: Pick<RegisterChoices, 'units'>,
  words: InspectionWords,
): readonly Field[] => [
  { kind: 'choices', name: 'unitId', label: words.t('inspection.unit'), options: units },
  {
    ...{ kind: 'choice', name: 'kind', label: words.t('inspections.kind') },
    options: coded(words, 'kind', INSPECTION_KINDS),
  },
  {
    ...{ kind: 'line', name: 'fieldId', label: words.t('inspection.field'), isOptional: true },
    catalogue: 'fields',
  },
  ...(isPlanned
    ? planFields(undefined, words)
    : [{ kind: 'day', name: 'visitedAt', label: words.t('inspect.visitedAt'), hasCome: true } as const]),
  ...mannerFields(words),
];

/** Visits that were stated here, which a correction may replace. */
const correctable = ({ events }: Seen, { moment }: InspectionWords) =>
  events.flatMap(({ feed, type, use, sourceId, data }) =>
    feed === OWN_FEED && type === 'inspection.visited.v1' && use === 'applied'
      ? [{ value: sourceId, label: moment(String(data.visitedAt)) }]
      : [],
  );

/** The fields of an act upon an inspection. */
export function actFields(act: InspectionAct, seen: Seen, words: InspectionWords): readonly Field[] {
  const { t } = words;
  switch (act) {
    case 'planned':
      return planFields(seen, words);
    case 'cancelled':
      return [];
    case 'visited': {
      const visits = correctable(seen, words);
      const corrects: Field = {
        ...{ kind: 'choice', name: 'corrects', label: t('inspect.corrects'), isOptional: true },
        ...{ hint: t('inspect.correctsHint'), options: visits },
      };
      return [
        { kind: 'day', name: 'visitedAt', label: t('inspect.visitedAt'), hasCome: true },
        ...mannerFields(words),
        ...(visits.length > 0 ? [corrects] : []),
      ];
    }
    case 'concluded':
      return [
        {
          ...{ kind: 'day', name: 'concludedAt', label: t('inspect.concludedAt'), hasCome: true },
          value: dayIn(seen.concludedAt),
        },
        {
          ...{ kind: 'line', name: 'conclusionNumber', label: t('inspect.number'), isOptional: true },
          value: seen.conclusionNumber ?? undefined,
        },
      ];
    case 'found':
      return [
        { kind: 'prose', name: 'description', label: t('findings.text'), hint: t('inspect.noPerson') },
        { kind: 'line', name: 'clause', label: t('inspect.clause'), isOptional: true },
        { kind: 'day', name: 'dueAt', label: t('findings.due'), isOptional: true },
        {
          ...{ kind: 'day', name: 'on', label: t('inspect.foundOn'), hint: t('inspect.onHint') },
          ...{ isOptional: true, hasCome: true },
        },
      ];
    case 'mended':
      return [
        {
          ...{ kind: 'choice', name: 'findingId', label: t('findings.text') },
          // Open ones first: one that is closed may be closed anew, on another day.
          options: seen.inspectionFindings
            .toSorted((a, b) => Number(b.account === OPEN) - Number(a.account === OPEN))
            .map(({ findingId, description }) => ({ value: findingId, label: description ?? findingId })),
        },
        { kind: 'day', name: 'closedAt', label: t('inspect.closedAt'), hasCome: true },
        { kind: 'line', name: 'evidence', label: t('inspect.evidence'), isOptional: true },
      ];
  }
}

const planOf = ({ plannedFrom, plannedUntil = '', instrument, on }: Entered) => ({
  plannedUntil,
  ...(plannedFrom !== undefined && { plannedFrom }),
  ...(instrument !== undefined && { instrument }),
  ...(on !== undefined && { on }),
});

const mannerOf = ({ mode, announced }: Entered) => ({
  ...(mode !== undefined && { mode: oneOf(INSPECTION_MODES, mode) }),
  ...(announced !== undefined && { announced: announced === 'true' }),
});

/** Enters a new inspection of one unit. @param attempt of the form: sent again, it is the same inspection @throws Problem */
export function begin(
  client: Client,
  isPlanned: boolean,
  entered: Entered,
  attempt: string,
): Promise<Written> {
  const { unitId = '', kind, fieldId, visitedAt = '' } = entered;
  const of = {
    ...{ unitId, kind: oneOf(INSPECTION_KINDS, kind), ...mannerOf(entered) },
    ...(fieldId !== undefined && { fieldId }),
    id: `KT-${attempt}:${unitId}`,
  };
  const body = { ...of, ...(isPlanned ? planOf(entered) : { visitedAt }) };
  return bodyOf(client.POST('/v1/inspections', { body }));
}

/** States an act upon what the user has seen. @throws Problem */
export function stateAct(
  client: Client,
  act: InspectionAct,
  seen: Pick<InspectionDetail, 'inspectionId' | 'statements'>,
  entered: Entered,
): Promise<Written> {
  const params = { path: { id: seen.inspectionId }, ...afterSeen(seen) };
  const { visitedAt = '', corrects, concludedAt = '', conclusionNumber } = entered;
  const { description = '', clause, dueAt, on, findingId = '', closedAt = '', evidence } = entered;
  switch (act) {
    case 'planned':
      return bodyOf(client.POST('/v1/inspections/{id}/plan', { params, body: planOf(entered) }));
    case 'cancelled':
      return bodyOf(client.POST('/v1/inspections/{id}/cancel', { params, body: {} }));
    case 'visited': {
      const body = { visitedAt, ...mannerOf(entered), ...(corrects !== undefined && { corrects }) };
      return bodyOf(client.POST('/v1/inspections/{id}/visit', { params, body }));
    }
    case 'concluded': {
      const body = { concludedAt, ...(conclusionNumber !== undefined && { conclusionNumber }) };
      return bodyOf(client.POST('/v1/inspections/{id}/conclude', { params, body }));
    }
    case 'found': {
      const dates = { ...(dueAt !== undefined && { dueAt }), ...(on !== undefined && { on }) };
      const body = { description, ...(clause !== undefined && { clause }), ...dates };
      return bodyOf(client.POST('/v1/inspections/{id}/find', { params, body }));
    }
    case 'mended': {
      const body = { findingId, closedAt, ...(evidence !== undefined && { evidence }) };
      return bodyOf(client.POST('/v1/inspections/{id}/close-finding', { params, body }));
    }
  }
}
