import type { ListPlace, ListQuery } from '../../bookkeeping/balance.ts';
import type { Book, Place } from '../../bookkeeping/book.ts';
import type { Selection } from '../../bookkeeping/selection.ts';
import type { Checkpoint } from '../port.ts';
import { movements } from './balances.ts';
import { codesOf, orNull } from './codes.ts';
import { anyCode, filterSql } from './filter-sql.ts';
import { lastEntryKnown } from './knowledge.ts';
import type { Queries, Row, Sql } from './queries.ts';
import { NEVER_DUE } from './rows.ts';
import { selectionSql } from './selection-sql.ts';
import { LAST_DAY } from './stock-days.ts';

/** A listed amount: a subject and its place. */
export interface Listed extends Place {
  readonly subject: number;
}

export interface ListedPage {
  readonly listed: readonly Listed[];
  readonly next?: ListPlace;
}

/**
 * One page of the subjects that a query selects, with one order for the present and the past: open subjects by due date, the
 * others by day of entry, then by number; all of it reversed when descending. For an earlier day or earlier knowledge the
 * journal gives the places of the subjects that moved since; all others are where they were.
 */
export async function listPlaces(
  db: Queries,
  book: Book,
  query: ListQuery,
  checkpoint: Checkpoint,
): Promise<ListedPage> {
  const past = await pastOf(db, book, query, checkpoint);
  const sources = past ? [UNTOUCHED, STOOD] : [query.finding === undefined ? STANDING : FOUND];
  const parts = query.anyOf.flatMap((selection) =>
    sources.map((source) => partSql(db, book, query, selection, source)),
  );
  if (parts.length === 0) return { listed: [] };
  const head = past ? pastSql(db, book, past) : { text: '', values: [] };
  // Each part returns its own first page by its index; the page is the first rows of them all.
  const rows = await db.rows({
    text: `${head.text}SELECT * FROM (${parts.map(({ text }) => `SELECT * FROM (${text}) part`).join(' UNION ALL ')}) paged
      ORDER BY ${orderSql('', query)} LIMIT ?`,
    values: [...head.values, ...parts.flatMap(({ values }) => values), query.limit + 1],
  });
  const listed = rows.slice(0, query.limit).map((row) => listedOf(book, row));
  const last = rows[query.limit - 1];
  return rows.length <= query.limit || !last
    ? { listed }
    : { listed, next: [Number(last.sort), Number(last.subject), Number(last.dimensions)] };
}

const listedOf = (book: Book, row: Row): Listed => ({
  subject: Number(row.subject),
  apart: row.apart === null ? null : String(row.apart),
  account: codesOf(book).account(Number(row.account)),
  due: orNull(Number(row.due)),
});

/** A past state of the ledger: the last known entry and the last day. */
interface Past {
  readonly entry: number;
  readonly to: number;
}

/** Undefined when the query is about the present. */
async function pastOf(
  db: Queries,
  { accounts }: Book,
  query: ListQuery,
  { entry }: Checkpoint,
): Promise<Past | undefined> {
  const known = await lastEntryKnown(db, query, entry);
  const { to = LAST_DAY } = query;
  if (known < entry) return { entry: known, to };
  // No amount leaves the account in which it ended, so the day matters for open accounts only.
  if (query.to === undefined || !query.anyOf.some(({ account }) => accounts.open.includes(account)))
    return undefined;
  const [later] = await db.rows({
    text: `SELECT 1 AS moved FROM ${db.table('journal')} WHERE day > ? LIMIT 1`,
    values: [to],
  });
  return later && { entry, to };
}

/** `touched`: the subjects that moved since, some repeatedly; `stood`: their places before that, in the columns of `standing`. */
function pastSql(db: Queries, book: Book, { entry, to }: Past): Sql {
  const journal = db.table('journal');
  const then = 'entry <= ? AND day <= ? AND subject IN (SELECT subject FROM touched)';
  const moved = movements(db, then, db.journalBySubject);
  const open = anyCode('account', codesOf(book).open);
  return {
    text: `WITH touched AS MATERIALIZED (
        SELECT subject FROM ${journal} WHERE entry > ? UNION ALL SELECT subject FROM ${journal} WHERE day > ?
      ), stood AS MATERIALIZED (
        SELECT subject, dimensions, account, due, due_original, original,
          CASE WHEN ${open} THEN CASE due WHEN 0 THEN ${NEVER_DUE} ELSE due END ELSE entered END AS sort
        FROM (SELECT subject, dimensions, account, due, due_original, original, count,
          CASE WHEN ${open} THEN 0 ELSE day END AS entered FROM ${moved} moved) m
        GROUP BY subject, dimensions, account, due, due_original, original, entered HAVING sum(count) > 0
      ) `,
    values: [entry, to, entry, to, entry, to],
  };
}

