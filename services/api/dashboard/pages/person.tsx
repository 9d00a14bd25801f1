import { bodyOf, type PersonDetail } from '../client/api.ts';
import { useApp } from '../components/context.ts';
import { Loaded } from '../components/loaded.tsx';
import { ActButtons, type PossibleAct } from '../components/register.tsx';
import { useAnswer } from '../components/shown.ts';
import { Head } from '../components/table-head.tsx';
import { Origin } from '../components/timeline.tsx';
import { useWords } from '../components/words.ts';
import { deleteName, setName } from '../state/person.ts';
import { STAFF } from '../text/staff.ts';

/** The record of one person, under a pseudonym, in the side panel. */
export function PersonPanel() {
  const app = useApp();
  const route = app.panel.route.value;
  const ref = route.kind === 'person' ? route.id : '';
  const person = useAnswer(
    (client) =>
      bodyOf(client.GET('/v1/staff/{ref}', { params: { path: { ref }, query: app.figures.moment() } })),
    `${ref} ${app.question.value.asOf}`,
  );
  return (
    <Loaded id="person" class="panel-content" of={person}>
      {(shown) => <Content person={shown} />}
    </Loaded>
  );
}

function Content({ person }: { readonly person: PersonDetail }) {
  const { t, code, moment } = useWords(STAFF);
  return (
    <>
      <Name person={person} />
      <Stretches person={person} />
      <h3>{t('person.history')}</h3>
      <ol class="timeline">
        {person.events.map((one) => (
          <li key={one.event} data-use={one.use}>
            <time datetime={one.time}>{moment(one.time)}</time>
            <b>{code('staffEvent', one.type)}</b>
            <span class="use">{code('use', one.use)}</span>
            <Origin event={one} />
          </li>
        ))}
      </ol>
    </>
  );
}

/** The name that the office keeps, if any, and for a key that may the acts that change it. */
function Name({ person }: { readonly person: PersonDetail }) {
  const { client } = useApp();
  const { t } = useWords(STAFF);
  const { name } = person;
  const set: PossibleAct = {
    ...{ name: 'set', operation: 'setNames' },
    ...{ title: t(name === undefined ? 'name.set' : 'name.change'), text: t('name.apart') },
    fields: [{ kind: 'line', name: 'names/0/name', most: 200, label: t('name'), value: name }],
    send: ({ 'names/0/name': stated = '' }) => setName(client, person, stated),
  };
  if (name === undefined) return <ActButtons acts={[set]} />;
  const deletion: PossibleAct = {
    ...{ name: 'delete', operation: 'deleteName' },
    ...{ title: t('name.delete'), text: t('name.deleted', { name }), fields: [] },
    send: () => deleteName(client, person),
  };
  return (
    <>
      <p>
        <b>{name}</b>
      </p>
      <ActButtons acts={[set, deletion]} />
    </>
  );
}

/** Days of service on which one rating, or one outcome of the title standard, holds. */
function Stretches({ person }: { readonly person: PersonDetail }) {
  const app = useApp();
  const { t, code, day } = useWords(STAFF);
  return (
    <table class="stack">
      <caption>{t('person.stretches')}</caption>
      <Head labels={[t('account'), t('person.days'), t('unit'), t('jobPosition'), t('decision')]} />
      <tbody>
        {person.stretches.map(
          ({ account, from, to, unit, positionVersion, ratedYear, decision, findings }) => (
            <tr key={`${account} ${from}`}>
              <th scope="row">
                {code('account', account)}
                {ratedYear !== null && <small>{t('person.year', { year: ratedYear })}</small>}
                {findings.map((finding) => (
                  <small key={finding.code}>{code('finding', finding.code)}</small>
                ))}
              </th>
              <td data-label={t('person.days')}>
                {to === null
                  ? t('person.from', { from: day(from) })
                  : t('person.fromTo', { from: day(from), to: day(to) })}
              </td>
              <td data-label={t('unit')}>{unit === null ? t('unstated') : app.unitName.value(unit)}</td>
              <td data-label={t('jobPosition')}>{positionVersion ?? t('unstated')}</td>
              <td data-label={t('decision')}>
                {decision === null ? '–' : `${decision.number}, ${day(decision.date)}`}
              </td>
            </tr>
          ),
        )}
      </tbody>
    </table>
  );
}
