import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { allIn } from '../bookkeeping/selection.ts';
import { documentBook } from '../books/document/book.ts';
import { dossierBook } from '../books/dossier/book.ts';
import {
  type BookLeaf,
  type MeasureSpec,
  measure,
  measureOf,
  type Verdict,
  type Viewpoint,
} from './measure.ts';

const title = { vi: 'phần', en: 'part' };
const options = { account: z.enum(['withdrawn', 'paused']) };
type Options = { readonly account: 'withdrawn' | 'paused' };

const leaf = (
  name: string,
  counts: BookLeaf<Options>['counts'],
  book = dossierBook as BookLeaf<Options>['book'],
) => ({
  ...{ name, title, counts, book },
  select: (_: unknown, { account }: Options) => allIn(account),
});
const spec = (...parts: Verdict<Options>['parts']): MeasureSpec<typeof options> => ({
  ...{
    name: 'chosen',
    version: 2,
    judgement: { kind: 'rate' },
    options,
    dimensions: [],
    stock: null,
    eventTypes: [],
    requires: null,
  },
  populations: ({ account }) => [{ book: dossierBook, filter: { where: { account } }, by: [] }],
  verdict: { parts, failing: 'bad', pending: 'bad' },
  words: { counted: title, failed: { one: title, many: title } },
  text: (basis, { account }) => ({ vi: basis, en: account }),
  nothingCounted: 'nothing',
});
const CHOSEN = measure(spec(leaf('good', 'for'), leaf('bad', 'against')));
const VIEWPOINT: Viewpoint = {
  now: 5,
  basis: 'adjusted',
  dueSoonUntil: 6,
  window: { current: true, stockAt: 5 },
};

test('the options of a definition decide what is counted, selected and said', () => {
  for (const account of ['withdrawn', 'paused']) {
    const applied = CHOSEN.apply({ name: 'chosen', version: 2, account });
    assert.deepEqual(applied.counted.populations, [
      { book: dossierBook, filter: { where: { account } }, by: [] },
    ]);
    assert.deepEqual(
      [...applied.counted.select(VIEWPOINT)],
      [
        ['good', [{ account }]],
        ['bad', [{ account }]],
      ],
    );
    assert.deepEqual(applied.text('original'), { vi: 'original', en: account });
    assert.deepEqual([applied.failing, applied.pending], ['bad', 'bad']);
  }
});

test('a formula has the name, the version and the options of its measure, and no more', () => {
  const isValid = (formula: object) => CHOSEN.schema.safeParse(formula).success;
  const formula = { name: 'chosen', version: 2, account: 'paused' };
  assert.equal(isValid(formula), true);
  assert.equal(isValid({ ...formula, name: 'other' }), false);
  assert.equal(isValid({ ...formula, version: 1 }), false);
  assert.equal(isValid({ ...formula, account: 'early' }), false);
  assert.equal(isValid({ ...formula, more: 1 }), false);
  assert.throws(() => CHOSEN.apply({ name: 'chosen', version: 2 }));
});

test('one formula is applied once', () => {
  const formula = { name: 'chosen', version: 2, account: 'paused' };
  assert.equal(CHOSEN.apply(formula), CHOSEN.apply(formula));
});

test('a formula finds the measure of its name and version', () => {
  const other = measure({ ...spec(leaf('good', 'for')), version: 1 });
  const found = (version: number, name = 'chosen') =>
    measureOf([other, CHOSEN], { name, version, account: 'paused' }).parts.length;
  assert.deepEqual([found(1), found(2)], [1, 2]);
  assert.throws(() => found(3), { name: 'RangeError', message: 'There is no measure chosen v3' });
  assert.throws(() => found(2, 'other'), RangeError);
});

test('a union counts as its leaves do where they agree', () => {
  const { parts } = measure(
    spec(
      leaf('good', 'for'),
      leaf('better', 'for'),
      leaf('bad', 'against'),
      { name: 'fine', title, of: ['good', 'better'] },
      { name: 'all', title, of: ['good', 'better', 'bad'] },
    ),
  );
  assert.deepEqual(
    parts.map(({ name, counts, of, book }) => [name, counts, of, book?.name]),
    [
      ['good', 'for', undefined, 'dossier'],
      ['better', 'for', undefined, 'dossier'],
      ['bad', 'against', undefined, 'dossier'],
      ['fine', 'for', ['good', 'better'], 'dossier'],
      ['all', null, ['good', 'better', 'bad'], 'dossier'],
    ],
  );
});

test('a union of nothing, of a leaf that is not there or of two books is refused', () => {
  const union = (...of: string[]) =>
    measure(spec(leaf('good', 'for'), leaf('sent', 'for', documentBook), { name: 'all', title, of }));
  const error = { name: 'RangeError', message: 'The part all is not a union of leaves of one book' };
  for (const named of [[], ['coffee'], ['good', 'coffee'], ['good', 'sent'], ['all']])
    assert.throws(() => union(...named), error, named.join());
  assert.equal(union('sent').parts[2]?.book, documentBook);
});
