import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Book } from '../bookkeeping/book.ts';
import { documentBook } from '../books/document/book.ts';
import { dossierBook } from '../books/dossier/book.ts';
import { registryOf } from './registry.ts';

const dossiers: Book = dossierBook;
const documents: Book = documentBook;

test('two books share no number, name or type of event', () => {
  const other = { ...documents, events: [] };
  const refused: readonly [Book, RegExp][] = [
    [{ ...other, number: dossiers.number }, /share a number or a name/],
    [{ ...other, name: dossiers.name }, /share a number or a name/],
    [{ ...documents, events: dossiers.events }, /Two owners of events dossier\.status\.v1/],
  ];
  for (const [book, reason] of refused)
    assert.throws(() => registryOf([dossiers, book], import.meta.url), reason);
});

test('feeds may send every type of event but those that this system itself states', () => {
  const [event = assert.fail()] = documents.events;
  const own = { ...event, kind: { ...event.kind, type: 'risk.verified.v1' } };
  const { kinds, entries } = registryOf(
    [{ ...documents, events: [...documents.events, own] }],
    import.meta.url,
  );
  for (const type of ['risk.verified.v1', 'objective.defined.v1'])
    assert.deepEqual([kinds.has(type), entries.has(type)], [false, true], type);
  for (const type of ['document.registered.v1', 'unit.declared.v1'])
    assert.deepEqual([kinds.has(type), entries.has(type)], [true, true], type);
});

test('a book that breaks a promise of its type is refused, by what it was and should be', () => {
  const many = (count: number, name: string) =>
    Array.from({ length: count }, (_, index) => `${name}${index}`);
  const refused: readonly [Partial<Book>, string][] = [
    [{ number: 501 }, 'number: got 501, want a whole number from 1 to 500'],
    [{ number: 0 }, 'number: got 0, want a whole number from 1 to 500'],
    [{ number: 1.5 }, 'number: got 1.5, want a whole number from 1 to 500'],
    [
      { accounts: { names: many(65, 'a'), source: 'a0', neverReceived: [], open: [] } },
      'accounts: got 65, want 1 to 64',
    ],
    [
      { accounts: { names: ['a', 'b', 'a'], source: 'a', neverReceived: [], open: [] } },
      'accounts: got a twice, want it once',
    ],
    [
      { accounts: { names: ['a', 'b'], source: 'a', neverReceived: [], open: ['c'] } },
      'accounts: got c, want one of a, b',
    ],
    [
      { dimensions: { by: ['field', 'unit'], sums: [['field', 'unit']] } },
      'dimensions: got field, unit, want 1 to 4, the unit first',
    ],
    [
      { dimensions: { by: ['unit', ...many(4, 'd')], sums: [['unit', ...many(4, 'd')]] } },
      'dimensions: got unit, d0, d1, d2, d3, want 1 to 4, the unit first',
    ],
    [
      { dimensions: { by: ['unit'], apart: 'unit', sums: [['unit']] } },
      'dimensions: got unit twice, want it once',
    ],
    [{ dimensions: { by: ['unit'], sums: Array(16).fill(['unit']) } }, 'sums: got 16, want 1 to 15'],
    [{ dimensions: { by: ['unit'], sums: [['field'], ['unit']] } }, 'sums: got field, want one of unit'],
    [
      { dimensions: { by: ['unit', 'field'], sums: [['unit', 'field'], ['unit']] } },
      'sums: got unit last, want unit, field',
    ],
  ];
  for (const [change, fault] of refused)
    assert.throws(() => registryOf([{ ...dossiers, ...change }], import.meta.url), {
      name: 'RangeError',
      message: `The book dossier: ${fault}`,
    });
});
