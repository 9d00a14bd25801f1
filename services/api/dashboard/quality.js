import { isDocuments } from './cards.js';
import { h } from './dom.js';
import { evidenceLink } from './route.js';

/** @typedef {import('./api.js').Objective} Objective */
/** @typedef {import('./words.js').Words} Words */
/** @typedef {{ id: string, type: string | null, source: string | null, receivedAt: string, faults: { pointer: string, was: string, expected: string }[] }} DeadLetter */
/** @typedef {{ name: string, ok: boolean, reason?: string, since?: string }} Check */

/** @param {readonly Check[]} checks @param {Words} words */
export const notReady = (checks, { t, since }) =>
  checks
    .filter(({ ok }) => !ok)
    .map((check) =>
      t('notReady', { name: check.name, time: since(check.since ?? Date.now()), reason: check.reason ?? '' }),
    );

/**
 * @param {readonly Objective[]} objectives
 * @param {{ items: readonly DeadLetter[], total: number } | undefined} letters undefined when the key may not see them
 * @param {Words} words
 * @returns null when nothing is wrong
 */
export function qualityList(objectives, letters, words) {
  const { t, number } = words;
  const dossiers = objectives.find((one) => !isDocuments(one));
  const documents = objectives.find(isDocuments);
  // A letter of no known type is a doubt of both, so that their sum would count it twice.
  const rejected =
    letters?.total ?? Math.max(dossiers?.trust.deadLetters ?? 0, documents?.trust.deadLetters ?? 0);
  const faulty = dossiers?.excluded['no-finish-date'] ?? 0;
  const undated = dossiers?.excluded['no-due-date'] ?? 0;
  if (rejected + faulty + undated === 0) return null;
  /** @param {string} label @param {number} count @param {string} part */
  const row = (label, count, part) =>
    dossiers &&
    count > 0 &&
    h(
      'li',
      null,
      h('a', { href: evidenceLink(dossiers.id, { part }) }, h('b', null, number(count)), ` ${label}`),
    );
  return h(
    'ul.quality',
    null,
    rejected > 0 &&
      h(
        'li',
        null,
        h('b', null, number(rejected)),
        ` ${t('quality.letters')}`,
        letters
          ? [
              h('ul', null, ...letters.items.map((letter) => letterRow(letter, words))),
              letters.items.length < rejected &&
                h(
                  'small',
                  null,
                  t('quality.some', { n: number(letters.items.length), total: number(rejected) }),
                ),
            ]
          : h('small', null, t('quality.admin')),
      ),
    row(t('quality.faulty'), faulty, 'no-finish-date'),
    row(t('quality.none'), undated, 'no-due-date'),
  );
}

/** @param {DeadLetter} letter @param {Words} words */
const letterRow = ({ id, type, source, receivedAt, faults }, words) =>
  h(
    'li',
    { 'data-key': id },
    `${words.moment(receivedAt)} · ${type ?? words.t('unstated')} · ${source ?? words.t('unstated')}`,
    ...faults
      .slice(0, 2)
      .map(({ pointer, was, expected }) => h('small', null, `${pointer} ${was}: ${expected}`)),
  );
