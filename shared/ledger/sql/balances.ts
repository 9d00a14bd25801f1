import type { Balance, BalanceQuery, Movement } from '../../bookkeeping/balance.ts';
import type { Book } from '../../bookkeeping/book.ts';
import type { LocalDay, Zone } from '../../calendar/zone.ts';
import type { Checkpoint } from '../port.ts';
import { type AccountCodes, codesOf, orNull, timingOf } from './codes.ts';
import { columnOf, cuboidFor } from './cuboids.ts';
import { anyCode, dimensionsAsked, filterSql } from './filter-sql.ts';
import { lastEntryKnown } from './knowledge.ts';
import type { Queries, Sql, SqlValue } from './queries.ts';
import { type DayRange, FIRST_DAY, nearestSums } from './stock-days.ts';

/** Journal entries, both ends inclusive. */
interface Entries {
  readonly first: number;
  readonly last: number;
}

/**
 * The answer to a balance query, at a cost that does not depend on the history. What is known by a moment is mostly what
 * happened up to its day. So the stored sums up to that day are the answer but for the entries that became known later,
 * and for those of later days that were known already: both are read from the journal, day by day. Where more became known
 * later than was known then, as before an import of the past, the journal up to then is shorter.
 */
export async function balancesOf(
  db: Queries,
  query: BalanceQuery,
  { entry, knownAt }: Pick<Checkpoint, 'entry' | 'knownAt'>,
  zone: Zone,
): Promise<readonly Balance[]> {
  const { from, to } = query;
  const { flows, open } = codesOf(query.book);
  const known = await lastEntryKnown(db, query, entry);
  const sum = new BalanceSum(codesOf(query.book));
  const later = { first: known + 1, last: entry };
  const earlier = { first: 1, last: known };
  // The sums may end at any day; those of the day of the moment leave least to correct.
  const today = zone.dayOf(knownAt);
  const last = Math.min(to, zone.dayOf(query.knownAt ?? knownAt));
  if (known < entry && (await isAtLeast(db, known, [FIRST_DAY, last], later))) {
    sum.add(await journalRows(db, query, earlier), 1);
    return sum.balances();
  }

  const end = known === entry ? to : last;
  sum.add(await balanceRows(db, query, flows, [from, end]), 1);
  sum.add(await dayRows(db, query, flows, [from, end], later), -1);
  sum.add(await dayRows(db, query, flows, [Math.max(from, end + 1), to], earlier), 1);
  if (open.length === 0) return sum.balances();

  const stocks = nearestSums(last, today);
  sum.add(await balanceRows(db, query, open, stocks.under), 1);
  sum.add(await dayRows(db, query, open, [FIRST_DAY, Math.min(to, stocks.end)], later), -1);
  sum.add(await dayRows(db, query, open, [to + 1, stocks.end], { first: 1, last: entry }), -1);
  sum.add(await dayRows(db, query, open, [stocks.end + 1, to], earlier), 1);
  return sum.balances();
}

/** The changes of journal entries after `afterEntry` to the answer of a query about the present. */
export async function changesOf(
  db: Queries,
  query: BalanceQuery,
  afterEntry: number,
  { entry }: Checkpoint,
): Promise<readonly Balance[]> {
  const sum = new BalanceSum(codesOf(query.book));
  sum.add(await journalRows(db, query, { first: afterEntry + 1, last: entry }), 1);
  return sum.balances();
}

const MEASURES = 'account, original, due, due_original';

/** Columns of the key; `day` is null on stocks. */
const keyColumns = ({ book, by }: BalanceQuery): string[] =>
  by.map((each) => {
    if (each === 'day') return `CASE WHEN ${anyCode('account', codesOf(book).open)} THEN NULL ELSE day END`;
    const column = columnOf(book, each);
    return column === undefined ? 'NULL' : `d.${column}`;
  });

/** The columns of a source: those of the place, then the count. */
function grouped(db: Queries, query: BalanceQuery, source: Sql) {
  const places = [...MEASURES.split(', '), ...keyColumns(query)];
  const groups = places.map((_, index) => index + 1).join(', ');
  return db.arrays({
    text: `SELECT ${places.join(', ')}, sum(count) FROM ${source.text} GROUP BY ${groups} HAVING sum(count) <> 0`,
    values: source.values,
  });
}

/** The stored sums of some accounts. */
async function balanceRows(
  db: Queries,
  query: BalanceQuery,
  accounts: readonly number[],
  [from, to]: DayRange,
): Promise<readonly SqlValue[][]> {
  if (from > to) return [];
  const { book } = query;
  const filter = filterSql(db, book, query.filter);
  const cuboid = cuboidFor(book, dimensionsAsked(query));
  return grouped(db, query, {
    text: `${db.table('dimensions')} d ${db.joinInOrder} ${db.table('balance')} b ON b.dimensions = d.id
      WHERE d.cuboid = ?${filter.text} AND ${anyCode('b.account', accounts)} AND b.day BETWEEN ? AND ?`,
    values: [cuboid, ...filter.values, from, to],
  });
}

