import { h } from './dom.js';
import { numberOf } from './pages.js';
import { documentLink, dossierLink } from './route.js';
import { beginOf, isDay } from './words.js';

/** @typedef {import('./api.js').Dossier} Dossier */
/** @typedef {import('./api.js').Exchange} Exchange */
/** @typedef {import('./words.js').Words} Words */

const DAY = 86_400_000;

/**
 * @param {readonly Dossier[]} dossiers
 * @param {{ now: number, unitName: (unit: string | null) => string }} view
 * @param {Words} words
 */
export function dossierTable(dossiers, { now, unitName }, words) {
  const { t } = words;
  return h(
    'table.stack',
    null,
    head([t('dossier'), t('unit'), t('due'), t('account')]),
    h(
      'tbody',
      null,
      ...dossiers.map((dossier) =>
        h(
          'tr',
          { 'data-key': dossier.id },
          h(
            'th',
            { scope: 'row' },
            h('a', { href: dossierLink(dossier.id) }, dossier.id),
            h('small', null, [dossier.field, dossier.procedure].filter(Boolean).join(' · ')),
          ),
          h('td', { 'data-label': t('unit') }, unitName(dossier.unit)),
          h('td', { 'data-label': t('due') }, words.moment(dossier.dueAt)),
          h(
            'td',
            { 'data-label': t('account') },
            h('b.urgency', { 'data-late': String(isLate(dossier, now)) }, urgency(dossier, now, words)),
            h('small', null, words.code('account', dossier.account)),
          ),
        ),
      ),
    ),
  );
}

/** @param {Dossier} dossier @param {number} now */
export const isLate = ({ account, overdueFrom }, now) =>
  account === 'settled/late' ||
  (account === 'in-progress/timed' && overdueFrom !== null && now >= Date.parse(overdueFrom));

/** How late it is or was, or how long it has. @param {Dossier} dossier @param {number} now @param {Words} words */
export function urgency({ account, overdueFrom, endedAt, late: days }, now, words) {
  if (overdueFrom === null) return '';
  const from = Date.parse(overdueFrom);
  if (account === 'in-progress/timed')
    return now < from ? left(from, now, words) : late(from, now, days, words);
  if (account !== 'settled/late' || endedAt === null) return '';
  return late(from, beginOf(endedAt), days, words, isDay(endedAt));
}

/**
 * A limit in days runs out at a midnight, and is told in working days, with the calendar days beside: the first day after the
 * due date is one day late. A limit in hours is told as it is, unless only the day of the end is known.
 * @param {number} from when it became overdue @param {number} until @param {Dossier['late']} days @param {Words} words @param {boolean} [byDay]
 */
function late(from, until, days, { t, number, length, isMidnight }, byDay = false) {
  if (days === null || !(byDay || isMidnight(from))) return t('late.by', { time: length(until - from) });
  const time = t('workingDays', { n: number(days.workingDays) });
  return `${t('late.by', { time })} (${t('calendarDays', { n: number(days.calendarDays) })})`;
}

/** @param {number} from when it becomes overdue @param {number} now @param {Words} words */
function left(from, now, { t, number, length, isMidnight }) {
  if (!isMidnight(from)) return t('left', { time: length(from - now) });
  const days = Math.floor((from - now) / DAY);
  return days === 0 ? t('due.today') : t('left', { time: t('days', { n: number(days) }) });
}

/** @param {readonly Exchange[]} exchanges @param {{ unitName: (unit: string | null) => string }} view @param {Words} words */
export function exchangeTable(exchanges, { unitName }, words) {
  const { t } = words;
  return h(
    'table.stack',
    null,
    head([t('document'), t('recipients'), t('channel'), t('account')]),
    h(
      'tbody',
      null,
      ...exchanges.map(({ documentId, recipient, channel, account, issuedAt, findings }) =>
        h(
          'tr',
          { 'data-key': `${documentId} ${recipient}` },
          h(
            'th',
            { scope: 'row' },
            h('a', { href: documentLink(documentId) }, documentId),
            h('small', null, words.moment(issuedAt)),
          ),
          h('td', { 'data-label': t('recipients') }, unitName(recipient)),
          h(
            'td',
            { 'data-label': t('channel') },
            channel === null ? t('unstated') : words.code('channel', channel),
          ),
          h(
            'td',
            { 'data-label': t('account') },
            words.code('account', account),
            ...findings.map(({ code }) => h('small', null, words.code('finding', code))),
          ),
        ),
      ),
    ),
  );
}

/** @param {readonly string[]} labels */
const head = (labels) =>
  h('thead', null, h('tr', null, ...labels.map((label) => h('th', { scope: 'col' }, label))));

/** @param {string} list which list it turns @param {import('./pages.js').Pages} pages @param {string | undefined} next @param {Words} words */
export function pager(list, pages, next, { t, number }) {
  const page = numberOf(pages);
  if (page === 1 && next === undefined) return null;
  return h(
    'nav.pager',
    { 'aria-label': t('page', { n: number(page) }) },
    h(
      'button',
      { type: 'button', 'data-do': 'previous-page', 'data-list': list, disabled: page === 1 },
      t('previous'),
    ),
    h('span', null, t('page', { n: number(page) })),
    h(
      'button',
      {
        type: 'button',
        'data-do': 'next-page',
        'data-list': list,
        'data-cursor': next,
        disabled: next === undefined,
      },
      t('next'),
    ),
  );
}
