import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allowance, nothingKnown, nothingYet, verdictOf } from './verdict.ts';

test('only a met target beyond doubt, on a page that hears from the server, is shown as met', () => {
  const shown = ['met', 'on-path', 'at-risk', 'breached', 'not-computable'].flatMap((status) =>
    [true, false].flatMap((assured) =>
      [true, false].map((current) => [
        status,
        assured,
        current,
        verdictOf({ status, reason: null, assured }, current),
      ]),
    ),
  );
  assert.deepEqual(
    shown.filter(([, , , verdict]) => verdict === 'assured'),
    [['met', true, true, 'assured']],
  );
});

test('doubt never hides a target that is missed or at risk', () => {
  assert.equal(verdictOf({ status: 'breached', reason: null, assured: false }, false), 'breached');
  assert.equal(verdictOf({ status: 'at-risk', reason: null, assured: false }, false), 'at-risk');
  assert.equal(verdictOf({ status: 'on-path', reason: null, assured: false }, false), 'on-path');
});

test('a status of a newer server is not shown as good news', () => {
  assert.equal(verdictOf({ status: 'splendid', reason: null, assured: true }, true), 'not-computable');
});

test('a figure without a source is not measured, and only that', () => {
  const verdict = (reason: string) => verdictOf({ status: 'not-computable', reason, assured: false }, true);
  assert.equal(verdict('no-register'), 'no-source');
  assert.equal(verdict('nothing-settled'), 'not-computable');
});

test('the allowance is the sum of used and left', () => {
  const comparator = '>=';
  // 96 % of 3,108: 124 failures are allowed, 102 are there.
  assert.deepEqual(allowance({ comparator, lateBudget: 22, numerator: 3_006, denominator: 3_108 }), {
    failures: 102,
    left: 22,
    allowed: 124,
  });
  assert.deepEqual(allowance({ comparator, lateBudget: -10, numerator: 1_925, denominator: 1_935 }), {
    failures: 10,
    left: -10,
    allowed: 0,
  });
  // Of 130 complaints 5 % are 6 whole cases, where at most so many may be late.
  assert.deepEqual(allowance({ comparator: '<=', lateBudget: 2, numerator: 4, denominator: 130 }), {
    ...{ failures: 4, left: 2, allowed: 6 },
  });
  assert.equal(allowance({ comparator, lateBudget: null, numerator: 0, denominator: 0 }), null);
});

test('an install is fresh until a feed was heard, a dossier counts, or a figure is late', () => {
  const empty = { freshness: [], denominator: 0, open: { total: 0 }, parts: [{ count: 0 }] };
  assert.equal(nothingYet([empty, { ...empty, open: null }]), true);
  assert.equal(nothingYet([empty, { ...empty, freshness: [{}] }]), false);
  assert.equal(nothingYet([{ ...empty, open: { total: 1 } }]), false);
  assert.equal(nothingYet([{ ...empty, parts: [{ count: 0 }, { count: 1 }] }]), false);
});

test('nothing is known where no figure is, and one says so', () => {
  const unknown = { value: null, reason: 'not-yet-known' };
  assert.equal(nothingKnown([unknown, { value: null, reason: 'no-register' }]), true);
  assert.equal(nothingKnown([unknown, { value: 0.5, reason: null }]), false);
  assert.equal(nothingKnown([{ value: null, reason: 'no-register' }]), false);
  assert.equal(nothingKnown([]), false);
});
