import { h } from './dom.js';
import { evidenceLink } from './route.js';
import { allowance, verdictOf } from './verdict.js';

/** @typedef {import('./api.js').Objective} Objective */
/** @typedef {import('./words.js').Words} Words */

/** Shape and word tell the status; colour only repeats it. */
const ICONS = { assured: '✓', doubtful: '?', 'at-risk': '!', breached: '✕', 'not-computable': '–' };

/** @param {Objective} objective */
export const isDocuments = ({ formula }) => formula.name === 'documents-electronic';

/**
 * @param {object} view
 * @param {readonly Objective[]} view.objectives
 * @param {string} view.selected id
 * @param {boolean} view.current whether the page still hears from the server
 * @param {(unit: string) => string} view.unitName
 * @param {Words} words
 */
export const cards = ({ objectives, selected, current, unitName }, words) =>
  objectives.map((objective) => card(objective, objective.id === selected, current, unitName, words));

/** @param {Objective} objective @param {boolean} selected @param {boolean} current @param {(unit: string) => string} unitName @param {Words} words */
function card(objective, selected, current, unitName, words) {
  const { id, title, target, comparator } = objective;
  const { t } = words;
  const verdict = verdictOf(objective, current);
  const kind = isDocuments(objective) ? 'document' : 'dossier';
  const sign = comparator === '>=' ? '≥' : '=';
  return h(
    'article.card',
    { 'data-key': id, 'data-verdict': verdict, 'aria-labelledby': `title-${id}` },
    h(
      'header',
      null,
      h(
        'h3',
        { id: `title-${id}` },
        h(
          'button',
          { type: 'button', 'data-do': 'select', 'data-objective': id, 'aria-pressed': String(selected) },
          words.of(title),
        ),
      ),
      h(
        'p.verdict',
        null,
        h('span.icon', { 'aria-hidden': 'true' }, ICONS[verdict]),
        t(`verdict.${verdict}`),
      ),
    ),
    h(
      'p.figure',
      null,
      h(
        'strong',
        { 'data-flash': objective.value },
        objective.value === null ? '–' : words.percent(objective, target),
      ),
      h(
        'span',
        null,
        t('target', { comparator: sign, target: words.target(target) }),
        objective.aspirational && ` (${t('aspirational')})`,
      ),
    ),
    h('p.span', null, span(objective, words)),
    objective.reason !== null && h('p', null, words.code('reason', objective.reason)),
    objective.status === 'at-risk' && h('p', null, ifSettledNow(objective, words)),
    doubts(objective, words),
    budget(objective, kind, words),
    counts(objective, kind, words),
    worst(objective, unitName, words),
    objective.carriedOver && h('p.note', null, t('carriedOver')),
    explanation(objective, words),
  );
}

/** Each objective may have a period of its own. @param {Objective} objective @param {Words} words */
function span({ window }, { t, code, day }) {
  const days = t('window.span', { from: day(window.from), to: day(window.cutTo) });
  return `${code('window', window.name)} · ${days}`;
}

/** @param {Objective} objective @param {Words} words */
function doubts({ trust, freshness }, { t }) {
  const silent = freshness.filter((feed) => feed.silent).map(({ feed }) => feed);
  const told = trust.doubts.map((doubt) => {
    if (doubt === 'stale') {
      return silent.length > 0 ? t('doubt.stale', { feeds: silent.join(', ') }) : t('doubt.no-feed');
    }
    if (doubt === 'incomplete') return t('doubt.incomplete', { n: trust.deadLetters });
    return doubt === 'partial' ? t('doubt.partial') : doubt;
  });
  return told.length > 0 && h('ul.doubts', null, ...told.map((one) => h('li', null, one)));
}

/** @param {Objective} objective @param {'dossier' | 'document'} kind @param {Words} words */
function budget(objective, kind, { t, number }) {
  const room = allowance(objective);
  if (!room || objective.lateBudget === null) return null;
  const left = objective.lateBudget;
  const state = left > 0 ? 'left' : left === 0 ? 'none' : 'over';
  const { failures, allowed } = room;
  const spoken = t(`budget.bar.${kind}`, { used: number(failures), allowed: number(allowed) });
  return h(
    'div.budget',
    { 'data-state': state },
    h('p', { 'data-flash': left }, t(`budget.${state}.${kind}`, { n: number(Math.abs(left)) })),
    allowed > 0 && [
      h('progress', { max: allowed, value: Math.min(failures, allowed), 'aria-label': spoken }),
      h('small', null, spoken),
    ],
  );
}

