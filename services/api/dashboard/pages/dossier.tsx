import type { DossierDetail } from '../client/api.ts';
import { useApp } from '../components/context.ts';
import { Facts } from '../components/facts.tsx';
import { Pager } from '../components/pager.tsx';
import { Findings, Origin } from '../components/timeline.tsx';
import { isLate, urgency } from '../state/urgency.ts';

/** A code with its name, where it has one of its own. */
const named = (code: string | null, name: string | null): string | null =>
  name === null || name === code ? code : `${name} (${code})`;

/** The timeline of one dossier. */
export function DossierPage({ dossier }: { readonly dossier: DossierDetail }) {
  const app = useApp();
  const words = app.words.value;
  const { t } = words;
  const now = app.figures.serverNow.value;
  const { account, unit, field, procedure, channel, receivedAt, dueAt, originalDueAt, endedAt } = dossier;
  const late = urgency(dossier, now, words);
  const facts: readonly (readonly [string, string | false])[] = [
    [t('unit'), unit === null ? t('unstated') : app.unitName.value(unit)],
    [t('field'), named(field, dossier.fieldName) ?? t('unstated')],
    [t('procedure'), named(procedure, dossier.procedureName) ?? t('unstated')],
    [t('channel'), channel === null ? t('unstated') : words.code('channel', channel)],
    [t('received'), words.moment(receivedAt)],
    [t('due'), words.moment(dueAt)],
    [t('due.original'), originalDueAt !== dueAt && words.moment(originalDueAt)],
    [t('ended'), endedAt !== null && words.moment(endedAt)],
    [t('onOriginal'), dossier.originalTiming !== null && words.code('timing', dossier.originalTiming)],
    [t('reversions'), dossier.reversions > 0 && words.number(dossier.reversions)],
    [t('aliases'), dossier.aliases.length > 0 && dossier.aliases.join(', ')],
  ];
  return (
    <>
      <p class="account" data-account={account}>
        {words.code('account', account)}
        {late && (
          <small class="urgency" data-late={String(isLate(dossier, now))}>
            {` ${late}`}
          </small>
        )}
      </p>
      <Facts facts={facts} />
      {dossier.letters.length > 0 && (
        <>
          <h3>{t('letters')}</h3>
          <ul class="findings">
            {dossier.letters.map(({ number, date, newDueAt, moved }) => (
              <li key={`${number} ${date}`}>
                {t('letter.of', { number, date: words.moment(date) })}
                {newDueAt !== null &&
                  ` · ${t(moved ? 'letter.moved' : 'letter.notMoved', { due: words.moment(newDueAt) })}`}
              </li>
            ))}
          </ul>
        </>
      )}
      <Findings findings={dossier.findings} />
      <h3>{t('timeline')}</h3>
      <ol class="timeline">
        {dossier.timeline.map((one) => (
          <li key={one.event} data-use={one.use}>
            <time datetime={one.time}>{words.moment(one.time)}</time>
            <b>
              {words.code('status', one.status)}
              {one.letter !== null && ` ${one.letter}`}
            </b>
            <span class="use">{words.code('use', one.use)}</span>
            {one.reason && <p>{one.reason}</p>}
            <Origin event={one} />
          </li>
        ))}
      </ol>
      <Pager paging={app.panel.paging.value} next={dossier.next} turn={(turned) => app.panel.turn(turned)} />
      <h3>{t('legs')}</h3>
      <ol class="legs">
        {dossier.legs.map(({ day, from, to }) => (
          <li key={`${day} ${from} ${to}`}>
            <time datetime={day}>{words.day(day)}</time> {words.code('account', from)} →{' '}
            <b>{words.code('account', to)}</b>
          </li>
        ))}
      </ol>
    </>
  );
}
