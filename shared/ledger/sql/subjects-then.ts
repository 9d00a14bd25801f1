import type { Book, BookFact } from '../../bookkeeping/book.ts';
import { type Subject, subjectsKnownAt } from '../../bookkeeping/subject.ts';
import type { Moment } from '../../kernel/clock.ts';
import type { Agencies } from '../../office/agencies.ts';
import type { Queries } from './queries.ts';
import { decodeState, stateColumns } from './state-codec.ts';

/** The subjects with these numbers at a past moment, also those absorbed since, with the facts known then. @param agencies the table known then */
export async function subjectsThen<Fact extends BookFact>(
  db: Queries,
  book: Book<Fact>,
  numbers: readonly number[],
  knownAt: Moment,
  agencies: Agencies,
): Promise<ReadonlyMap<number, Subject<Fact>>> {
  if (numbers.length === 0) return new Map();
  const remaining = await remainingOf(db, numbers);
  const among = db.anyOf('s.number', [...new Set(remaining.values())]);
  const states = await db.rows({
    text: `SELECT ${stateColumns('s', db.table('subject_page'))} FROM ${db.table('subject')} s WHERE s.book = ? AND ${among.text}`,
    values: [book.number, ...among.values],
  });
  const then = new Map<number, Subject<Fact>>();
  const stateOf = new Map(states.map((row) => [Number(row.number), row]));
  for (const [number, now] of remaining) {
    const state = stateOf.get(now);
    const subject =
      state !== undefined &&
      subjectsKnownAt(decodeState(book, state), knownAt, (ids) => agencies.namesOf(ids)).find(({ names }) =>
        names.some(({ origin }) => origin === number),
      );
    if (subject) then.set(number, subject);
  }
  return then;
}

/** The current subject for each number: itself, or the one that absorbed it, directly or through others. */
async function remainingOf(db: Queries, numbers: readonly number[]): Promise<ReadonlyMap<number, number>> {
  const remaining = new Map(numbers.map((number) => [number, number]));
  for (let asked = numbers; asked.length > 0; ) {
    const { text, values } = db.anyOf('subject', asked);
    const rows = await db.rows({
      text: `SELECT subject, remaining FROM ${db.table('absorbed')} WHERE ${text}`,
      values,
    });
    const absorber = new Map(rows.map((row) => [Number(row.subject), Number(row.remaining)]));
    for (const [number, now] of remaining) remaining.set(number, absorber.get(now) ?? now);
    asked = [...new Set(absorber.values())];
  }
  return remaining;
}
