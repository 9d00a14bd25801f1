import type { ListPlace, ListQuery } from '../../bookkeeping/balance.ts';
import type { Book } from '../../bookkeeping/book.ts';
import type { AmountPlace, ListedPlace } from '../../bookkeeping/moved.ts';
import type { Selection } from '../../bookkeeping/selection.ts';
import type { Checkpoint } from '../port.ts';
import { daysText } from './balances.ts';
import { type AccountCodes, codesOf, orNull, timingOf } from './codes.ts';
import { VALUE_COLUMNS } from './cuboids.ts';
import { anyCode, filterSql } from './filter-sql.ts';
import { lastEntryKnown } from './knowledge.ts';
import { unmovedSql } from './moved.ts';
import type { Queries, Row, Sql } from './queries.ts';
import { NEVER_DUE } from './rows.ts';
import { selectionSql } from './selection-sql.ts';
import { LAST_DAY } from './stock-days.ts';

/** A listed amount, and where in the list it stands. */
export interface Listed extends ListedPlace, Pick<AmountPlace, 'dueOriginal' | 'original'> {
  readonly at: ListPlace;
  /** By column. */
  readonly dimensions: Row;
}

export interface ListedPage {
  readonly listed: readonly Listed[];
  readonly next?: ListPlace;
}

/**
 * One page of the subjects that a query selects, with one order for the present and the past: open subjects by due date, the
 * others by day of entry, then by number; all of it reversed when descending. Of an earlier day or earlier knowledge, subjects are
 * sought where they stand and where the journal has taken them away since; the journal up to then decides which of them stood there.
 */
export async function listPlaces(
  db: Queries,
  book: Book,
  query: ListQuery,
  checkpoint: Checkpoint,
): Promise<ListedPage> {
  const past = await pastOf(db, book, query, checkpoint);
  const sources = past ? pastSources(past) : [query.finding === undefined ? STANDING : FOUND];
  const unmoved = query.unmoved ? await unmovedSql(db, query.unmoved, checkpoint) : ANY;
  const parts = query.anyOf.flatMap((selection) =>
    sources.map((source) => partSql(db, book, query, selection, source, unmoved)),
  );
  if (parts.length === 0) return { listed: [] };
  // Each part returns its own first page; the page is the first rows of them all. Both sources of the past may have a place.
  const rows = await db.rows({
    text: `SELECT * FROM (${parts.map(({ text }) => `SELECT * FROM (${text}) part`).join(' UNION ')}) paged
      ORDER BY ${orderSql('', query)} LIMIT ?`,
    values: [...parts.flatMap(({ values }) => values), query.limit + 1],
  });
  const listed = rows.slice(0, query.limit).map((row) => listedOf(book, row));
  const last = listed.at(-1);
  return rows.length <= query.limit || !last ? { listed } : { listed, next: last.at };
}

const ANY: Sql = { text: '', values: [] };

const listedOf = (book: Book, row: Row): Listed => ({
  subject: Number(row.subject),
  apart: row.apart === null ? null : String(row.apart),
  account: codesOf(book).account(Number(row.account)),
  due: orNull(Number(row.due)),
  dueOriginal: orNull(Number(row.due_original)),
  original: timingOf(Number(row.original)),
  at: [Number(row.sort), Number(row.subject), Number(row.dimensions)],
  dimensions: row,
});

/** A past state of the ledger: the last known entry and the last day. */
interface Past {
  readonly entry: number;
  readonly to: number;
}

/** Undefined when the query is about the present. */
async function pastOf(
  db: Queries,
  book: Book,
  query: ListQuery,
  { entry }: Checkpoint,
): Promise<Past | undefined> {
  const { accounts } = book;
  const known = await lastEntryKnown(db, query, entry);
  const { to = LAST_DAY } = query;
  if (known < entry) return { entry: known, to };
  // No amount leaves the account in which it ended, so the day matters for open accounts only.
  if (query.to === undefined || !query.anyOf.some(({ account }) => accounts.open.includes(account)))
    return undefined;
  // Of other books legs may stand on days to come: an assignment has its last day.
  const { flows, open } = codesOf(book);
  const [later] = await db.rows({
    text: `SELECT 1 AS moved FROM ${db.table('journal')} WHERE day > ? AND ${anyCode('to_account', [...flows, ...open])} LIMIT 1`,
    values: [to],
  });
  return later && { entry, to };
}

/** A source of places, `s` with the columns of `standing`. */
interface Source {
  readonly from: (db: Queries, accounts: AccountCodes) => Sql;
  /** What it asks besides the selection; begins with AND. */
  readonly where: (
    db: Queries,
    query: ListQuery,
    account: { readonly code: number; readonly isOpen: boolean },
  ) => Sql;
  /** The table whose index provides the order. */
  readonly order: 's' | 'f';
  /** Whether it may have a place twice. */
  readonly repeats: boolean;
}

