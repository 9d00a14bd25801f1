import type { SQLInputValue } from 'node:sqlite';
import type { Moment } from '../../platform/clock.ts';
import { type Account, isOpen } from '../accounts.ts';
import { type Standing, type Subject, subjectsKnownAt } from '../fold-subject.ts';
import type { Book, Filter, ListQuery, Paged } from '../port.ts';
import { lastEntryKnownAt } from './balances.ts';
import { accountCode, BOOKS } from './codes.ts';
import { anyOf, type Sql } from './filter-sql.ts';
import { encodeCursor, numbersOf } from './lists.ts';
import { decodeState, type FactCodec } from './state-codec.ts';
import type { Queries } from './statement-cache.ts';

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

/**
 * A list as it was known at a moment: the journal tells who stood in the accounts then, each candidate's facts of then tell
 * the rest. In the order of the ledger's numbers, a page ending with a whole subject, so it may be longer than the limit.
 */
export function listKnownAt<Fact, Item>(
  db: Queries,
  query: ListQuery,
  knownAt: Moment,
  list: PastList<Fact, Item>,
): Paged<Item> {
  const [after = 0] = query.cursor === undefined ? [] : numbersOf(query.cursor, 1);
  const { text, values } = candidatesSql(query, BOOKS[list.book], lastEntryKnownAt(db, knownAt), after);
  const items: Item[] = [];
  let last: number | undefined;
  for (const { number } of db.prepare(text).iterate(...values)) {
    if (last !== undefined && items.length >= query.limit) return { items, next: encodeCursor([last]) };
    last = Number(number);
    const then = subjectKnownAt(db, last, knownAt, list);
    if (!then) continue;
    for (const { standing, item } of list.itemsOf(then)) if (matches(standing, query)) items.push(item);
  }
  return { items };
}

export function candidatesSql(query: ListQuery, book: number, lastEntry: number, after: number): Sql {
  if (query.accounts.some((account) => WITHOUT_LEGS.includes(account))) {
    return {
      text: `SELECT number FROM (SELECT number FROM subject WHERE book = ?1 AND number > ?2
        UNION ALL SELECT subject FROM absorbed WHERE subject > ?2) ORDER BY number`,
      values: [book, after],
    };
  }
  const codes: SQLInputValue[] = query.accounts.map(accountCode);
  const to = anyOf('to_account', codes);
  const from = anyOf('from_account', codes);
  return {
    text: `SELECT subject AS number FROM journal INDEXED BY journal_by_subject
      WHERE subject > ? AND entry <= ?
      GROUP BY subject HAVING sum(sign * (${to.text}) - sign * (${from.text})) > 0 ORDER BY subject`,
    values: [after, lastEntry, ...to.values, ...from.values],
  };
}

/** The subject that had this number then, though another may have absorbed it since; undefined when it is of the other book. */
function subjectKnownAt<Fact>(
  db: Queries,
  number: number,
  knownAt: Moment,
  { book, codec }: Pick<PastList<Fact, unknown>, 'book' | 'codec'>,
): Subject<Fact> | undefined {
  const absorbed = db.prepare('SELECT remaining FROM absorbed WHERE subject = ?');
  let remaining = number;
  for (let row = absorbed.get(number); row; row = absorbed.get(remaining)) remaining = Number(row.remaining);
  const state = db
    .prepare('SELECT state FROM subject WHERE number = ? AND book = ?')
    .get(remaining, BOOKS[book])?.state;
  if (state === undefined) return undefined;
  const now = decodeState(remaining, String(state), codec);
  return subjectsKnownAt(now, knownAt).find((subject) => subject.number === number);
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
