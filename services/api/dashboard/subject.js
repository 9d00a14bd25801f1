import { h } from './dom.js';
import { isLate, urgency } from './lists.js';
import { endOf } from './words.js';

/** @typedef {import('./api.js').DossierDetail} DossierDetail */
/** @typedef {import('./api.js').DocumentDetail} DocumentDetail */
/** @typedef {import('./words.js').Words} Words */

/** Times recorded so much later than they were are worth telling: the figure of that day has changed since. */
const LATE_NEWS_MS = 3_600_000;

/** @param {DossierDetail} dossier @param {{ now: number, unitName: (unit: string | null) => string }} view @param {Words} words */
export function dossierView(dossier, { now, unitName }, words) {
  const { t } = words;
  const {
    account,
    unit,
    field,
    procedure,
    channel,
    receivedAt,
    dueAt,
    originalDueAt,
    endedAt,
    originalTiming,
  } = dossier;
  const late = urgency(dossier, now, words);
  /** @type {[string, string | null | false][]} */
  const facts = [
    [t('unit'), unitName(unit)],
    [t('field'), field ?? t('unstated')],
    [t('procedure'), procedure ?? t('unstated')],
    [t('channel'), channel === null ? t('unstated') : words.code('channel', channel)],
    [t('received'), words.moment(receivedAt)],
    [t('due'), words.moment(dueAt)],
    [t('due.original'), originalDueAt !== dueAt && words.moment(originalDueAt)],
    [t('ended'), endedAt !== null && words.moment(endedAt)],
    [t('onOriginal'), originalTiming !== null && words.code('timing', originalTiming)],
    [t('reversions'), dossier.reversions > 0 && words.number(dossier.reversions)],
    [t('aliases'), dossier.aliases.length > 0 && dossier.aliases.join(', ')],
  ];
  return [
    h(
      'p.account',
      { 'data-account': account },
      words.code('account', account),
      late && h('small.urgency', { 'data-late': String(isLate(dossier, now)) }, ` ${late}`),
    ),
    h(
      'dl.facts',
      null,
      ...facts.map(([label, value]) => value && [h('dt', null, label), h('dd', null, value)]),
    ),
    findings(dossier.findings, words),
    h('h3', null, t('timeline')),
    h(
      'ol.timeline',
      null,
      ...dossier.timeline.map((one) =>
        h(
          'li',
          { 'data-key': one.event, 'data-use': one.use },
          h('time', { datetime: one.time }, words.moment(one.time)),
          h('b', null, words.code('status', one.status)),
          h('span.use', null, words.code('use', one.use)),
          one.reason && h('p', null, one.reason),
          heading(one, words),
        ),
      ),
    ),
    h('h3', null, t('legs')),
    h(
      'ol.legs',
      null,
      ...dossier.legs.map(({ day, from, to }) =>
        h(
          'li',
          null,
          h('time', { datetime: day }, words.day(day)),
          ` ${words.code('account', from)} → `,
          h('b', null, words.code('account', to)),
        ),
      ),
    ),
  ];
}

/** @param {DocumentDetail} document @param {{ unitName: (unit: string | null) => string }} view @param {Words} words */
export function documentView({ pairs, events }, { unitName }, words) {
  const { t } = words;
  return [
    h('h3', null, t('recipients')),
    h(
      'ul.pairs',
      null,
      ...pairs.map(({ recipient, account, channel, graceUntil, findings: found }) =>
        h(
          'li',
          { 'data-key': recipient },
          h('b', null, unitName(recipient)),
          h('span.use', null, words.code('account', account)),
          channel !== null && ` ${words.code('channel', channel)}`,
          graceUntil !== null && h('small', null, `${t('grace')} ${words.moment(graceUntil)}`),
          findings(found, words),
        ),
      ),
    ),
    h('h3', null, t('timeline')),
    h(
      'ol.timeline',
      null,
      ...events.map((one) =>
        h(
          'li',
          { 'data-key': one.event },
          h('time', { datetime: one.time }, words.moment(one.time)),
          h('b', null, words.code('type', one.type)),
          typeof one.data.step === 'string' && h('span.use', null, words.code('step', one.data.step)),
          typeof one.data.recipientUnitId === 'string' && h('p', null, unitName(one.data.recipientUnitId)),
          heading(one, words),
        ),
      ),
    ),
  ];
}

/** @param {readonly { code: string, detail: string }[]} found @param {Words} words */
const findings = (found, words) =>
  found.length > 0 && [
    h('h3', null, words.t('findings')),
    h(
      'ul.findings',
      null,
      ...found.map(({ code, detail }) => h('li', { title: detail }, words.code('finding', code))),
    ),
  ];

/** Where an event came from. @param {{ time: string, recordedAt: string, feed: string, sourceId: string }} event @param {Words} words */
const heading = ({ time, recordedAt, feed, sourceId }, words) =>
  h(
    'small',
    null,
    `${feed} · ${sourceId}`,
    Date.parse(recordedAt) - endOf(time) > LATE_NEWS_MS &&
      ` · ${words.t('recorded', { time: words.moment(recordedAt) })}`,
  );
