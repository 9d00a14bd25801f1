import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { at, eventNamed, OFFICE } from '../../../tests/support/facts.ts';
import type { KnownFact } from '../../bookkeeping/subject.ts';
import { assertExtends } from '../../bookkeeping/testing/extending-law.ts';
import { localDate, type When } from '../../calendar/when.ts';
import { HOUR } from '../../calendar/zone.ts';
import { unitId } from '../../contracts/ids.ts';
import { dossierBook } from './book.ts';
import type { DossierFact } from './fact.ts';
import { CHANNELS, DOSSIER_STATUSES, DUE_BASES } from './status.v1.ts';

const START = at('2024-02-26');
const moment = fc.nat(90).map((hour) => START + hour * HOUR);
const when: fc.Arbitrary<When> = fc.oneof(
  { weight: 9, arbitrary: moment },
  { weight: 1, arbitrary: moment.map((hour) => localDate(OFFICE.dayOf(hour))) },
);
const seldom = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
const events = Array.from({ length: 14 }, (_, index) => eventNamed(`e${index}`));

const fact = fc.record({
  time: fc.oneof({ weight: 30, arbitrary: moment }, { weight: 1, arbitrary: when }),
  status: fc.oneof(
    fc.constantFrom(...DOSSIER_STATUSES, 'apology' as const),
    fc.constantFrom('in-progress', 'supplement-requested'),
  ),
  rank: fc.oneof({ weight: 40, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.constant(2) }),
  assertedAt: seldom(when),
  sequence: seldom(fc.nat(3)),
  corrects: fc.oneof({ weight: 40, arbitrary: fc.constant(undefined) }, fc.constantFrom(...events)),
  defaulted: seldom(fc.constant(true as const)),
  timeInferred: seldom(fc.constant(true as const)),
  receivedAt: seldom(when),
  dueAt: fc.oneof(
    { weight: 4, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom(null, START + 50 * HOUR, START + 80 * HOUR) },
  ),
  dueBasis: fc.option(fc.constantFrom(...DUE_BASES), { nil: undefined, freq: 2 }),
  limitUnit: seldom(fc.constantFrom('days' as const, 'hours' as const)),
  finishedAt: seldom(when),
  unit: fc.oneof(
    { weight: 9, arbitrary: fc.constant(undefined) },
    fc.constantFrom('H19.1', 'H19.2').map(unitId),
  ),
  channel: seldom(fc.constantFrom(...CHANNELS)),
  lag: fc.constantFrom(HOUR, HOUR, -30 * HOUR),
});

/** Facts mostly in order of their times, as they come. */
const dossier = fc
  .tuple(fc.array(fact, { maxLength: events.length }), fc.boolean())
  .map(([facts, inOrder]) => (inOrder ? facts.toSorted((a, b) => Number(a.time) - Number(b.time)) : facts))
  .map((facts) =>
    facts.map(
      ({ lag, ...of }, index): KnownFact<DossierFact> => ({
        fact: { ...of, id: events[index] ?? eventNamed('none'), recordedAt: Number(of.time) + lag || START },
        ...{ name: 'H19-240226-0001', aliases: [], source: 'one-stop', rank: 1, knownAt: index },
      }),
    ),
  );

test('a dossier extended fact by fact is the one evaluated from the same facts, in any order', () => {
  let [extended, all] = [0, 0];
  fc.assert(
    fc.property(dossier, fc.nat(3), (known, first) => {
      extended += assertExtends(dossierBook, known, Math.min(first, known.length), OFFICE);
      all += known.length;
    }),
    { numRuns: 5_000 },
  );
  assert.ok(extended > all / 8, `many facts extend: ${extended} of ${all}`);
});
