import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { at, eventNamed, OFFICE } from '../../../tests/support/facts.ts';
import type { KnownFact } from '../../bookkeeping/subject.ts';
import { assertExtends } from '../../bookkeeping/testing/extending-law.ts';
import { localDate, type When } from '../../calendar/when.ts';
import { HOUR } from '../../calendar/zone.ts';
import { unitId } from '../../contracts/ids.ts';
import { documentBook } from './book.ts';
import { EXCHANGE_STEPS } from './exchange.v1.ts';
import type { DocumentFact } from './fact.ts';
import { EXCHANGE_CHANNELS } from './registered.v1.ts';

const START = at('2024-05-06');
const UNITS = ['H19', 'H19.12', 'H19.13', 'H20.1'].map(unitId);
const NAMES = ['H19,2024-05-06,1/VP', 'H19.12,2024-05-06,1/VP'];

const moment = fc.integer({ min: 0, max: 60 }).map((hour) => START + hour * HOUR);
const when: fc.Arbitrary<When> = fc.oneof(
  { weight: 4, arbitrary: moment },
  { weight: 1, arbitrary: moment.map((hour) => localDate(OFFICE.dayOf(hour))) },
);

const exchange = fc.record({
  kind: fc.constant('exchange' as const),
  recipient: fc.constantFrom(...UNITS),
  step: fc.constantFrom(...EXCHANGE_STEPS),
  at: when,
  time: moment,
  recordedAt: moment,
});
const register = fc.record({
  kind: fc.constant('register' as const),
  time: when,
  recordedAt: moment,
  scope: fc.constantFrom('internal' as const, 'inter-agency' as const),
  fromUnit: fc.constantFrom(...UNITS),
  issuedAt: when,
  graceUntil: moment,
  recipients: fc.array(
    fc.record({ unit: fc.constantFrom(...UNITS), channel: fc.constantFrom(...EXCHANGE_CHANNELS) }),
  ),
});
const document = fc
  .array(
    fc.record({
      fact: fc.oneof({ weight: 8, arbitrary: exchange }, { weight: 1, arbitrary: register }),
      name: fc.oneof({ weight: 9, arbitrary: fc.constant(NAMES[0] ?? '') }, fc.constantFrom(...NAMES)),
    }),
    { maxLength: 14 },
  )
  .map((facts) =>
    facts.map(
      ({ fact, name }, index): KnownFact<DocumentFact> => ({
        fact: { ...fact, id: eventNamed(`e${index}`) },
        ...{ name, aliases: [], source: 'register', rank: 1, knownAt: index },
      }),
    ),
  );

test('a document extended fact by fact is the one evaluated from the same facts, in any order', () => {
  let [extended, all] = [0, 0];
  fc.assert(
    fc.property(document, fc.nat(3), (known, first) => {
      extended += assertExtends(documentBook, known, Math.min(first, known.length), OFFICE);
      all += known.length;
    }),
    { numRuns: 2_000 },
  );
  assert.ok(extended > all / 2, `most facts extend: ${extended} of ${all}`);
});
