import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { OFFICE } from '../../../tests/support/facts.ts';
import type { KnownFact } from '../../bookkeeping/subject.ts';
import { addDays, formatDay, type LocalDay, parseDay } from '../../calendar/zone.ts';
import { type EventId, eventId, unitId } from '../../contracts/ids.ts';
import type { AssignedFact, RatingFact, StaffFact, StandardFact } from './fact.ts';
import { RATING_RESULTS } from './rating.v1.ts';
import { staffTimeline } from './timeline.ts';

const day = (text: string): LocalDay => parseDay(text) ?? assert.fail(text);
let serial = 0;
const stated = () => ({ id: eventId('hr', String(++serial)), time: serial, recordedAt: serial });
const assigned = (from: string, to: string | null, more: Partial<AssignedFact> = {}): AssignedFact => ({
  ...stated(),
  ...{ kind: 'assigned', unit: unitId('A'), staff: 'civil-servant', position: 'CV/1' },
  ...{ from: day(from), to: to === null ? null : day(to) },
  ...more,
});
const rated = (year: number, result: RatingFact['result'], decidedOn = `${year}-12-12`): RatingFact => ({
  ...stated(),
  ...{ kind: 'rating', year, result, ruleSet: 'nd-90-48', group: null },
  ...{ decision: `QĐ ${decidedOn}`, decidedOn: day(decidedOn) },
});
const checked = (from: string, outcome: StandardFact['outcome'], position: string | null): StandardFact => ({
  ...stated(),
  ...{ kind: 'standard', outcome, position, evidence: null, from: day(from) },
});

const known = (facts: readonly StaffFact[]): readonly KnownFact<StaffFact>[] =>
  facts.map((fact) => ({ fact, name: 'p', aliases: [], source: 'hr', rank: 1, knownAt: 0 }));
const legsOf = (facts: readonly StaffFact[]) => staffTimeline(known(facts), OFFICE).legs;

/** The accounts in which a person stands at the end of a day, of one aspect, with the year whose rating is still in force. */
function standing(facts: readonly StaffFact[], on: string, aspect: 'rating' | 'standard'): readonly string[] {
  const end = OFFICE.momentAt(addDays(day(on), 1), 0) - 1;
  const counts = new Map<string, number>();
  for (const { day: at, from, to, dimensions } of legsOf(facts)) {
    if (at > day(on) || dimensions.aspect !== aspect) continue;
    const key = ({ account, due }: typeof to) =>
      due !== null && due <= end ? 'not-assessed' : `${account} ${dimensions.unit}`;
    counts.set(key(to), (counts.get(key(to)) ?? 0) + 1);
    counts.set(key(from), (counts.get(key(from)) ?? 0) - 1);
  }
  return [...counts]
    .filter(([key, count]) => count > 0 && !/^(ended|unknown|left|unassigned)/.test(key))
    .map(([key]) => key);
}
const flowsOf = (facts: readonly StaffFact[]) =>
  legsOf(facts).flatMap(({ day: at, to }) =>
    /^(left|unassigned)/.test(to.account) ? [`${formatDay(at)} ${to.account}`] : [],
  );

test('of two statements from one date the later in time holds; of one time, whatever their ids, the later recorded', () => {
  const ids = [eventId('hr', 'x'), eventId('hr', 'y')].sort();
  for (const [first, second] of [ids, ids.toReversed()])
    for (const isReversed of [false, true]) {
      const statedAs = (id: EventId | undefined, time: number, recordedAt: number) => ({
        ...{ id: id ?? assert.fail(), time, recordedAt },
      });
      const held = (early: object, late: object) => {
        const assignments = [
          assigned('2026-01-01', null, { unit: unitId('A'), ...early }),
          assigned('2026-01-01', null, { unit: unitId('B'), ...late }),
        ];
        const checks = [
          { ...checked('2026-01-01', 'meets', null), ...early },
          { ...checked('2026-01-01', 'does-not-meet', null), ...late },
        ];
        const facts = [...assignments, ...checks];
        return standing(isReversed ? facts.reverse() : facts, '2026-02-01', 'standard');
      };
      assert.deepEqual(held(statedAs(first, 7, 8), statedAs(second, 7, 9)), ['standard/not-met B']);
      assert.deepEqual(held(statedAs(first, 6, 9), statedAs(second, 7, 8)), ['standard/not-met B']);
    }
});

test('a rating is of its year, and when that is over the person is not assessed, without any event', () => {
  const facts = [assigned('2024-03-01', null), rated(2024, 'good'), rated(2026, 'completed', '2027-01-20')];
  const on = (text: string) => standing(facts, text, 'rating');
  assert.deepEqual(on('2024-02-29'), []);
  assert.deepEqual(on('2024-03-01'), ['rated/good A']);
  assert.deepEqual(on('2024-12-31'), ['rated/good A']);
  assert.deepEqual(on('2025-01-01'), ['not-assessed']);
  assert.deepEqual(on('2026-01-01'), ['rated/completed A'], 'whatever the day of its decision');
  assert.deepEqual(on('2027-01-01'), ['not-assessed']);
});

