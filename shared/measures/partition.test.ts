import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Book } from '../bookkeeping/book.ts';
import { selects } from '../bookkeeping/selection.ts';
import { EXCHANGE_CHANNELS } from '../books/document/registered.v1.ts';
import { builtinObjectives } from './builtin.ts';
import { BASES, measureOf, type Viewpoint } from './measure.ts';
import { MEASURES } from './registry.ts';

/** Around every moment of a viewpoint, so that each bound is met exactly. */
const moment = fc.integer({ min: 1, max: 9 });
const viewpoint: fc.Arbitrary<Viewpoint> = fc
  .record({
    basis: fc.constantFrom(...BASES),
    now: moment,
    current: fc.boolean(),
    past: fc.nat(3),
    soon: fc.nat(4),
  })
  .map(({ basis, now, current, past, soon }) => ({
    basis,
    now,
    window: { current, stockAt: current ? now : now - past },
    dueSoonUntil: now + soon,
  }));
const amount = ({ accounts: { names, source } }: Book) =>
  fc.record({
    account: fc.constantFrom(...names.filter((name) => name !== source)),
    due: fc.option(moment),
    dueOriginal: fc.option(moment),
    original: fc.constantFrom(
      'early' as const,
      'on-time' as const,
      'late' as const,
      'no-due-date' as const,
      null,
    ),
    channel: fc.constantFrom(...EXCHANGE_CHANNELS, null),
  });

test('whatever an amount is and whenever it is looked at, exactly one leaf of its measure selects it, once', () => {
  for (const { id, formula } of builtinObjectives()) {
    const { counted } = measureOf(MEASURES, formula);
    if (counted.kind !== 'amounts') continue;
    for (const { book } of counted.populations) {
      fc.assert(
        fc.property(amount(book), viewpoint, (one, from) => {
          const leaves = [...counted.select(from)].flatMap(([leaf, selections]) =>
            selections.filter((selection) => selects(selection, one, one.channel)).map(() => leaf),
          );
          assert.equal(leaves.length, 1, `${id}: ${leaves.join(', ')}`);
        }),
        { numRuns: 2_000 },
      );
    }
  }
});

test('a union names leaves that are there, and counts as they do where they agree', () => {
  const told = MEASURES.flatMap(({ parts }) => parts)
    .filter(({ of }) => of)
    .map(({ name, counts, of }) => [name, counts, of]);
  assert.deepEqual(told, [
    ['settled', null, ['on-time', 'late']],
    ['open', 'open', ['overdue', 'due-soon', 'not-yet-due', 'paused', 'open-no-due-date']],
    ['exchanged', null, ['electronic', 'not-electronic']],
  ]);
});