/** Both sides of journal rows as movements: into one account, out of the other; the text contains `where` twice. */
export const movements = (db: Queries, where: string, journal = db.table('journal')): string => {
  const side = (name: 'from' | 'to', sign: string) =>
    `SELECT subject, ${name}_account AS account, ${name}_due AS due, ${name}_due_original AS due_original,
       ${name}_original AS original, day, dimensions, ${sign} AS count FROM ${journal} WHERE ${where}`;
  return `(${side('to', 'sign')} UNION ALL ${side('from', '-sign')})`;
};

function movementRows(
  db: Queries,
  query: BalanceQuery,
  accounts: readonly number[],
  source: string,
  values: readonly SqlValue[],
) {
  const filter = filterSql(db, query.book, query.filter);
  return grouped(db, query, {
    text: `${source} m ${db.joinInOrder} ${db.table('dimensions')} d ON d.id = m.dimensions
      WHERE ${anyCode('account', accounts)}${filter.text}`,
    values: [...values, ...filter.values],
  });
}

/** The contribution of a range of journal entries. */
async function journalRows(
  db: Queries,
  query: BalanceQuery,
  { first, last }: Entries,
): Promise<readonly SqlValue[][]> {
  const { from, to } = query;
  const entries = 'entry BETWEEN ? AND ?';
  const flows = movements(db, `${entries} AND day BETWEEN ? AND ?`);
  const flowRange = [first, last, from, to];
  const codes = codesOf(query.book);
  const rows = await movementRows(db, query, codes.flows, flows, [...flowRange, ...flowRange]);
  if (codes.open.length === 0) return rows;
  const stocks = movements(db, `${entries} AND day <= ?`);
  const stockRange = [first, last, to];
  return [...rows, ...(await movementRows(db, query, codes.open, stocks, [...stockRange, ...stockRange]))];
}

/**
 * The movements of a range of days within a range of entries. Both are ranges, of which an index serves one: so the days with
 * entries are found one by one, and for each its entries.
 */
async function dayRows(
  db: Queries,
  query: BalanceQuery,
  accounts: readonly number[],
  [from, to]: DayRange,
  { first, last }: Entries,
): Promise<readonly SqlValue[][]> {
  if (from > to || first > last) return [];
  const moved = movements(db, 'TRUE', db.journalOfDays);
  return movementRows(db, query, accounts, `(${daysText(db)} SELECT * FROM ${moved} of_days)`, [
    ...[from, to, to],
    ...[first, last, first, last],
  ]);
}

/** The days with entries within a range: three places for its first day, its last, its last. */
export const daysText = (db: Queries): string => {
  const journal = db.table('journal');
  return `WITH RECURSIVE days (on_day) AS (
    SELECT min(day) FROM ${journal} WHERE day BETWEEN ? AND ?
    UNION ALL SELECT (SELECT min(day) FROM ${journal} WHERE day > on_day AND day <= ?) FROM days WHERE on_day IS NOT NULL)`;
};

/** Whether a range of days has so many of a range of entries; looks at no more. */
async function isAtLeast(
  db: Queries,
  count: number,
  [from, to]: DayRange,
  { first, last }: Entries,
): Promise<boolean> {
  const [row] = await db.rows({
    text: `${daysText(db)} SELECT count(*) AS many FROM (SELECT 1 AS one FROM ${db.journalOfDays} LIMIT ?) found`,
    values: [from, to, to, first, last, count],
  });
  return Number(row?.many) >= count;
}

/** Every movement of a book, by account and day. */
export async function movementsOf(db: Queries, book: Book): Promise<Movement[]> {
  const codes = codesOf(book);
  const rows = await db.rows({
    text: `SELECT account, day, sum(count) AS count FROM ${movements(db, 'TRUE')} m
      WHERE ${anyCode('account', [...codes.flows, ...codes.open])} GROUP BY account, day`,
    values: [],
  });
  return rows.map((row) => ({
    account: codes.account(Number(row.account)),
    day: Number(row.day) as LocalDay,
    count: Number(row.count),
  }));
}

class BalanceSum {
  readonly #codes: AccountCodes;
  readonly #rows = new Map<string, { row: SqlValue[]; count: number }>();

  constructor(codes: AccountCodes) {
    this.#codes = codes;
  }

  add(rows: readonly SqlValue[][], sign: 1 | -1): void {
    for (const row of rows) {
      const count = sign * Number(row.at(-1));
      const place = row.slice(0, -1);
      const key = JSON.stringify(place);
      const known = this.#rows.get(key);
      if (known) known.count += count;
      else this.#rows.set(key, { row: place, count });
    }
  }

  balances(): Balance[] {
    const balances: Balance[] = [];
    for (const { row, count } of this.#rows.values()) {
      if (count === 0) continue;
      const [account, original, due, dueOriginal, ...key] = row;
      balances.push({
        account: this.#codes.account(Number(account)),
        original: timingOf(Number(original)),
        due: orNull(Number(due)),
        dueOriginal: orNull(Number(dueOriginal)),
        key,
        count,
      });
    }
    return balances;
  }
}