/** A source of places, `s` with the columns of `standing`. */
interface Source {
  readonly from: (db: Queries) => string;
  readonly where: (query: ListQuery, account: number) => Sql;
  /** The table whose index provides the order. */
  readonly order: 's' | 'f';
}

const everything = (): Sql => ({ text: '', values: [] });
const STANDING: Source = { from: (db) => `${db.table('standing')} s`, where: everything, order: 's' };
const STOOD: Source = { from: () => '(SELECT * FROM stood) s', where: everything, order: 's' };
const UNTOUCHED: Source = {
  from: (db) => `${db.table('standing')} s LEFT JOIN touched t ON t.subject = s.subject`,
  where: () => ({ text: ' AND t.subject IS NULL', values: [] }),
  order: 's',
};
const FOUND: Source = {
  from: (db) =>
    `${db.table('finding')} f ${db.joinInOrder} ${db.table('standing')} s ON s.subject = f.subject AND s.dimensions = f.dimensions`,
  where: ({ finding = null }, account) => ({
    text: ` AND f.code = ? AND f.account = ${account}`,
    values: [finding],
  }),
  order: 'f',
};

/** The first page of one selection in one source. */
function partSql(db: Queries, book: Book, query: ListQuery, selection: Selection, source: Source): Sql {
  const { order } = source;
  const within = rangeSql(order, query, rangeOf(book, selection, query));
  const selected = selectionSql(book, selection);
  const restricted = source.where(query, codesOf(book).code(selection.account));
  const filter = filterSql(db, book, query.filter);
  return {
    text: `SELECT s.sort, s.subject, s.dimensions, s.account, s.due, d.apart FROM ${source.from(db)}
      ${db.joinInOrder} ${db.table('dimensions')} d ON d.id = s.dimensions
      WHERE ${within.text} AND ${selected.text}${restricted.text}${filter.text}
      ORDER BY ${orderSql(`${order}.`, query)} LIMIT ?`,
    values: [...within.values, ...selected.values, ...restricted.values, ...filter.values, query.limit + 1],
  };
}

const orderSql = (alias: string, { descending }: ListQuery): string =>
  ['sort', 'subject', 'dimensions']
    .map((column) => `${alias}${column}${descending ? ' DESC' : ''}`)
    .join(', ');

/** The bounds of all rows of a selection; neither bound is the place of a row. */
interface Range {
  readonly above: ListPlace;
  readonly below: ListPlace | undefined;
}

/** Open accounts sort by due, closed ones by day of entry, so one bound limits the index scan at each end. */
function rangeOf({ accounts }: Book, { account, due }: Selection, { from, to }: ListQuery): Range {
  if (!accounts.open.includes(account))
    return { above: [from ?? 0, 0, 0], below: to === undefined ? undefined : [to + 1, 0, 0] };
  if (due?.on !== 'adjusted') return { above: [0, 0, 0], below: undefined };
  if (due.none) return { above: [NEVER_DUE, 0, 0], below: undefined };
  const { after = 0, until } = due;
  return { above: [after + 1, 0, 0], below: [until === undefined ? NEVER_DUE : until + 1, 0, 0] };
}

function rangeSql(order: 's' | 'f', { descending, after }: ListQuery, { above, below }: Range): Sql {
  const place = `(${order}.sort, ${order}.subject, ${order}.dimensions)`;
  if (descending) {
    const [start] = [below, after].filter((one) => one !== undefined).sort(byPlace);
    return {
      text: `${order}.sort >= ?${start ? ` AND ${place} < (?, ?, ?)` : ''}`,
      values: [above[0], ...(start ?? [])],
    };
  }
  const start = after && byPlace(after, above) > 0 ? after : above;
  return {
    text: `${place} > (?, ?, ?)${below ? ` AND ${order}.sort < ?` : ''}`,
    values: [...start, ...(below ? [below[0]] : [])],
  };
}

function byPlace(left: ListPlace, right: ListPlace): number {
  const [sort, subject, dimensions] = left;
  const [otherSort, otherSubject, otherDimensions] = right;
  return sort - otherSort || subject - otherSubject || dimensions - otherDimensions;
}
