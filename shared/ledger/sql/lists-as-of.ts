import type { Moment } from '../../platform/clock.ts';
import { type Account, isOpen } from '../accounts.ts';
import { type Standing, type Subject, subjectsKnownAt } from '../fold-subject.ts';
import type { Book, Filter, ListQuery, Paged } from '../port.ts';
import { lastEntryKnownAt } from './balances.ts';
import { accountCode, BOOKS } from './codes.ts';
import { anyCode } from './filter-sql.ts';
import { encodeCursor, numbersOf } from './lists.ts';
import type { Queries, Sql } from './queries.ts';
import { decodeState, type FactCodec } from './state-codec.ts';

/** Subjects are in these without a leg that says so. */
const WITHOUT_LEGS: readonly Account[] = ['outside', 'unregistered'];

/** What the items of a list as of a moment are made of. */
export interface PastList<Fact, Item> {
  readonly book: Book;
  readonly codec: FactCodec<Fact>;
  /** Each standing of a subject with the item that shows it. */
  readonly itemsOf: (
    subject: Subject<Fact>,
  ) => readonly { readonly standing: Standing; readonly item: Item }[];
}

/** Candidates are looked at by so many at most at a time. */
const LARGEST_PART = 1_000;

/**
 * A list as it was known at a moment: the journal tells who stood in the accounts then, each candidate's facts of then tell
 * the rest. In the order of the ledger's numbers, a page ending with a whole subject, so it may be longer than the limit.
 */
export async function listKnownAt<Fact, Item>(
  db: Queries,
  query: ListQuery,
  knownAt: Moment,
  list: PastList<Fact, Item>,
): Promise<Paged<Item>> {
  const [after = 0] = query.cursor === undefined ? [] : numbersOf(query.cursor, 1);
  const lastEntry = await lastEntryKnownAt(db, knownAt);
  const items: Item[] = [];
  let last = after;
  for (let part = query.limit + 1; ; part = Math.min(part * 2, LARGEST_PART)) {
    const candidates = await db.rows(candidatesSql(db, query, BOOKS[list.book], lastEntry, last, part));
    const numbers = candidates.map(({ number }) => Number(number));
    const then = await subjectsThen(db, numbers, knownAt, list);
    for (const number of numbers) {
      if (items.length >= query.limit) return { items, next: encodeCursor([last]) };
      last = number;
      const subject = then.get(number);
      if (!subject) continue;
      for (const { standing, item } of list.itemsOf(subject)) if (matches(standing, query)) items.push(item);
    }
    if (numbers.length < part) return { items };
  }
}

function candidatesSql(
  db: Queries,
  query: ListQuery,
  book: number,
  lastEntry: number,
  after: number,
  limit: number,
): Sql {
  if (query.accounts.some((account) => WITHOUT_LEGS.includes(account))) {
    return {
      text: `SELECT number FROM (
        SELECT number FROM (SELECT number FROM ${db.table('subject')}
          WHERE book = ? AND number > ? ORDER BY number LIMIT ?) present
        UNION ALL SELECT number FROM (SELECT subject AS number FROM ${db.table('absorbed')}
          WHERE subject > ? ORDER BY subject LIMIT ?) past
      ) numbered ORDER BY number LIMIT ?`,
      values: [book, after, limit, after, limit, limit],
    };
  }
  const codes = query.accounts.map(accountCode);
  const stood = (side: 'from' | 'to') =>
    `CASE WHEN ${anyCode(`${side}_account`, codes)} THEN sign ELSE 0 END`;
  return {
    text: `SELECT subject AS number FROM ${db.journalBySubject}
      WHERE subject > ? AND entry <= ?
      GROUP BY subject HAVING sum(${stood('to')} - ${stood('from')}) > 0 ORDER BY subject LIMIT ?`,
    values: [after, lastEntry, limit],
  };
}

/**
 * The subjects that had these numbers then, though others may have absorbed them since; those of the other book are left out.
 */
async function subjectsThen<Fact>(
  db: Queries,
  numbers: readonly number[],
  knownAt: Moment,
  { book, codec }: Pick<PastList<Fact, unknown>, 'book' | 'codec'>,
): Promise<ReadonlyMap<number, Subject<Fact>>> {
  if (numbers.length === 0) return new Map();
  const remaining = await remainingOf(db, numbers);
  const among = db.anyOf('number', [...new Set(remaining.values())]);
  const states = await db.rows({
    text: `SELECT number, state FROM ${db.table('subject')} WHERE book = ? AND ${among.text}`,
    values: [BOOKS[book], ...among.values],
  });
  const then = new Map<number, Subject<Fact>>();
  const stateOf = new Map(states.map(({ number, state }) => [Number(number), String(state)]));
  for (const [number, now] of remaining) {
    const state = stateOf.get(now);
    const subject =
      state !== undefined &&
      subjectsKnownAt(decodeState(now, state, codec), knownAt).find((each) => each.number === number);
    if (subject) then.set(number, subject);
  }
  return then;
}

/** Which subject each of them is now: itself, or the one that absorbed it, or the one that absorbed that one. */
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
function matches({ side, dimensions, day, findings }: Standing, query: ListQuery): boolean {
  if (!query.accounts.includes(side.account)) return false;
  if (!isOpen(side.account) && !within(day, query.from, query.to)) return false;
  if (query.dueUntil !== undefined && !(side.due !== null && side.due <= query.dueUntil)) return false;
  if (query.dueAfter !== undefined && !(side.due !== null && side.due > query.dueAfter)) return false;
  if (query.finding !== undefined && !findings.some(({ code }) => code === query.finding)) return false;
  return passes(dimensions, query.filter);
}

const within = (day: number | null, from = 0, to = Number.MAX_SAFE_INTEGER): boolean =>
  (day ?? 0) >= from && (day ?? 0) <= to;

function passes({ unit, field, procedure, channel, scope }: Standing['dimensions'], filter: Filter): boolean {
  return (
    (filter.units === undefined || (unit !== null && filter.units.includes(unit))) &&
    (filter.field === undefined || filter.field === field) &&
    (filter.procedure === undefined || filter.procedure === procedure) &&
    (filter.channel === undefined || filter.channel === channel) &&
    (filter.scope === undefined || filter.scope === scope)
  );
}
