import { bodyOf, type EnteredPeriod, type Objective } from '../client/api.ts';
import { enteredText } from '../state/entered-text.ts';
import { approveEntry, enter, entryFields, refuseEntry } from '../state/entry-forms.ts';
import { OBJECTIVE } from '../text/objective.ts';
import { Box } from './box.tsx';
import { useApp } from './context.ts';
import { Known, Loaded } from './loaded.tsx';
import { ActButtons } from './register.tsx';
import { useAnswer } from './shown.ts';
import { Head } from './table-head.tsx';
import { useWords } from './words.ts';

interface EntriesProps {
  readonly objective: Objective;
}

/** The periods for which people enter the figure: what counts, what waits for a second person, what is late. */
export function EntriesBox({ objective }: EntriesProps) {
  const app = useApp();
  const { t } = useWords(OBJECTIVE);
  const { id } = objective;
  const { asOf, window } = app.question.value;
  const periods = useAnswer(
    (client) => {
      const query = { ...app.figures.moment(), ...(window !== 'own' && { window }) };
      return bodyOf(client.GET('/v1/objectives/{id}/figures', { params: { path: { id }, query } }));
    },
    JSON.stringify([id, asOf, window]),
  );
  return (
    <Box name="entries" title={t('entries')}>
      <Known>
        <Loaded id="entries" of={periods} isReported={(one) => app.figures.isShared(one)}>
          {({ items }) =>
            items.length === 0 ? (
              <p class="empty">{t('entries.empty')}</p>
            ) : (
              <table class="stack">
                <caption>{t('entries.caption')}</caption>
                <Head
                  labels={[t('entry.period'), t('entry.state'), t('entry.figure'), t('entry.evidence')]}
                />
                <tbody>
                  {items.map((period) => (
                    <PeriodRow key={period.period} period={period} objective={objective} />
                  ))}
                </tbody>
              </table>
            )
          }
        </Loaded>
      </Known>
    </Box>
  );
}

function PeriodRow({ period: seen, objective }: EntriesProps & { readonly period: EnteredPeriod }) {
  const { client } = useApp();
  const words = useWords(OBJECTIVE);
  const { t, code, day } = words;
  const { id, measuredIn } = objective;
  const about = [objective.unit];
  const { period, due, state, approved, latest, recorded } = seen;
  const shown = (entry: EnteredPeriod['latest'] | EnteredPeriod['recorded']) =>
    enteredText(entry, measuredIn, words);
  const isWaiting = state === 'waiting' || state === 'replacing';
  /** What was entered last, where it does not count: it waits, or was refused. */
  const later = latest?.state === 'approved' ? null : latest;
  const refusal = later?.decisions.findLast(({ kind }) => kind === 'refused')?.reason;
  const entries = [approved, later].filter((entry) => entry !== null);
  const ofPeriod = `${t('entry.period')} ${period}`;
  const ofLater = later ? `${ofPeriod}: ${shown(later)}, ${later.evidence}.` : ofPeriod;
  return (
    <tr>
      <th scope="row">
        {period}
        <small>{t('entry.due', { day: day(due) })}</small>
      </th>
      <td data-label={t('entry.state')}>
        <span data-late={String(state === 'late')}>{code('entryState', state)}</span>
        <ActButtons
          acts={[
            {
              ...{ name: 'enter', operation: 'enterFigure', about },
              ...{ title: t(latest ? 'entry.replace' : 'entry.enter'), text: ofPeriod },
              fields: entryFields(objective, seen, words),
              send: (entered) => enter(client, id, seen, entered),
            },
            ...(isWaiting
              ? [
                  {
                    ...({ name: 'approve', operation: 'approveFigure', about } as const),
                    second: { first: latest?.person ?? null },
                    isAwaited: true,
                    ...{
                      title: t('entry.approve'),
                      text: `${ofLater} ${t('entry.approveText')}`,
                      fields: [],
                    },
                    send: () => approveEntry(client, id, seen),
                  },
                  {
                    ...({ name: 'refuse', operation: 'refuseFigure', about } as const),
                    ...{ title: t('entry.refuse'), text: ofLater },
                    fields: [{ kind: 'prose', name: 'reason', label: t('entry.reason') } as const],
                    send: (entered: Parameters<typeof refuseEntry>[3]) =>
                      refuseEntry(client, id, seen, entered),
                  },
                ]
              : []),
          ]}
        />
      </td>
      <td data-label={t('entry.figure')}>
        <b>{shown(approved)}</b>
        {later && refusal === undefined && (
          <small>
            {t('entry.waiting', { figure: shown(later) })} {later.reason && `(${later.reason})`}
          </small>
        )}
        {later && refusal && <small>{t('entry.refused', { figure: shown(later), reason: refusal })}</small>}
        {recorded && <small>{t('entry.recorded', { figure: shown(recorded) })}</small>}
      </td>
      <td data-label={t('entry.evidence')}>
        {entries.length === 0 && (recorded?.evidence ?? '–')}
        {entries.map((entry) => (
          <p key={entry.state}>
            {entries.length > 1 && `${shown(entry)}: `}
            {entry.evidence}
            {entry.by && <small>{entry.by}</small>}
          </p>
        ))}
      </td>
    </tr>
  );
}