const STANDING: Source = {
  from: (db) => ({ text: `${db.table('standing')} s`, values: [] }),
  where: () => ({ text: '', values: [] }),
  order: 's',
  repeats: false,
};
const FOUND: Source = {
  from: (db) => ({
    text: `${db.table('finding')} f ${db.joinInOrder} ${db.table('standing')} s ON s.subject = f.subject AND s.dimensions = f.dimensions`,
    values: [],
  }),
  where: (_, { finding = null }, { code }) => ({
    text: ` AND f.code = ? AND f.account = ${code}`,
    values: [finding],
  }),
  order: 'f',
  repeats: false,
};

/** Where subjects stood in the past: every such place is one of the present, or an entry since has taken its amount away. */
const pastSources = (past: Past): readonly Source[] => [
  { ...STANDING, where: (db, _, account) => stoodSql(db, past, account.isOpen) },
  {
    from: (db, accounts) => takenSql(db, past, accounts),
    where: (db, _, account) => stoodSql(db, past, account.isOpen),
    order: 's',
    repeats: true,
  },
];

const SIDE_COLUMNS = ['account', 'due', 'due_original', 'original'] as const;

/** The places out of which entries after a past state took amounts: a leg takes from one side, its reversal from the other. */
function takenSql(db: Queries, { entry, to }: Past, accounts: AccountCodes): Sql {
  const columns = SIDE_COLUMNS.map(
    (name) => `CASE sign WHEN 1 THEN from_${name} ELSE to_${name} END AS ${name}`,
  );
  const taken = `SELECT subject, dimensions, day, ${columns.join(', ')}`;
  const later = `${taken} FROM ${db.table('journal')} WHERE entry > ?`;
  const ahead = `SELECT * FROM (${daysText(db)} ${taken} FROM ${db.journalOfDays}) ahead`;
  return {
    text: `(SELECT subject, dimensions, account, due, due_original, original,
        CASE WHEN ${anyCode('account', accounts.open)} THEN CASE due WHEN 0 THEN ${NEVER_DUE} ELSE due END ELSE day END AS sort
      FROM (${later} UNION ALL ${ahead}) taken) s`,
    values: [entry, Math.min(to, LAST_DAY - 1) + 1, LAST_DAY, LAST_DAY, 1, entry],
  };
}

/** Whether the journal up to a past state has an amount in the place `s`. An amount ends in a closed account on one day. */
function stoodSql(db: Queries, { entry, to }: Past, isOpen: boolean): Sql {
  const inPlace = (side: 'from' | 'to') =>
    SIDE_COLUMNS.map((name) => `j.${side}_${name} = s.${name}`).join(' AND ');
  return {
    text: ` AND (SELECT sum(CASE WHEN ${inPlace('to')} THEN j.sign ELSE 0 END) - sum(CASE WHEN ${inPlace('from')} THEN j.sign ELSE 0 END)
      FROM ${db.journalBySubject} WHERE j.subject = s.subject AND (j.to_account = s.account OR j.from_account = s.account)
        AND j.entry <= ? AND j.day <= ? AND j.dimensions = s.dimensions${isOpen ? '' : ' AND j.day = s.sort'}) > 0`,
    values: [entry, to],
  };
}

const DIMENSIONS = VALUE_COLUMNS.map((column) => `d.${column}`).join(', ');

/** The first page of one selection in one source. */
function partSql(
  db: Queries,
  book: Book,
  query: ListQuery,
  selection: Selection,
  source: Source,
  unmoved: Sql,
): Sql {
  const { order } = source;
  const within = rangeSql(order, query, rangeOf(book, selection, query));
  const selected = selectionSql(book, selection);
  const codes = codesOf(book);
  const code = codes.code(selection.account);
  const places = source.from(db, codes);
  const restricted = source.where(db, query, { code, isOpen: codes.isOpen(code) });
  const filter = filterSql(db, book, query.filter);
  return {
    text: `SELECT ${source.repeats ? 'DISTINCT ' : ''}s.sort, s.subject, s.dimensions, s.account, s.due, s.due_original, s.original, ${DIMENSIONS} FROM ${places.text}
      ${db.joinInOrder} ${db.table('dimensions')} d ON d.id = s.dimensions
      WHERE ${within.text} AND ${selected.text}${filter.text}${restricted.text}${unmoved.text}
      ORDER BY ${orderSql(`${order}.`, query)} LIMIT ?`,
    values: [
      ...places.values,
      ...within.values,
      ...selected.values,
      ...filter.values,
      ...restricted.values,
      ...unmoved.values,
      query.limit + 1,
    ],
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
