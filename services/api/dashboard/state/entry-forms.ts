import { bodyOf, type Client, type EnteredPeriod, type Objective } from '../client/api.ts';
import type { OBJECTIVE } from '../text/objective.ts';
import type { Entered, Field } from './forms.ts';
import { afterSeen, type FormWords, type Written } from './register-forms.ts';

type EntryWords = Pick<FormWords<keyof typeof OBJECTIVE>, 't' | 'of'>;

const amountFields = (
  measuredIn: Objective['measuredIn'],
  recorded: EnteredPeriod['recorded'],
  { t, of }: EntryWords,
): readonly Field[] => {
  const written = (name: 'numerator' | 'denominator' | 'value') => recorded?.[name]?.toString();
  if (measuredIn === null)
    return (['numerator', 'denominator'] as const).map((name) => ({
      ...{ kind: 'line', name, label: t(`entry.${name}`), value: written(name), most: 10, form: 'whole' },
      ...(name === 'numerator' && { atMost: 'denominator' }),
    }));
  const label = `${t('entry.value')} (${of(measuredIn)})`;
  const hint = t('entry.valueHint');
  return [{ kind: 'line', name: 'value', label, value: written('value'), hint, most: 15, form: 'decimal' }];
};

/** The fields of an entry for one period: a share, or a value in its unit. They begin with what a file states. */
export const entryFields = (
  { measuredIn }: Pick<Objective, 'measuredIn'>,
  { latest, recorded }: Pick<EnteredPeriod, 'latest' | 'recorded'>,
  { t, of }: EntryWords,
): readonly Field[] => [
  ...amountFields(measuredIn, recorded, { t, of }),
  { kind: 'line', name: 'evidence', label: t('entry.evidence'), value: recorded?.evidence, most: 500 },
  ...(latest ? ([{ kind: 'prose', name: 'reason', label: t('entry.reason') }] as const) : []),
];

/** Enters the figure of a period, or replaces what the user has seen there. @throws Problem */
export function enter(
  client: Client,
  id: string,
  seen: EnteredPeriod,
  { numerator, denominator, value, evidence = '', reason }: Entered,
): Promise<Written> {
  const body = {
    ...{ period: seen.period, evidence },
    ...(numerator !== undefined && { numerator: Number(numerator) }),
    ...(denominator !== undefined && { denominator: Number(denominator) }),
    ...(value !== undefined && { value }),
    ...(reason !== undefined && { reason }),
  };
  const params = { path: { id }, ...(seen.statements > 0 && afterSeen(seen)) };
  return bodyOf(client.POST('/v1/objectives/{id}/figures', { params, body }));
}

/** @throws Problem */
export const approveEntry = (client: Client, id: string, seen: EnteredPeriod): Promise<Written> => {
  const params = { path: { id, period: seen.period }, ...afterSeen(seen) };
  return bodyOf(client.POST('/v1/objectives/{id}/figures/{period}/approve', { params }));
};

/** @throws Problem */
export const refuseEntry = (
  client: Client,
  id: string,
  seen: EnteredPeriod,
  { reason = '' }: Entered,
): Promise<Written> => {
  const params = { path: { id, period: seen.period }, ...afterSeen(seen) };
  return bodyOf(client.POST('/v1/objectives/{id}/figures/{period}/refuse', { params, body: { reason } }));
};
