import assert from 'node:assert/strict';
import type { Zone } from '../../calendar/zone.ts';
import type { Book, BookFact } from '../book.ts';
import { type Evaluation, type KnownFact, LongSubject } from '../subject.ts';

/**
 * Asserts that a book's open timeline, extended fact by fact, equals the whole evaluation of the same facts after each, and that its
 * changes lead from one to the next. @returns how many facts were added without evaluating anew
 */
export function assertExtends<Fact extends BookFact>(
  book: Book<Fact>,
  known: readonly KnownFact<Fact>[],
  first: number,
  zone: Zone,
): number {
  const { extending } = book;
  assert.ok(extending, `the ${book.name} book has no open timelines`);
  const rules = {
    open: (facts: readonly KnownFact<Fact>[]) => extending.open(facts, zone),
    idOf: ({ id }: Fact) => id,
    applied: (one: KnownFact<Fact>) => one,
    table: extending,
  };
  let long = new LongSubject(known.slice(0, first), rules);
  let extended = 0;
  for (let count = first; count <= known.length; count += 1) {
    const whole = book.evaluate(known.slice(0, count), zone);
    assert.deepEqual(comparable(long), comparable(whole), `after ${count} facts`);
    const next = known[count];
    if (!next) break;
    const before = texts(long.legs);
    const changes = long.extend([next], rules);
    if (!changes) {
      assert.deepEqual(texts(long.legs), before, 'all or nothing');
      long = new LongSubject(known.slice(0, count + 1), rules);
      continue;
    }
    extended += 1;
    const there = [...before, ...texts(changes.added)].sort();
    assert.deepEqual(
      there,
      [...texts(long.legs), ...texts(changes.reversed)].sort(),
      'the changes lead there',
    );
  }
  return extended;
}

const texts = (values: readonly unknown[]): string[] =>
  values.map((value) => JSON.stringify(sortedKeys(value))).sort();

const sortedKeys = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, of]) => [name, sortedKeys(of)]),
      )
    : value;

/** Legs and standings are bags; of a standing's findings the codes count. */
const comparable = ({ legs, standings }: Evaluation) => ({
  legs: texts(legs),
  standings: texts(
    standings.map(({ findings, ...rest }) => ({
      ...rest,
      codes: [...new Set(findings.map(({ code }) => code))].sort(),
    })),
  ),
});