test('the decision with the last day is in force, whatever came first, and names the one that it replaces', () => {
  const facts = [
    assigned('2024-01-01', null),
    rated(2024, 'not-completed', '2025-03-01'),
    rated(2024, 'good'),
  ];
  assert.deepEqual(standing(facts, '2024-12-31', 'rating'), ['rated/not-completed A']);
  const [finding] = staffTimeline(known(facts), OFFICE).standings.flatMap(({ findings }) => findings);
  assert.match(
    finding?.detail ?? '',
    /QĐ 2025-03-01 of 2025-03-01 replaces QĐ 2024-12-12 of 2024-12-12: good/,
  );
});

test('a person who moves is rated in the unit of that day; one who leaves within a year and is rated for it is in its figure once', () => {
  const moved = [
    assigned('2024-01-01', null),
    assigned('2026-07-01', '2026-10-31', { unit: unitId('B') }),
    rated(2026, 'good'),
  ];
  assert.deepEqual(standing(moved, '2026-06-30', 'rating'), ['rated/good A']);
  assert.deepEqual(standing(moved, '2026-07-01', 'rating'), ['rated/good B']);
  assert.deepEqual(standing(moved, '2026-11-01', 'rating'), []);
  assert.deepEqual(flowsOf(moved), ['2026-11-01 left/good']);
  assert.deepEqual(flowsOf([...moved, assigned('2026-12-01', null)]), [], 'back in the same year');
  const retired = [assigned('2024-01-01', '2026-12-31'), rated(2026, 'good')];
  assert.deepEqual(standing(retired, '2026-12-31', 'rating'), ['rated/good A']);
  assert.deepEqual(flowsOf(retired), [], 'the next year has nothing of it');
  assert.deepEqual(flowsOf([assigned('2024-01-01', '2024-06-30'), rated(2026, 'good')]), [
    '2026-01-01 unassigned',
  ]);
});

test('a title standard holds from its day for its position version alone', () => {
  const facts = [
    assigned('2024-01-01', null),
    checked('2025-01-01', 'does-not-meet', 'CV/1'),
    checked('2025-07-01', 'meets', null),
    assigned('2026-07-01', null, { position: 'CV/2' }),
    assigned('2027-01-01', null, { position: null }),
  ];
  const on = (text: string) => standing(facts, text, 'standard');
  assert.deepEqual(on('2024-12-31'), ['standard/not-known A']);
  assert.deepEqual(on('2025-06-30'), ['standard/not-met A']);
  assert.deepEqual(on('2025-07-01'), ['standard/met A'], 'of the version held on its first day');
  assert.deepEqual(on('2026-07-01'), ['standard/not-known A']);
  assert.deepEqual(on('2027-01-01'), ['standard/not-yet-placed A']);
});

const year = fc.integer({ min: 2021, max: 2026 });
const someDay = fc
  .record({ year, month: fc.integer({ min: 1, max: 12 }), dayOfMonth: fc.constantFrom(1, 15, 28) })
  .map(
    ({ year: of, month, dayOfMonth }) =>
      `${of}-${String(month).padStart(2, '0')}-${String(dayOfMonth).padStart(2, '0')}`,
  );
const fact: fc.Arbitrary<StaffFact> = fc.oneof(
  fc
    .tuple(someDay, fc.option(fc.nat(900)), fc.constantFrom('A', 'B'))
    .map(([from, length, unit]) =>
      assigned(from, length === null ? null : formatDay(addDays(day(from), length)), { unit: unitId(unit) }),
    ),
  fc.tuple(year, fc.constantFrom(...RATING_RESULTS)).map(([of, result]) => rated(of, result)),
);

test('on every day a person stands once where the last assignment that began by then is still running, and nowhere else', () => {
  fc.assert(
    fc.property(fc.array(fact, { maxLength: 8 }), someDay, fc.nat(), (facts, on, seed) => {
      // The oracle looks at one day alone: the assignment with the last first day decides, of two the last stated.
      const begun = facts
        .filter((one): one is AssignedFact => one.kind === 'assigned' && one.from <= day(on))
        .sort((a, b) => b.from - a.from || Number(b.time) - Number(a.time));
      const [last] = begun;
      const isThere = last && (last.to === null || last.to >= day(on));
      const ofYear = facts
        .filter((one): one is RatingFact => one.kind === 'rating' && one.year === Number(on.slice(0, 4)))
        .sort((a, b) => Number(b.time) - Number(a.time));
      const [rating] = ofYear;
      const expected = !isThere ? [] : [rating ? `rated/${rating.result} ${last.unit}` : 'not-assessed'];
      const found = standing(facts, on, 'rating').map((one) =>
        one.replace(/^not-assessed .*/, 'not-assessed'),
      );
      assert.deepEqual(found, expected);
      const shuffled = facts.toSorted(
        (a, b) => ((Number(a.time) * seed) % 7) - ((Number(b.time) * seed) % 7),
      );
      const text = (all: readonly StaffFact[]) =>
        legsOf(all)
          .map((leg) => JSON.stringify(leg))
          .sort();
      assert.deepEqual(text(shuffled), text(facts), 'in any order');
      // Every stretch is entered once, and left at most once.
      const names = staffTimeline(known(facts), OFFICE).standings.map(
        ({ dimensions }) => `${dimensions.stretch}`,
      );
      assert.equal(new Set(names).size, names.length);
    }),
    { numRuns: 1_500 },
  );
});
