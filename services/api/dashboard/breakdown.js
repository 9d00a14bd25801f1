import { h } from './dom.js';
import { evidenceLink } from './route.js';

/** @typedef {import('./api.js').Breakdown} Breakdown */
/** @typedef {import('./api.js').Part} Part */
/** @typedef {import('./words.js').Words} Words */
/** @typedef {'name' | 'share' | 'count' | 'failed' | 'overdue' | 'dueSoon'} Column */
/** @typedef {{ column: Column, descending: boolean }} Sorting */

/** Most failures first, which is where work helps most. @type {Sorting} */
export const WORST_FIRST = { column: 'failed', descending: true };

/** @param {Sorting} sorting @param {Column} column @returns {Sorting} the other way round when it is sorted by that already */
export const sortedBy = (sorting, column) => ({
  column,
  descending: sorting.column === column ? !sorting.descending : column !== 'name' && column !== 'share',
});

/** @param {readonly Part[]} parts @param {Sorting} sorting @param {(key: string | null) => string} nameOf @param {string} locale */
export function sorted(parts, { column, descending }, nameOf, locale) {
  const value = VALUES[column];
  const direction = descending ? -1 : 1;
  return parts.toSorted((a, b) => {
    if (column === 'name') return direction * nameOf(a.key).localeCompare(nameOf(b.key), locale);
    return direction * (value(a) - value(b)) || b.denominator - a.denominator;
  });
}

/** @type {Record<Column, (part: Part) => number>} */
const VALUES = {
  name: () => 0,
  // What has no share yet is not the worst.
  share: ({ value }) => value ?? 2,
  count: ({ denominator }) => denominator,
  failed: ({ numerator, denominator }) => denominator - numerator,
  overdue: ({ open }) => open?.overdue ?? 0,
  dueSoon: ({ open }) => open?.dueSoon ?? 0,
};

/**
 * @param {object} view
 * @param {Breakdown} view.breakdown
 * @param {Sorting} view.sorting
 * @param {boolean} view.documents
 * @param {(key: string | null) => string} view.nameOf
 * @param {Words} words
 */
export function breakdownTable({ breakdown, sorting, documents, nameOf }, words) {
  const { t } = words;
  const { id, by, target } = breakdown;
  const parts = breakdown.parts.filter(({ denominator, open }) => denominator > 0 || (open?.total ?? 0) > 0);
  if (parts.length === 0) return h('p.empty', null, t('breakdown.empty'));
  /** @type {[Column, string][]} */
  const columns = [
    ['name', words.code('by', by)],
    ['share', t('share')],
    ['count', t('count')],
    ['failed', t(documents ? 'failed.document' : 'failed.dossier')],
  ];
  if (!documents) columns.push(['overdue', t('overdue')], ['dueSoon', t('dueSoon')]);
  const mostFailures = Math.max(...parts.map(({ numerator, denominator }) => denominator - numerator));
  return h(
    'table.stack',
    null,
    h(
      'thead',
      null,
      h(
        'tr',
        null,
        ...columns.map(([column, label]) =>
          h(
            'th',
            {
              scope: 'col',
              'aria-sort':
                sorting.column === column ? (sorting.descending ? 'descending' : 'ascending') : 'none',
            },
            h('button', { type: 'button', 'data-do': 'sort', 'data-column': column }, label),
            // Of a head that is repeated on paper, the browser does not print the buttons.
            h('span.printed', { 'aria-hidden': 'true' }, label),
          ),
        ),
      ),
    ),
    h(
      'tbody',
      null,
      ...sorted(parts, sorting, nameOf, words.locale).map((part) =>
        row(part, { id, by, target, documents, columns, nameOf, mostFailures }, words),
      ),
    ),
  );
}

/**
 * @param {Part} part
 * @param {{ id: string, by: string, target: number, documents: boolean, columns: [Column, string][], nameOf: (key: string | null) => string, mostFailures: number }} table `mostFailures` fills the bar
 * @param {Words} words
 */
function row(part, { id, by, target, documents, columns, nameOf, mostFailures }, words) {
  const { key, numerator, denominator, open, status } = part;
  const failures = denominator - numerator;
  const { number, t } = words;
  const label = Object.fromEntries(columns);
  /** @param {string} text @param {string} name the part of the evidence */
  const link = (text, name) =>
    key === null
      ? text
      : h(
          'a',
          { href: evidenceLink(id, { part: name, [by]: key, ...(by === 'unit' && { below: 'false' }) }) },
          text,
        );
  const failed = documents ? 'not-electronic' : 'late';
  return h(
    'tr',
    { 'data-key': `part:${key}`, 'data-below': String(status === 'breached') },
    h(
      'th',
      { scope: 'row' },
      link(nameOf(key), failed),
      nameOf(key) !== key && key !== null && h('small', null, ` ${key}`),
    ),
    h(
      'td',
      { 'data-label': label.share },
      h(
        'span.share',
        null,
        words.percent(part, target),
        status === 'breached' && [
          h('span', { 'aria-hidden': 'true' }, ' ▼'),
          h('span.unseen', null, ` ${t('below')}`),
        ],
      ),
    ),
    h('td', { 'data-label': label.count }, `${number(numerator)} / ${number(denominator)}`),
    h(
      'td',
      { 'data-label': label.failed },
      link(number(failures), failed),
      h('progress', { max: Math.max(mostFailures, 1), value: failures, 'aria-hidden': 'true' }),
    ),
    !documents && [
      h('td', { 'data-label': label.overdue }, link(number(open?.overdue ?? 0), 'overdue')),
      h('td', { 'data-label': label.dueSoon }, link(number(open?.dueSoon ?? 0), 'due-soon')),
    ],
  );
}
