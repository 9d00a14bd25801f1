import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Filter } from '../bookkeeping/balance.ts';
import { selects } from '../bookkeeping/selection.ts';
import { EXCHANGE_CHANNELS } from '../books/document/registered.v1.ts';
import { RULE_SETS } from '../books/staff/staff-fields.ts';
import { builtinObjectives } from './builtin.ts';
import { BASES, measureOf, type Population, type Viewpoint } from './measure.ts';
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
/** Of staff a population counts one aspect, and a stretch that is over counts no more. */
const isCounted = (account: string, { where }: Filter): boolean => {
  if (where?.aspect === undefined) return true;
  return where.aspect === 'standard'
    ? account.startsWith('standard/')
    : /^(?:rated|left)\/|^(?:not-assessed|unassigned)$/.test(account);
};
const amount = ({ book, filter }: Population) =>
  fc.record({
    account: fc.constantFrom(
      ...book.accounts.names.filter((name) => name !== book.accounts.source && isCounted(name, filter)),
    ),
    // Each rating has the end of its year.
    due: filter.where?.aspect === 'rating' ? moment : fc.option(moment),
    dueOriginal: fc.option(moment),
    original: fc.constantFrom(
      'early' as const,
      'on-time' as const,
      'late' as const,
      'no-due-date' as const,
      null,
    ),
    channel: fc.constantFrom(...EXCHANGE_CHANNELS, null),
    letter: fc.constantFrom('issued', null),
    // Of each rating.
    ruleSet: fc.constantFrom(...RULE_SETS),
  });

test('whatever an amount is and whenever it is looked at, exactly one leaf of its measure selects it, once', () => {
  for (const { id, formula } of builtinObjectives()) {
    const { counted } = measureOf(MEASURES, formula);
    if (counted.kind !== 'amounts') continue;
    for (const population of counted.populations) {
      fc.assert(
        fc.property(amount(population), viewpoint, (one, from) => {
          const leaves = [...counted.select(from)].flatMap(([leaf, selections]) =>
            selections
              .filter((selection) =>
                selects(selection, one, Reflect.get(one, selection.among?.dimension ?? '')),
              )
              .map(() => leaf),
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
    ['settled', null, ['on-time', 'late-with-letter', 'late-without-letter']],
    ['late', 'against', ['late-with-letter', 'late-without-letter']],
    ['open', 'open', ['overdue', 'due-soon', 'not-yet-due', 'paused', 'open-no-due-date']],
    ['exchanged', null, ['electronic', 'not-electronic']],
    ['below', 'against', ['completed', 'not-completed', 'excellent-not-counted']],
    ['inspected', 'for', ['inspected-as-planned', 'inspected-unplanned']],
    ['not-inspected', 'open', ['under-way', 'under-way-unplanned', 'planned', 'not-planned']],
  ]);
});
