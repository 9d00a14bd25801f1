import type { ListPlace, Paged, Reach } from '../../bookkeeping/balance.ts';
import type { Book } from '../../bookkeeping/book.ts';
import type {
  AmountPlace,
  ComparedAmount,
  ComparedQuery,
  Moved,
  MovedQuery,
} from '../../bookkeeping/moved.ts';
import { type Checkpoint, LedgerBusy } from '../port.ts';
import { daysText } from './balances.ts';
import { codesOf, orNull, timingOf } from './codes.ts';
import { columnOf, VALUE_COLUMNS } from './cuboids.ts';
import { anyCode, filterSql } from './filter-sql.ts';
import { lastEntryKnown } from './knowledge.ts';
import type { Queries, Sql, SqlValue } from './queries.ts';

/** Kinds of movements in one answer. Amounts that move alike are one. */
const MOST_KINDS = 100_000;

/** What a view has of the journal: entries up to one, on days up to one. */
interface View {
  readonly entry: number;
  readonly to: number;
}

const viewOf = async (db: Queries, reach: Reach, entry: number): Promise<View> => ({
  entry: await lastEntryKnown(db, reach, entry),
  to: reach.to,
});

/**
 * From which place to which the amounts have moved that the journal moved between two views, added up. Amounts that are not
 * among them stand where they stood. Costs what the subjects have that moved, whatever else the ledger holds.
 * @throws LedgerBusy where there are too many kinds of movements
 */
export async function movedBetween(
  db: Queries,
  query: MovedQuery,
  { entry }: Pick<Checkpoint, 'entry'>,
): Promise<readonly Moved[]> {
  const { before, after } = query;
  const pairs = pairsSql(db, query, await viewOf(db, before, entry), await viewOf(db, after, entry));
  const columns = pairColumns(query);
  const groups = [...columns, 'is_own'].map((_, index) => index + 1).join(', ');
  const rows = await db.arrays({
    text: `${pairs.with} SELECT ${columns.join(', ')}, is_own, count(*) FROM ${pairs.text} pairs
      WHERE before_account IS NOT NULL OR after_account IS NOT NULL GROUP BY ${groups} LIMIT ?`,
    values: [...pairs.values, MOST_KINDS + 1],
  });
  if (rows.length > MOST_KINDS)
    throw new LedgerBusy(`More than ${MOST_KINDS} kinds of movements: ask for moments closer together.`);
  return rows.map((row) => movedOf(query.book, row));
}

/**
 * The same amounts one by one, in the order of their subjects: those of the first subjects from one on. Behind the last of them begins what has not
 * moved.
 */
export async function movedPage(
  db: Queries,
  query: ComparedQuery,
  { entry }: Pick<Checkpoint, 'entry'>,
): Promise<Paged<ComparedAmount>> {
  const { before, after, limit } = query;
  const [, first, given] = query.place ?? MOVED_BEGIN;
  const views = [await viewOf(db, before, entry), await viewOf(db, after, entry)] as const;
  const pairs = pairsSql(db, query, ...views, { first, limit });
  const rows = await db.arrays({
    text: `${pairs.with} SELECT ${pairColumns(query).join(', ')}, is_own, 1, subject, apart FROM ${pairs.text} pairs ORDER BY subject, apart`,
    values: pairs.values,
  });
  const amounts: ComparedAmount[] = [];
  let nth = 0;
  let subject = 0;
  for (const row of rows) {
    const [number, apart] = row.slice(-2);
    nth = Number(number) === subject ? nth + 1 : 1;
    subject = Number(number);
    if (subject === first && nth <= given) continue;
    const { count: _, ...moved } = movedOf(query.book, row.slice(0, -2));
    const at: ListPlace = [0, subject, nth];
    amounts.push({ ...moved, subject, apart: apart == null ? null : String(apart), at });
  }
  const isLast = new Set(rows.map((row) => row.at(-2))).size < limit;
  return { items: amounts, next: isLast ? UNMOVED_BEGIN : [0, subject + 1, 0] };
}

/** No amount that stands somewhere has such a sort value. */
const MOVED_BEGIN: ListPlace = [0, 0, 0];
const UNMOVED_BEGIN: ListPlace = [1, 0, 0];

/** Whether a page begins among the amounts that moved. */
export const isAmongMoved = (place: ListPlace = MOVED_BEGIN): boolean => place[0] === MOVED_BEGIN[0];

/** That the journal has not moved the subject of `s` between two views: the opposite of what {@link movedBetween} reads. */
export async function unmovedSql(
  db: Queries,
  { before, after }: { readonly before: Reach; readonly after: Reach },
  { entry }: Pick<Checkpoint, 'entry'>,
): Promise<Sql> {
  const { less, more, first, last } = boundsOf(
    await viewOf(db, before, entry),
    await viewOf(db, after, entry),
  );
  return {
    text: ` AND NOT EXISTS (SELECT 1 FROM ${db.journalBySubject} WHERE j.subject = s.subject
      AND j.entry <= ? AND j.day <= ? AND (j.entry > ? OR j.day > ?))`,
    values: [more.entry, last, less.entry, first],
  };
}

