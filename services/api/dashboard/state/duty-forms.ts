import { type Article2, bodyOf, type Client, type Duty } from '../client/api.ts';
import type { ARTICLE_2 } from '../text/article-2.ts';
import { type Entered, type Field, listIn } from './forms.ts';
import { afterSeen, type FormWords, type Written } from './register-forms.ts';

type DutyWords = Pick<FormWords<keyof typeof ARTICLE_2>, 't'>;

/** The units of the table: what is stated of another shows nowhere on the page. */
const unitsOf = ({ units }: Pick<Article2, 'units'>) =>
  units.map(({ unit, name, level }) => ({ value: unit, label: name ?? unit, level: Math.max(0, level - 1) }));

/** @param table of the year whose objectives were passed on */
export const communicationFields = (
  table: Pick<Article2, 'year' | 'units'>,
  { t }: DutyWords,
): readonly Field[] => [
  { kind: 'choice', name: 'unitId', label: t('article2.unit'), options: unitsOf(table) },
  {
    kind: 'line',
    name: 'year',
    label: t('article2.year'),
    value: String(table.year),
    most: 4,
    form: 'whole',
    range: [2000, 2099],
  },
  { kind: 'day', name: 'on', label: t('duty.on'), hasCome: true },
  { kind: 'line', name: 'means', label: t('duty.means') },
  { kind: 'line', name: 'reached', label: t('duty.reached'), most: 6, form: 'whole', atMost: 'of' },
  { kind: 'line', name: 'of', label: t('duty.of'), most: 6, form: 'whole' },
  { kind: 'prose', name: 'evidence', label: t('duty.evidence') },
];

export const requestFields = (table: Pick<Article2, 'units'>, { t }: DutyWords): readonly Field[] => [
  { kind: 'line', name: 'id', label: t('duty.id'), hint: t('duty.idHint'), most: 80 },
  {
    ...{ kind: 'choices', name: 'units', label: t('duty.units') },
    ...{ options: unitsOf(table), values: table.units.map(({ unit }) => unit) },
  },
  { kind: 'line', name: 'askedBy', label: t('duty.askedBy') },
  { kind: 'line', name: 'form', label: t('duty.form') },
  { kind: 'day', name: 'from', label: t('duty.from'), atMost: 'to' },
  { kind: 'day', name: 'to', label: t('duty.to') },
  { kind: 'day', name: 'on', label: t('duty.requestedOn'), hasCome: true },
  { kind: 'day', name: 'due', label: t('duty.due') },
];

export const submissionFields = ({ t }: DutyWords): readonly Field[] => [
  { kind: 'day', name: 'on', label: t('duty.on'), hasCome: true },
  { kind: 'line', name: 'number', label: t('duty.number') },
  { kind: 'prose', name: 'evidence', label: t('duty.evidence') },
];

export const withdrawalFields = ({ t }: DutyWords): readonly Field[] => [
  { kind: 'prose', name: 'reason', label: t('duty.reason') },
];

/** @throws Problem */
export const communicate = (client: Client, entered: Entered): Promise<Written> => {
  const { unitId = '', year, on = '', means = '', reached, of, evidence = '' } = entered;
  const counts = { year: Number(year), reached: Number(reached), of: Number(of) };
  return bodyOf(
    client.POST('/v1/duties/communications', { body: { unitId, on, means, evidence, ...counts } }),
  );
};

/** Asks the chosen units by one request, which makes a duty for each. @throws Problem */
export async function requestReports(client: Client, entered: Entered): Promise<Written> {
  const { id = '', askedBy = '', form = '', from = '', to = '', on = '', due = '' } = entered;
  const body = { id, units: [...listIn(entered, 'units')], askedBy, form, from, to, on, due };
  const { items } = await bodyOf(client.POST('/v1/duties/requests', { body }));
  return items.at(-1) ?? { position: '' };
}

async function afterNow(client: Client, { id }: Pick<Duty, 'id'>) {
  const newest = await bodyOf(client.GET('/v1/duties/{id}', { params: { path: { id } } }));
  return { path: { id }, ...afterSeen(newest) };
}

/** @throws Problem */
export async function submit(
  client: Client,
  duty: Duty,
  { on = '', number = '', evidence = '' }: Entered,
): Promise<Written> {
  const params = await afterNow(client, duty);
  return bodyOf(client.POST('/v1/duties/{id}/submit', { params, body: { on, number, evidence } }));
}

/** @throws Problem */
export async function withdraw(client: Client, duty: Duty, { reason = '' }: Entered): Promise<Written> {
  const params = await afterNow(client, duty);
  return bodyOf(client.POST('/v1/duties/{id}/withdraw', { params, body: { reason } }));
}
