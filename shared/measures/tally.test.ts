import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Balance } from '../bookkeeping/balance.ts';
import { allIn } from '../bookkeeping/selection.ts';
import { documentBook } from '../books/document/book.ts';
import { dossierBook } from '../books/dossier/book.ts';
import type { Window } from '../calendar/windows.ts';
import type { LocalDay } from '../calendar/zone.ts';
import { unitId } from '../contracts/ids.ts';
import { listedParts } from './listed-parts.ts';
import { measure, type Viewpoint } from './measure.ts';
import { balanceQueries, type Slice, tally } from './tally.ts';
import { subjectsIn } from './testing/subjects-in.ts';

const title = { vi: 'phần', en: 'part' };
/** Dossiers settled early count for the share, documents sent to the sender itself against it. */
const TWO_BOOKS = measure({
  name: 'two-books',
  version: 1,
  judgement: { kind: 'rate' },
  options: {},
  populations: () => [
    { book: dossierBook, filter: { where: { channel: 'online' } }, by: ['channel'] },
    { book: documentBook, filter: {}, by: [] },
  ],
  verdict: {
    failing: 'sent',
    pending: 'waiting',
    parts: [
      {
        ...{ name: 'early', title, counts: 'for', book: dossierBook },
        select: () => [{ account: 'settled/early', among: { dimension: 'channel', values: ['online'] } }],
      },
      { name: 'sent', title, counts: 'against', book: documentBook, select: () => allIn('to-itself') },
      { name: 'left', title, counts: 'outside', book: dossierBook, select: () => allIn('withdrawn') },
      { name: 'waiting', title, counts: 'open', book: dossierBook, select: () => allIn('paused') },
      { name: 'gone', title, of: ['left'] },
    ],
  },
  dimensions: [],
  stock: null,
  words: { counted: title, failed: { one: title, many: title } },
  text: () => title,
  eventTypes: [],
  requires: null,
  nothingCounted: 'nothing',
}).apply({ name: 'two-books', version: 1 });

const VIEWPOINT: Viewpoint = {
  now: 5,
  basis: 'adjusted',
  dueSoonUntil: 6,
  window: { current: true, stockAt: 5 },
};
const row = (account: string, count: number, ...key: Balance['key']): Balance => ({
  ...{ account, count, key, due: null, dueOriginal: null, original: null },
});
const dossiers = (by: readonly string[], ...rows: Balance[]): Slice => ({
  kind: 'balances',
  book: dossierBook,
  by,
  rows,
});
const documents = (...rows: Balance[]): Slice => ({ kind: 'balances', book: documentBook, by: [], rows });
const WINDOW: Window = {
  name: 'from-to',
  from: 1 as LocalDay,
  to: 12 as LocalDay,
  cutTo: 9 as LocalDay,
  current: true,
  stockAt: 5,
};

test('each book is asked once, with what was asked and what its population limits', () => {
  const asked = { units: [unitId('H19')], where: { field: 'land', channel: 'paper' } };
  assert.deepEqual(balanceQueries(TWO_BOOKS, WINDOW, asked, ['unit']), [
    {
      ...{ book: dossierBook, from: 1, to: 9, by: ['unit', 'channel'] },
      filter: { units: ['H19'], where: { field: 'land', channel: 'online' } },
    },
    { book: documentBook, from: 1, to: 9, by: ['unit'], filter: asked },
  ]);
});

test('what is asked to be grouped by stands first, and nothing twice', () => {
  const by = (group?: readonly string[]) => balanceQueries(TWO_BOOKS, WINDOW, {}, group).map((one) => one.by);
  assert.deepEqual(by(), [['channel'], []]);
  assert.deepEqual(by(['channel', 'unit']), [
    ['channel', 'unit'],
    ['channel', 'unit'],
  ]);
});

test('the amounts of each book count in its own parts', () => {
  const slices = [
    dossiers(
      ['unit', 'channel'],
      row('settled/early', 7, 'online', 'online'),
      row('settled/early', 2, 'online', 'paper'),
      row('settled/early', 3, null, 'online'),
      row('withdrawn', 4, null, null),
      row('paused', 5, null, null),
      row('to-itself', 90, null, null),
    ),
    documents(row('to-itself', 6), row('withdrawn', 90)),
  ];
  const { parts, progress: _, ...counted } = tally(TWO_BOOKS, slices, VIEWPOINT);
  assert.deepEqual(counted, {
    ...{ numerator: 10, denominator: 16, open: null, pending: 5 },
    excluded: { left: 4, waiting: 5 },
  });
  assert.deepEqual(
    parts.map(({ name, count, counts }) => [name, counts, count]),
    [
      ['early', 'for', 10],
      ['sent', 'against', 6],
      ['left', 'outside', 4],
      ['waiting', 'open', 5],
      ['gone', 'outside', 4],
    ],
  );
});

test('amounts that are not grouped by what a part needs cannot be counted', () => {
  const error = { name: 'RangeError', message: 'Balances of the dossier book must be grouped by channel' };
  assert.throws(() => tally(TWO_BOOKS, [dossiers(['unit'])], VIEWPOINT), error);
});

test('amounts of a book that the measure does not read count nowhere', () => {
  const other = { ...dossierBook, name: 'other' };
  const { denominator } = tally(
    TWO_BOOKS,
    [{ kind: 'balances', book: other, by: [], rows: [row('settled/early', 1)] }],
    VIEWPOINT,
  );
  assert.equal(denominator, 0);
});

test('each part is listed from its own book, a union by all of its leaves', () => {
  const frame = { measure: TWO_BOOKS, window: WINDOW, filter: {}, known: { knownAt: 4 } };
  const slices = [documents(row('to-itself', 6))];
  const listed = subjectsIn(listedParts(frame, slices, VIEWPOINT)).map(({ name, book, count, query }) => ({
    ...{ name, book: book.name, count, accounts: query.anyOf.map(({ account }) => account) },
    ...{ where: query.filter.where, from: query.from, to: query.to, knownAt: query.knownAt },
  }));
  const asked = { from: 1, to: 9, knownAt: 4 };
  const online = { channel: 'online' };
  assert.deepEqual(listed, [
    { name: 'early', book: 'dossier', count: 0, accounts: ['settled/early'], where: online, ...asked },
    { name: 'sent', book: 'document', count: 6, accounts: ['to-itself'], where: {}, ...asked },
    { name: 'left', book: 'dossier', count: 0, accounts: ['withdrawn'], where: online, ...asked },
    { name: 'waiting', book: 'dossier', count: 0, accounts: ['paused'], where: online, ...asked },
    { name: 'gone', book: 'dossier', count: 0, accounts: ['withdrawn'], where: online, ...asked },
  ]);
});