function boundsOf(before: View, after: View) {
  const [less, more] = before.entry <= after.entry ? [before, after] : [after, before];
  return { less, more, first: Math.min(before.to, after.to), last: Math.max(before.to, after.to) };
}

const pairColumns = (query: MovedQuery): readonly string[] =>
  ['before', 'after'].flatMap((view) =>
    placeColumns(query).map((column) => (column === undefined ? 'NULL' : `${view}_${column}`)),
  );

const SIDE_COLUMNS = ['account', 'due', 'due_original', 'original'] as const;

/** The columns of a place; undefined of a dimension that the book does not have. */
const placeColumns = ({ book, by }: MovedQuery) => [
  ...SIDE_COLUMNS,
  ...by.map((name) => columnOf(book, name)),
];

function movedOf(book: Book, row: readonly SqlValue[]): Moved {
  const width = (row.length - 2) / 2;
  return {
    before: placeOf(book, row.slice(0, width)),
    after: placeOf(book, row.slice(width, 2 * width)),
    byOffice: Number(row.at(-2)) === 0,
    count: Number(row.at(-1)),
  };
}

function placeOf(book: Book, row: readonly SqlValue[]): AmountPlace | null {
  const [account = null, due, dueOriginal, original, ...key] = row;
  if (account === null) return null;
  return {
    account: codesOf(book).account(Number(account)),
    due: orNull(Number(due)),
    dueOriginal: orNull(Number(dueOriginal)),
    original: timingOf(Number(original)),
    key: key.map((value) => (value === null ? null : String(value))),
  };
}

/**
 * One row for each amount of the subjects that moved: its place in both views, and whether an event of its own moved it. An amount is in
 * one place at a time, so a view has one at most.
 */
function pairsSql(
  db: Queries,
  { book, from, filter }: MovedQuery,
  before: View,
  after: View,
  page?: { readonly first: number; readonly limit: number },
): Sql & { readonly with: string } {
  const { open, flows } = codesOf(book);
  const counted = flows.filter((code) => code !== codesOf(book).code(book.accounts.source));
  const { less, more, first, last } = boundsOf(before, after);
  const all = [...flows, ...open];
  const moved = `${page ? 'every' : 'moved'} (subject) AS (
    SELECT subject FROM ${db.table('journal')} WHERE entry > ? AND entry <= ? AND day <= ? AND ${anyCode('to_account', all)}
    UNION SELECT subject FROM ${db.journalOfDays} WHERE ${anyCode('to_account', all)})${
      page ? ', moved AS (SELECT subject FROM every WHERE subject >= ? ORDER BY subject LIMIT ?)' : ''
    }`;
  const isIn = '(j.entry <= ? AND j.day <= ?)';
  const side = (name: string) => `CASE sides.side WHEN 1 THEN j.to_${name} ELSE j.from_${name} END`;
  const passed = filterSql(db, book, filter);
  const dimensions = VALUE_COLUMNS.map((column) => `d.${column} AS ${column}`).join(', ');
  const places = `SELECT j.subject AS subject, j.dimensions AS dimensions, ${dimensions},
      ${SIDE_COLUMNS.map((name) => `${side(name)} AS ${name}`).join(', ')},
      CASE WHEN ${isIn} THEN j.sign * sides.side ELSE 0 END AS in_before,
      CASE WHEN ${isIn} THEN j.sign * sides.side ELSE 0 END AS in_after,
      CASE WHEN (${isIn}) <> (${isIn}) AND j.position NOT IN (SELECT position FROM ${db.table('revision')}) THEN 1 ELSE 0 END AS is_own,
      j.day AS day
    FROM ${db.journalOfMoved}
      ${db.joinInOrder} ${db.table('dimensions')} d ON d.id = j.dimensions
      CROSS JOIN (SELECT 1 AS side UNION ALL SELECT -1) sides
    WHERE TRUE${passed.text}`;
  const named = [...SIDE_COLUMNS, ...VALUE_COLUMNS];
  const summed = `SELECT subject, dimensions, ${named.join(', ')},
      sum(in_before) AS in_before, sum(in_after) AS in_after, max(is_own) AS is_own
    FROM (${places}) places
    WHERE ${anyCode('account', open)} OR (${anyCode('account', counted)} AND day >= ?)
    GROUP BY subject, dimensions, ${named.join(', ')}`;
  const inView = (view: 'before' | 'after') =>
    named.map((name) => `max(CASE WHEN in_${view} > 0 THEN ${name} END) AS ${view}_${name}`);
  return {
    with: `${daysText(db)}, ${moved}`,
    text: `(SELECT subject, apart, ${[...inView('before'), ...inView('after')].join(', ')}, max(is_own) AS is_own
      FROM (${summed}) summed GROUP BY subject, apart)`,
    values: [
      ...[first + 1, last, last],
      ...[less.entry, more.entry, last],
      ...[1, more.entry],
      ...(page ? [page.first, page.limit] : []),
      ...[before.entry, before.to, after.entry, after.to],
      ...[before.entry, before.to, after.entry, after.to],
      ...passed.values,
      from,
    ],
  };
}
