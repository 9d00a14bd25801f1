import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DOCUMENT_ACCOUNTS } from '../../../../shared/books/document/accounts.ts';
import { DOSSIER_ACCOUNTS } from '../../../../shared/books/dossier/accounts.ts';
import { INSPECTION_ACCOUNTS } from '../../../../shared/books/inspection/accounts.ts';
import { ALERTS } from './alerts.ts';
import { ARTICLE_2 } from './article-2.ts';
import { CASCADE } from './cascade.ts';
import { DEFINITIONS } from './definitions.ts';
import { FINDINGS } from './findings.ts';
import { FRAME } from './frame.ts';
import { firstLanguage, TEXTS } from './i18n.ts';
import { INSPECTIONS } from './inspections.ts';
import { LISTS } from './lists.ts';
import { OBJECTIVE } from './objective.ts';
import { OBJECTIVES } from './objectives.ts';
import { OPPORTUNITIES } from './opportunities.ts';
import { REGISTERS } from './registers.ts';
import { REHEARSAL } from './rehearsal.ts';
import { REVIEWS } from './reviews.ts';
import { RISKS } from './risks.ts';
import { STAFF } from './staff.ts';
import { SUBJECTS } from './subjects.ts';
import { beginOf, endOf, wordsIn } from './words.ts';

const vi = wordsIn('vi');
const en = wordsIn('en');

/** The texts of pages that are loaded when they are opened. */
const OPENED = [
  ARTICLE_2,
  CASCADE,
  DEFINITIONS,
  STAFF,
  REHEARSAL,
  INSPECTIONS,
  OBJECTIVE,
  OPPORTUNITIES,
  REGISTERS,
  REVIEWS,
  RISKS,
];

test('every text exists in both languages', () => {
  for (const [key, texts] of [TEXTS, ...OPENED].flatMap(Object.entries))
    assert.ok(texts.length === 2 && texts.every(Boolean), key);
});

test('the first language is the one chosen before, else the one the browser prefers, else Vietnamese', () => {
  assert.equal(firstLanguage('vi', ['en-US']), 'vi');
  assert.equal(firstLanguage('en', ['vi-VN']), 'en');
  assert.equal(firstLanguage(null, ['fr-FR', 'en-GB', 'vi']), 'en');
  assert.equal(firstLanguage(null, ['vi-VN', 'en']), 'vi');
  assert.equal(firstLanguage(null, ['fr']), 'vi');
});

test('every account has a name', () => {
  for (const account of [...DOSSIER_ACCOUNTS, ...DOCUMENT_ACCOUNTS, ...INSPECTION_ACCOUNTS])
    assert.notEqual(vi.code('account', account), account);
});

test('a code that the page does not know is shown as it is', () => {
  assert.equal(vi.code('reason', 'brand-new'), 'brand-new');
});

test('numbers and percentages follow the language', () => {
  assert.equal(vi.percent({ numerator: 19_199, denominator: 20_000 }, 0.96), '95,995%');
  assert.equal(en.percent({ numerator: 19_199, denominator: 20_000 }, 0.96), '95.995%');
  assert.equal(vi.target(0.96), '96%');
  assert.equal(vi.percent({ numerator: 9, denominator: 10 }, 0.96), '90%');
  assert.equal(vi.percent({ numerator: 959, denominator: 1_000 }, 0.96), '95,90%');
  assert.equal(vi.number(1_234_567), '1.234.567');
  assert.equal(en.number(1_234_567), '1,234,567');
  assert.equal(vi.percent(null, 0.96), '–');
  const days = { vi: 'ngày', en: 'days' };
  assert.equal(vi.percent({ numerator: 125, denominator: 10 }, 15, days), '12,5 ngày');
  assert.equal(en.target(-2.5, days), '-2.5 days');
  assert.equal(en.percent({ numerator: 1_200, denominator: 1 }, 1_500, days), '1,200 days');
});