/** @param {Objective} objective @param {'dossier' | 'document'} kind @param {Words} words */
function counts(objective, kind, words) {
  const { id, numerator, denominator, open, excluded } = objective;
  const { t, number } = words;
  const failed = kind === 'document' ? 'not-electronic' : 'late';
  /** @type {[string, string, number][]} */
  const rows = [[t(`failed.${kind}`), failed, denominator - numerator]];
  if (open) {
    rows.push(
      [t('overdue'), 'overdue', open.overdue],
      [t('dueSoon'), 'due-soon', open.dueSoon],
      [t('paused'), 'paused', open.paused],
    );
  } else rows.push([words.code('part', 'awaiting'), 'awaiting', excluded.awaiting ?? 0]);
  return [
    h('p.fraction', null, t(`fraction.${kind}`, { n: number(numerator), d: number(denominator) })),
    h(
      'ul.counts',
      null,
      ...rows.map(([label, part, count]) =>
        h(
          'li',
          null,
          h(
            'a',
            { href: evidenceLink(id, { part }), 'data-part': part, 'data-zero': String(count === 0) },
            h('b', { 'data-flash': count }, number(count)),
            ' ',
            h('span', null, label),
          ),
        ),
      ),
    ),
  ];
}

/** @param {Objective} objective @param {(unit: string) => string} unitName @param {Words} words */
function worst({ worst: { unit, field }, target, denominator }, unitName, words) {
  if (denominator === 0) return null;
  /** @param {string} label @param {import('./api.js').Part | null} part @param {(key: string) => string} name */
  const row = (label, part, name) =>
    part &&
    part.key !== null &&
    part.denominator > part.numerator && [
      h('dt', null, label),
      h(
        'dd',
        null,
        name(part.key),
        ' ',
        h('b', null, words.percent(part, target)),
        h('small', null, ` (${words.number(part.numerator)}/${words.number(part.denominator)})`),
      ),
    ];
  if (!unit && !field) return h('p.note', null, `${words.t('worst')}: ${words.t('worst.small')}`);
  return h(
    'dl.worst',
    null,
    row(words.t('worst.unit'), unit, unitName),
    row(words.t('worst.field'), field, (key) => key),
  );
}

/** Why it is at risk. @param {Objective} objective @param {Words} words */
const ifSettledNow = (objective, words) =>
  words.t(isDocuments(objective) ? 'settleNow.document' : 'settleNow.dossier', {
    value: words.percent(objective.settleNow, objective.target),
  });

/** @param {Objective} objective @param {Words} words */
function explanation(objective, words) {
  const {
    id,
    status,
    formula,
    target,
    settleNow,
    basis,
    bases,
    excluded,
    freshness,
    source,
    owner,
    version,
  } = objective;
  const { t } = words;
  const other = basis === 'adjusted' ? 'original' : 'adjusted';
  return h(
    'details',
    null,
    h('summary', null, t('explain')),
    h(
      'dl',
      null,
      h('dt', null, t('formula')),
      h(
        'dd',
        null,
        words.of(formula.text),
        h('small', null, ` ${formula.name}, ${t('version', { n: formula.version })}`),
      ),
      h('dt', null, t('definition')),
      h('dd', null, words.of(objective.text), h('small', null, ` ${t('version', { n: version })}`)),
      h('dt', null, t('source')),
      h('dd', null, source),
      h('dt', null, t('owner')),
      h('dd', null, words.of(owner)),
      !isDocuments(objective) && [
        h('dt', null, t('otherBasis', { basis: t(`basis.${other}`).toLowerCase() })),
        h('dd', null, words.percent(bases[other], target)),
      ],
      h('dt', null, t('excluded')),
      h(
        'dd',
        null,
        h(
          'ul',
          null,
          ...Object.entries(excluded).map(([part, count]) =>
            h(
              'li',
              null,
              h(
                'a',
                { href: evidenceLink(id, { part }) },
                `${words.code('part', part)}: ${words.number(count)}`,
              ),
            ),
          ),
        ),
      ),
      h('dt', null, t('feeds')),
      h(
        'dd',
        null,
        freshness.length === 0
          ? t('doubt.no-feed')
          : h('ul', null, ...freshness.map((feed) => h('li', null, feedText(feed, words)))),
      ),
    ),
    settleNow && status !== 'at-risk' && h('p', null, ifSettledNow(objective, words)),
  );
}

/** @param {Objective['freshness'][number]} feed @param {Words} words */
function feedText({ feed, lastRecordedAt, silent, coverageFrom }, words) {
  const { t } = words;
  const parts = [
    lastRecordedAt === null ? t('feed.never') : t('feed.last', { time: words.moment(lastRecordedAt) }),
    silent && t('feed.silent'),
    coverageFrom !== null && t('feed.coverage', { day: words.day(coverageFrom) }),
  ];
  return `${feed}: ${parts.filter(Boolean).join(', ')}`;
}
