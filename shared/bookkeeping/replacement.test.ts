import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { eventNamed, OFFICE, when } from '../../tests/support/facts.ts';
import { byAssertion, type Replaceable, replacedIds } from './replacement.ts';

const fact = (
  id: string,
  time: string,
  changes: { asserted?: string; corrects?: string } = {},
): Replaceable => ({
  id: eventNamed(id),
  time: when(time),
  ...(changes.asserted !== undefined && { assertedAt: when(changes.asserted) }),
  ...(changes.corrects !== undefined && { corrects: eventNamed(changes.corrects) }),
});
const replaced = (...facts: Replaceable[]) => [...replacedIds(facts, byAssertion(OFFICE))].sort();

test('an event that another corrects is replaced, whichever arrived first', () => {
  const [a, b] = [fact('a', '2026-11-20'), fact('b', '2026-11-21', { corrects: 'a' })];
  assert.deepEqual(replaced(a, b), ['a']);
  assert.deepEqual(replaced(b, a), ['a']);
  assert.deepEqual(replaced(b), ['a'], 'also one that has yet to arrive');
  assert.deepEqual(replaced(a), []);
});

test('of several that correct one event the last asserted stands, and of one moment the greater id', () => {
  const a = fact('a', '2026-11-20');
  const early = fact('c', '2026-11-25', { corrects: 'a', asserted: '2026-11-21' });
  const late = fact('b', '2026-11-20', { corrects: 'a', asserted: '2026-11-22' });
  const twin = fact('d', '2026-11-20', { corrects: 'a', asserted: '2026-11-22' });
  assert.deepEqual(replaced(a, early, late), ['a', 'c']);
  assert.deepEqual(replaced(late, a, early), ['a', 'c']);
  assert.deepEqual(replaced(a, early, late, twin), ['a', 'b', 'c']);
  assert.deepEqual(replaced(twin, late, early, a), ['a', 'b', 'c']);
});

test('a repeated correction does not replace itself, and an event cannot correct itself', () => {
  const b = fact('b', '2026-11-21', { corrects: 'a' });
  assert.deepEqual(replaced(b, b), ['a']);
  assert.deepEqual(
    replaced(fact('a', '2026-11-20', { corrects: 'a' }), fact('c', '2026-11-20', { corrects: 'x' })),
    ['x'],
  );
});

test('a correction that is itself replaced still replaces its event', () => {
  const chain = [
    fact('a', '2026-11-20'),
    fact('b', '2026-11-21', { corrects: 'a' }),
    fact('c', '2026-11-22', { corrects: 'b' }),
  ];
  assert.deepEqual(replaced(...chain), ['a', 'b']);
});

test('an assertion is timed by when it was made, else by when it happened, on a day by its beginning; ids part equals', () => {
  const order = byAssertion(OFFICE);
  assert.ok(order(fact('b', '2026-11-20'), fact('a', '2026-11-20 00:01')) < 0);
  assert.ok(order(fact('a', '2026-11-25', { asserted: '2026-11-19' }), fact('b', '2026-11-20')) < 0);
  assert.ok(order(fact('a', '2026-11-20'), fact('b', '2026-11-20')) < 0);
  assert.ok(order(fact('b', '2026-11-20'), fact('a', '2026-11-20')) > 0);
  assert.equal(order(fact('a', '2026-11-20'), fact('a', '2026-11-20')), 0);
});

test('replacement does not depend on the order of arrival', () => {
  const ids = ['a', 'b', 'c', 'd', 'e'];
  const facts = fc
    .array(
      fc.tuple(
        fc.constantFrom('2026-11-20', '2026-11-21'),
        fc.option(fc.constantFrom(...ids), { nil: undefined }),
      ),
      {
        maxLength: ids.length,
      },
    )
    .map((all) =>
      all.map(([time, corrects], index) =>
        fact(ids[index] ?? 'x', time, corrects === undefined ? {} : { corrects }),
      ),
    )
    .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
  fc.assert(fc.property(facts, ([one, other]) => assert.deepEqual(replaced(...other), replaced(...one))));
});