test('moments are shown on the wall clock of Viet Nam', () => {
  assert.match(en.moment('2026-11-23T17:30:00Z'), /24\/11\/2026.*00:30/);
  assert.equal(en.day('2026-11-23'), '23/11/2026');
  assert.equal(vi.day('2026-11-23'), '23/11/2026');
});

test('a date has the same form with seconds as without', () => {
  const moment = Date.parse('2026-11-29T20:14:23Z');
  for (const words of [vi, en]) {
    assert.match(words.stamp(moment), /30\/11\/2026/);
    assert.match(words.stamp(moment), /03:14:23/);
    assert.match(words.since(moment - 400 * 24 * 3_600_000), /26\/10\/2025/);
  }
});

test('the year turns with the clock of the office', () => {
  assert.equal(vi.yearOf(Date.parse('2026-12-31T16:59:59Z')), 2026);
  assert.equal(vi.yearOf(Date.parse('2026-12-31T17:00:00Z')), 2027);
  assert.equal(vi.dayOf(Date.parse('2026-12-31T16:59:59Z')), '2026-12-31');
  assert.equal(en.dayOf(Date.parse('2026-12-31T17:00:00Z')), '2027-01-01');
});

test('a day is shown as a day, without an hour', () => {
  assert.equal(vi.moment('2026-11-20'), '20/11/2026');
  assert.equal(en.moment('2026-11-20'), '20/11/2026');
  assert.match(vi.moment('2026-11-19T17:00:00.000Z'), /00:00.*20\/11\/2026|20\/11\/2026.*00:00/);
});

test('a day begins and ends on the wall clock of Viet Nam, a moment is over at once', () => {
  assert.equal(beginOf('2026-11-20'), Date.parse('2026-11-19T17:00:00Z'));
  assert.equal(endOf('2026-11-20'), Date.parse('2026-11-20T17:00:00Z'));
  assert.equal(endOf('2026-11-20T09:31:00Z'), Date.parse('2026-11-20T09:31:00Z'));
});

test('a length is shown in its two greatest units', () => {
  const hour = 3_600_000;
  assert.equal(vi.length(50 * hour), '2 ngày 2 giờ');
  assert.equal(vi.length(48 * hour), '2 ngày');
  assert.equal(vi.length(5.5 * hour), '5 giờ');
  assert.equal(vi.length(59_999), '0 phút');
});

test('every text is in one of the files only', () => {
  const files = [FRAME, OBJECTIVES, LISTS, SUBJECTS, FINDINGS, ALERTS];
  const count = files.reduce((sum, file) => sum + Object.keys(file).length, 0);
  assert.equal(Object.keys(TEXTS).length, count);
  for (const table of OPENED)
    for (const key of Object.keys(table)) assert.ok(!Object.hasOwn(TEXTS, key), key);
});

test('a noun follows its number in English', () => {
  assert.equal(en.t('workingDays', { n: '1' }), '1 working day');
  assert.equal(en.t('workingDays', { n: '0' }), '0 working days');
  assert.equal(en.t('calendarDays', { n: 21 }), '21 calendar days');
  assert.equal(vi.t('calendarDays', { n: 1 }), '1 ngày lịch');
});

test('a share is never rounded across its target, to nothing or to all', () => {
  assert.equal(en.percent({ numerator: 959_999, denominator: 1_000_000 }, 0.96), '95.9999%');
  assert.equal(en.percent({ numerator: 96, denominator: 100 }, 0.96), '96%');
  assert.equal(en.percent({ numerator: 960_001, denominator: 1_000_000 }, 0.96), '96.0001%');
  assert.equal(en.percent({ numerator: 99_999, denominator: 100_000 }, 1), '99.999%');
  assert.equal(en.percent({ numerator: 1, denominator: 100_000 }, 0.96), '0.001%');
  assert.equal(en.percent({ numerator: 1, denominator: 3 }, 0.96), '33.33%');
});
