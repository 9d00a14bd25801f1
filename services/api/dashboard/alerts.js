import { h } from './dom.js';
import { evidenceLink } from './route.js';

/**
 * As `GET /v1/alerts` gives it; the subject's fields depend on whether it is an objective or a feed.
 * @typedef {object} Alert
 * @property {string} id
 * @property {string} rule
 * @property {'ok' | 'pending' | 'firing' | 'resolved'} phase
 * @property {string | null} since
 * @property {string} reason
 * @property {{ at: string, by: string } | null} acknowledged
 * @property {string | null} silence
 * @property {{ objective?: string, scope?: string, feed?: string, lastEventAt?: string | null, numerator?: number, denominator?: number, target?: number }} subject
 */
/** @typedef {import('./words.js').Words} Words */

const ORDER = ['firing', 'pending', 'resolved'];
/** What is over stays listed for a day, for whoever comes on duty. */
const RESOLVED_FOR_MS = 24 * 3_600_000;

/** Those to show, the firing ones first, the newest of each first. @param {readonly Alert[]} alerts @param {number} now */
export const toShow = (alerts, now) =>
  alerts
    .filter(
      ({ phase, since }) =>
        phase === 'firing' ||
        phase === 'pending' ||
        (phase === 'resolved' && now - moment(since) < RESOLVED_FOR_MS),
    )
    .sort((a, b) => ORDER.indexOf(a.phase) - ORDER.indexOf(b.phase) || moment(b.since) - moment(a.since));

/** @param {string | null} since */
const moment = (since) => (since === null ? 0 : Date.parse(since));

/**
 * @param {readonly Alert[]} alerts
 * @param {{ titleOf: (objective: string) => string, unitName: (unit: string) => string }} view
 * @param {Words} words
 */
export function alertList(alerts, { titleOf, unitName }, words) {
  const { t } = words;
  if (alerts.length === 0) return h('p.empty', null, t('alerts.none'));
  return h(
    'ul.alerts',
    null,
    ...alerts.map(({ id, rule, phase, since, reason, acknowledged, silence, subject }) => {
      const {
        objective,
        scope,
        feed,
        numerator = 0,
        denominator = 0,
        target = 1,
        lastEventAt = null,
      } = subject;
      const unit = scope && scope !== 'office' ? ` (${unitName(scope)})` : '';
      return h(
        'li',
        { 'data-key': id, 'data-phase': phase },
        h(
          'p',
          null,
          h('span.phase', null, words.code('phase', phase)),
          h('b', null, words.code('rule', rule)),
        ),
        h(
          'p',
          null,
          objective ? h('a', { href: evidenceLink(objective, {}) }, titleOf(objective) + unit) : feed,
        ),
        h(
          'p',
          null,
          objective
            ? t('alert.value', {
                value: words.percent({ numerator, denominator }, target),
                target: words.target(target),
                n: words.number(numerator),
                d: words.number(denominator),
              })
            : t('alert.last', { time: words.moment(lastEventAt) }),
        ),
        h(
          'small',
          null,
          [since !== null && t('since', { time: words.moment(since) }), words.code('why', reason)]
            .filter(Boolean)
            .join(' · '),
        ),
        silence !== null && h('small', null, t('alert.silenced')),
        acknowledged
          ? h('small', null, t('alert.takenBy', { by: acknowledged.by, time: words.moment(acknowledged.at) }))
          : phase === 'firing' &&
              h('button', { type: 'button', 'data-do': 'take', 'data-alert': id }, t('take')),
      );
    }),
  );
}
