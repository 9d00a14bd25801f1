import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dimensionOf, figureQuery, isUsual, questionFrom, searchOf } from './question.ts';
import { documentLink, dossierLink, evidenceLink, routeFrom } from './route.ts';

test('a link to a dossier or document leads back to its id, with any characters', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (id) => {
      assert.deepEqual(routeFrom(dossierLink(id)), { kind: 'dossier', id });
      assert.deepEqual(routeFrom(documentLink(id)), { kind: 'document', id });
    }),
  );
  assert.equal(documentLink('H19.01,2026-11-20,15/VP-HC'), '#/document/H19.01%2C2026-11-20%2C15%2FVP-HC');
});

test('a link to evidence keeps its filters', () => {
  const query = { part: 'late', field: 'Đất đai & nhà ở' };
  assert.deepEqual(routeFrom(evidenceLink('dossier-on-time', query)), {
    kind: 'evidence',
    objective: 'dossier-on-time',
    query,
  });
});

test('an address that means nothing opens nothing', () => {
  for (const hash of ['', '#', '#/', '#figures']) assert.deepEqual(routeFrom(hash), { kind: 'none' }, hash);
});

test('a route that the page does not have is known as that', () => {
  for (const address of ['#/abc', '#/dossier/', '#/dossier/%E0%A4%A', '#/else/1']) {
    assert.deepEqual(routeFrom(address), { kind: 'unknown', address });
  }
});

test('the question stands in the address, except for its defaults', () => {
  const usual = questionFrom('');
  assert.equal(searchOf(usual), '');
  const asked = { ...usual, window: 'reporting-quarter', unit: 'H19.07' } as const;
  assert.equal(searchOf(asked), '?window=reporting-quarter&unit=H19.07');
  assert.deepEqual(questionFrom(searchOf(asked)), asked);
});

test('without a period in the address each objective has its own, and a moment of the past stands in it', () => {
  assert.equal(questionFrom('').window, 'own');
  const asOf = '2026-11-23T09:00:00.000Z';
  assert.equal(questionFrom('?asOf=2026-11-23T09%3A00%3A00.000Z').asOf, asOf);
  assert.equal(searchOf({ ...questionFrom(''), asOf }), '?asOf=2026-11-23T09%3A00%3A00.000Z');
});

test('an unknown choice in the address is the default', () => {
  assert.deepEqual(questionFrom('?window=fortnight&basis=hopeful'), questionFrom(''));
});

test('a figure is asked for by the choices, and the stream answers only without any', () => {
  const asked = questionFrom('?window=month&basis=original&unit=H19.07&asOf=2026-11-23&by=field');
  assert.deepEqual(figureQuery(asked), {
    window: 'month',
    basis: 'original',
    unit: 'H19.07',
    asOf: '2026-11-23',
  });
  assert.deepEqual(figureQuery(questionFrom('')), { basis: 'adjusted' });
  const unusual = ['?window=month', '?basis=original', '?unit=H19.07', '?asOf=2026-11-23'];
  assert.deepEqual(
    unusual.map((search) => isUsual(questionFrom(search))),
    [false, false, false, false],
  );
  assert.equal(isUsual(questionFrom('?by=field&objective=dossier-on-time')), true);
});

test('an objective is broken down by the chosen dimension, or by its first where it does not have that', () => {
  const dimensions = ['unit', 'channel'].map((name) => ({ name, title: { vi: name, en: name } }));
  const by = (search: string) => dimensionOf({ dimensions }, questionFrom(search));
  assert.deepEqual([by('?by=channel'), by('?by=field'), by('')], ['channel', 'unit', 'unit']);
  assert.equal(dimensionOf(undefined, questionFrom('')), undefined);
});
