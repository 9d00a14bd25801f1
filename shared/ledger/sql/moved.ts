import type { Book } from '../../bookkeeping/book.ts';
import type { AmountPlace, Moved, MovedQuery, Reach } from '../../bookkeeping/moved.ts';
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
  const viewOf = async (reach: Reach): Promise<View> => ({
    entry: await lastEntryKnown(db, reach, entry),
    to: reach.to,
  });
  const pairs = pairsSql(db, query, await viewOf(query.before), await viewOf(query.after));
  const columns = ['before', 'after'].flatMap((view) =>
    placeColumns(query).map((column) => (column === undefined ? 'NULL' : `${view}_${column}`)),
  );
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
): Sql & { readonly with: string } {
  const { open, flows } = codesOf(book);
  const counted = flows.filter((code) => code !== codesOf(book).code(book.accounts.source));
  const [less, more] = before.entry <= after.entry ? [before, after] : [after, before];
  const [first, last] = [Math.min(before.to, after.to), Math.max(before.to, after.to)];
  const all = [...flows, ...open];
  const moved = `moved (subject) AS (
    SELECT subject FROM ${db.table('journal')} WHERE entry > ? AND entry <= ? AND day <= ? AND ${anyCode('to_account', all)}
    UNION SELECT subject FROM ${db.journalOfDays} WHERE ${anyCode('to_account', all)})`;
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
    FROM moved ${db.joinInOrder} ${db.journalBySubject} ON j.subject = moved.subject
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
      ...[before.entry, before.to, after.entry, after.to],
      ...[before.entry, before.to, after.entry, after.to],
      ...passed.values,
      from,
    ],
  };
}
