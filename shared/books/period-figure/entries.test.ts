import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { LocalDate } from '../../calendar/when.ts';
import type { EventId } from '../../contracts/ids.ts';
import type { PersonId } from '../../contracts/two-people.ts';
import { accountOf, periodFigure } from './entries.ts';
import type { FigureFact } from './fact.ts';

const id = (name: string) => name as EventId;
const made = (name: string, at: number, person: string | null) => ({
  ...{ id: id(name), at, by: 'key', person: person as PersonId | null },
});
const entered = (name: string, at: number, person: string | null = 'lan'): FigureFact => ({
  ...made(name, at, person),
  ...{ kind: 'entered', objective: 'o', period: '2026-Q1', unit: null, evidence: 'BC', reason: null },
  ...{ from: '2026-01-01' as LocalDate, to: '2026-03-31' as LocalDate },
  amount: { numerator: at, denominator: 100 },
});
const approved = (entry: string, at: number, person: string | null = 'minh'): FigureFact => ({
  ...made(`${entry} approved ${at}`, at, person),
  ...{ kind: 'approved', entry: id(entry) },
});
const refused = (entry: string, at: number): FigureFact => ({
  ...made(`${entry} refused`, at, 'minh'),
  ...{ kind: 'refused', entry: id(entry), reason: 'no' },
});
/** A row of the file, recorded at a moment with the time that it states. */
const row = (name: string, at: number, time: number, numerator = time): FigureFact => ({
  ...{ kind: 'recorded', id: id(name), at, time, by: null, person: null, objective: 'o', period: '2026-Q1' },
  ...{
    from: '2026-01-01' as LocalDate,
    to: '2026-03-31' as LocalDate,
    amount: { numerator, denominator: 100 },
  },
  ...{ evidence: 'BC', enteredBy: null, source: '/sheet' },
});
const told = (facts: readonly FigureFact[]) => {
  const figure = periodFigure(facts);
  return [
    accountOf(figure),
    figure.approved?.fact.id ?? null,
    figure.entries.map(({ fact, state }) => `${fact.id} ${state}`).join(', '),
    ...(figure.recorded ? [figure.recorded.id] : []),
  ];
};

test('an entry waits, counts once another person approves it, and is replaced by the next that is', () => {
  const facts = [entered('a', 1), approved('a', 2), entered('b', 3), approved('b', 4)];
  assert.deepEqual(told(facts.slice(0, 1)), ['waiting', null, 'a unapproved']);
  assert.deepEqual(told(facts.slice(0, 2)), ['approved', 'a', 'a approved']);
  assert.deepEqual(told(facts.slice(0, 3)), ['replacing', 'a', 'a approved, b unapproved']);
  assert.deepEqual(told(facts), ['approved', 'b', 'a replaced, b approved']);
});

test('a refused entry never counts, and the one before it goes on', () => {
  assert.deepEqual(told([entered('a', 1), refused('a', 2)]), ['refused', null, 'a refused']);
  assert.deepEqual(told([entered('a', 1), approved('a', 2), entered('b', 3), refused('b', 4)]), [
    ...['approved', 'a', 'a approved, b refused'],
  ]);
  assert.deepEqual(told([entered('a', 1), entered('b', 2), approved('b', 3)]), [
    ...['approved', 'b', 'a replaced, b approved'],
  ]);
});

test('the same person, or none, approves nothing', () => {
  for (const one of [approved('a', 2, 'lan'), approved('a', 2, null)])
    assert.deepEqual(told([entered('a', 1), one]), ['waiting', null, 'a unapproved']);
  assert.deepEqual(told([entered('a', 1, null), approved('a', 2)]), ['waiting', null, 'a unapproved']);
  assert.deepEqual(told([entered('a', 1), approved('a', 2, 'lan'), approved('a', 3)]), [
    ...['approved', 'a', 'a approved'],
  ]);
});

test('a row of a file waits beside the entries, and is answered by a person who enters a figure after it', () => {
  const shown = (...facts: readonly FigureFact[]) => {
    const figure = periodFigure(facts);
    return [accountOf(figure), figure.approved?.fact.id ?? null, figure.recorded?.id ?? null];
  };
  const rows = [row('r', 5, 2), row('s', 6, 1)];
  assert.deepEqual(shown(...rows), ['recorded', null, 'r'], 'the later in time, not in arrival');
  assert.deepEqual(shown(...rows, approved('r', 7)), ['recorded', null, 'r'], 'none approves a row');
  assert.deepEqual(shown(...rows, entered('a', 7)), ['waiting', null, null]);
  const both = [...rows, entered('a', 7), approved('a', 8)];
  assert.deepEqual(shown(...both, row('t', 9, 3, 2)), ['approved', 'a', null], 'what it says is not new');
  assert.deepEqual(shown(...both, row('t', 9, 0, 2)), ['approved', 'a', null], 'nor under an earlier day');
  assert.deepEqual(shown(...both, row('t', 9, 3)), ['approved', 'a', 't']);
  assert.deepEqual(shown(row('s', 5, 2), row('r', 6, 2, 9)), ['recorded', null, 'r'], 'the last of one day');
});

test('the order in which statements arrive does not matter', () => {
  const facts = [
    ...[entered('a', 1), approved('a', 2, 'lan'), approved('a', 3), entered('b', 4), refused('b', 5)],
    ...[entered('c', 6, null), approved('c', 7), entered('d', 8)],
    ...[row('r', 9, 1), row('s', 2, 2), row('t', 10, 3, 2)],
  ];
  const expected = told(facts);
  fc.assert(
    fc.property(fc.shuffledSubarray(facts, { minLength: facts.length }), (shuffled) => {
      assert.deepEqual(told(shuffled), expected);
    }),
  );
});
