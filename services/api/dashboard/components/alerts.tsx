import type { Alert } from '../client/api.ts';
import { type AlertSubject, subjectOf, toShow } from '../state/alerts.ts';
import type { PageName } from '../state/question.ts';
import { evidenceLink } from '../state/route.ts';
import type { Words } from '../text/words.ts';
import { useApp } from './context.ts';
import { Empty, ProblemBox } from './loaded.tsx';

/** Where what is overdue stands. */
const REGISTER_PAGES: ReadonlyMap<string, PageName> = new Map([
  ['risks', 'risks'],
  ['risk-reviews', 'risks'],
  ['opportunities', 'opportunities'],
  ['review-actions', 'reviews'],
  ['reports', 'article-2'],
  ['inspections', 'inspections'],
  ['inspection-findings', 'inspections'],
  ['entered-figures', 'cascade'],
  ['figure-approvals', 'cascade'],
]);

export function AlertList({ alerts }: { readonly alerts: readonly Alert[] }) {
  const app = useApp();
  const { t } = app.words.value;
  // At a past moment the figures have the time of then, alerts that of now.
  const now = app.isPast.value ? Date.now() : app.figures.serverNow.value;
  const shown = toShow(alerts, now);
  const problem = app.acknowledgeProblem.value;
  return (
    <>
      {problem !== undefined && <ProblemBox problem={problem} />}
      {shown.length === 0 ? (
        <Empty>{t('alerts.none')}</Empty>
      ) : (
        <ul class="alerts">
          {shown.map((alert) => (
            <AlertItem key={alert.id} alert={alert} />
          ))}
        </ul>
      )}
    </>
  );
}

function AlertItem({ alert }: { readonly alert: Alert }) {
  const app = useApp();
  const words = app.words.value;
  const { t } = words;
  const { id, rule, phase, since, reason, acknowledged, silence } = alert;
  const subject = subjectOf(alert);
  const { objective, title, unit, feed, register } = subject;
  const ofUnit = unit ? ` (${app.unitName.value(unit)})` : '';
  return (
    <li data-phase={phase}>
      <p>
        <span class="phase">{words.code('phase', phase)}</span>
        <b>{words.code('rule', rule)}</b>
      </p>
      <p>
        {objective ? (
          <a href={evidenceLink(objective, {})}>
            {title ? words.of(title) : app.objectiveName.value(objective)}
            {ofUnit}
          </a>
        ) : register ? (
          <a href={app.linkTo({ page: REGISTER_PAGES.get(register) ?? 'risks' })}>
            {words.code('register', register)}
            {ofUnit || ` (${t('office')})`}
          </a>
        ) : (
          feed
        )}
      </p>
      <p>{figureText(subject, words)}</p>
      <small>
        {[since !== null && t('since', { time: words.moment(since) }), words.code('why', reason)]
          .filter(Boolean)
          .join(' · ')}
      </small>
      {silence !== null && <small>{t('alert.silenced')}</small>}
      {acknowledged && (
        <small>
          {t('alert.acknowledgedBy', { by: acknowledged.by, time: words.moment(acknowledged.at) })}
        </small>
      )}
      {!acknowledged &&
        phase === 'firing' &&
        app.access.isAsked.value &&
        (app.access.may('acknowledgeAlert') ? (
          <button
            type="button"
            onClick={() => {
              app.acknowledging.value = id;
            }}
          >
            {t('acknowledge')}
          </button>
        ) : (
          <small>{t('alert.unacknowledged')}</small>
        ))}
    </li>
  );
}

/** What is wrong, in figures. */
function figureText(
  { objective, register, overdue, numerator, denominator, target, measuredIn, lastEventAt }: AlertSubject,
  words: Words,
): string {
  if (register) return words.t('alert.overdue', { n: words.number(overdue) });
  if (!objective) return words.t('alert.last', { time: words.moment(lastEventAt) });
  if (numerator === null) return words.t('alert.smallGroup', { n: words.number(denominator) });
  return words.t('alert.value', {
    value: words.percent({ numerator, denominator }, target, measuredIn),
    target: words.target(target, measuredIn),
    n: words.number(numerator),
    d: words.number(denominator),
  });
}
