import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LocalDay } from '../calendar/zone.ts';
import type { Leg, Side } from './leg.ts';
import { changesBetween } from './leg-changes.ts';
import { type KnownFact, type Subject, subjectsKnownAt } from './subject.ts';

const side = (account: string, rest: Partial<Side> = {}): Side => ({
  account,
  due: null,
  dueOriginal: null,
  original: null,
  ...rest,
});
const leg = (change: Partial<Leg> = {}): Leg => ({
  day: 10 as LocalDay,
  from: side('outside'),
  to: side('open', { due: 5, dueOriginal: 5 }),
  dimensions: { unit: 'H19.01', field: null },
  ...change,
});
/** The same leg as another object. */
const copy = (one: Leg): Leg => structuredClone(one);

test('what is posted and still true stays, in any order', () => {
  const later = leg({ day: 11 as LocalDay });
  assert.deepEqual(changesBetween([], []), { reversed: [], added: [] });
  assert.deepEqual(changesBetween([leg(), later], [copy(later), copy(leg())]), { reversed: [], added: [] });
});

test('what is no longer true is reversed, what is new is added', () => {
  const [kept, gone, fresh] = [leg(), leg({ day: 11 as LocalDay }), leg({ day: 12 as LocalDay })];
  assert.deepEqual(changesBetween([gone, kept], [kept, fresh]), { reversed: [gone], added: [fresh] });
});

test('a leg that is posted twice and true once is reversed once, and the other way round', () => {
  assert.deepEqual(changesBetween([leg(), leg()], [leg()]), { reversed: [leg()], added: [] });
  assert.deepEqual(changesBetween([leg()], [leg(), leg()]), { reversed: [], added: [leg()] });
});

test('legs that differ in one property are different legs', () => {
  const differing: Record<string, Leg> = {
    day: leg({ day: 11 as LocalDay }),
    'account of one side': leg({ from: side('open') }),
    'account of the other side': leg({ to: side('outside', { due: 5, dueOriginal: 5 }) }),
    'due date': leg({ to: side('open', { due: 6, dueOriginal: 5 }) }),
    'original due date': leg({ to: side('open', { due: 5, dueOriginal: null }) }),
    timing: leg({ to: side('open', { due: 5, dueOriginal: 5, original: 'late' }) }),
    dimension: leg({ dimensions: { unit: 'H19.02', field: null } }),
    'a dimension that is not stated': leg({ dimensions: { unit: 'H19.01', field: 'land' } }),
  };
  for (const [property, other] of Object.entries(differing))
    assert.deepEqual(changesBetween([leg()], [other]), { reversed: [leg()], added: [other] }, property);
});

test('what was posted is not changed by the comparison', () => {
  const posted = [leg()];
  changesBetween(posted, [copy(leg())]);
  assert.deepEqual(posted, [leg()]);
});

const fact = (word: string, name: string, knownAt: number, ...aliases: string[]): KnownFact<string> => ({
  ...{ fact: word, name, aliases, source: 'words', rank: 1, knownAt },
});
const subject = (known: readonly KnownFact<string>[], ...names: string[]): Subject<string> => ({
  number: 1,
  names: names.map((name, index) => ({ name, origin: index + 1 })),
  origins: [{ source: 'words', rank: 1 }],
  known,
  posted: [leg()],
});
const same = (ids: readonly string[]) => ids;
const at = (
  of: Subject<string>,
  knownAt: number,
  namesOf: (ids: readonly string[]) => readonly string[] = same,
) =>
  subjectsKnownAt(of, knownAt, namesOf).map(({ number, names, known, posted }) => ({
    number,
    names: names.map(({ name }) => name).join(' '),
    facts: known.map((one) => one.fact).join(' '),
    posted,
  }));

test('of a subject only what was known by the moment counts, and nothing is posted then', () => {
  const one = subject([fact('received', 'a', 100), fact('settled', 'a', 200)], 'a');
  assert.deepEqual(at(one, 99), []);
  assert.deepEqual(at(one, 199), [{ number: 1, names: 'a', facts: 'received', posted: [] }]);
  assert.deepEqual(at(one, 200), [{ number: 1, names: 'a', facts: 'received settled', posted: [] }]);
});

test('two ids are two subjects until an event that links them is known', () => {
  const one = subject(
    [fact('first', 'a', 100), fact('second', 'b', 100), fact('link', 'b', 200, 'a')],
    'a',
    'b',
  );
  assert.deepEqual(at(one, 150), [
    { number: 1, names: 'a', facts: 'first', posted: [] },
    { number: 2, names: 'b', facts: 'second', posted: [] },
  ]);
  assert.deepEqual(at(one, 200), [{ number: 1, names: 'a b', facts: 'first second link', posted: [] }]);
});

test('a chain of links makes one subject with the smallest number, whatever the order of its facts', () => {
  const known = [
    fact('third', 'c', 1),
    fact('second', 'b', 1),
    fact('alone', 'd', 1),
    fact('first', 'a', 1),
    fact('link', 'c', 1, 'b', 'a'),
    fact('more', 'b', 1),
  ];
  assert.deepEqual(at(subject(known, 'a', 'b', 'c', 'd'), 1), [
    { number: 1, names: 'a b c', facts: 'third second first link more', posted: [] },
    { number: 4, names: 'd', facts: 'alone', posted: [] },
  ]);
});

test('a link through an id that no event has as its own name counts too', () => {
  const one = subject([fact('first', 'a', 1, 'x'), fact('second', 'b', 1, 'x')], 'a', 'b', 'x');
  assert.deepEqual(at(one, 1), [{ number: 1, names: 'a b x', facts: 'first second', posted: [] }]);
});

test('the table of identifiers links as an alias does', () => {
  const one = subject([fact('first', 'a', 1), fact('second', 'b', 1)], 'a', 'b');
  const table = (ids: readonly string[]) => (ids.includes('b') ? [...ids, 'a'] : ids);
  assert.equal(at(one, 1).length, 2);
  assert.deepEqual(at(one, 1, table), [{ number: 1, names: 'a b', facts: 'first second', posted: [] }]);
});
