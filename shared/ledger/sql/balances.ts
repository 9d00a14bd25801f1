import type { Balance, BalanceQuery, Movement } from '../../bookkeeping/balance.ts';
import type { Book } from '../../bookkeeping/book.ts';
import type { LocalDay } from '../../calendar/zone.ts';
import type { Checkpoint } from '../port.ts';
import { type AccountCodes, codesOf, orNull, timingOf } from './codes.ts';
import { columnOf, cuboidFor } from './cuboids.ts';
import { anyCode, dimensionsAsked, filterSql } from './filter-sql.ts';
import { lastEntryKnown } from './knowledge.ts';
import type { Queries, Sql, SqlValue } from './queries.ts';

/** Journal entries, both ends inclusive. */
interface Entries {
  readonly first: number;
  readonly last: number;
}

/**
 * The answer to a balance query. The present is read from the balance table. The past (an earlier day or earlier knowledge) is
 * the present minus later journal entries, or the sum of the journal up to it where that is shorter.
 */
export async function balancesOf(
  db: Queries,
  query: BalanceQuery,
  { entry }: Checkpoint,
): Promise<readonly Balance[]> {
  const known = await lastEntryKnown(db, query, entry);
  const sum = new BalanceSum(codesOf(query.book));
  if (known * 2 < entry) {
    sum.add(await journalRows(db, query, { first: 1, last: known }), 1);
    return sum.balances();
  }
  sum.add(await balanceRows(db, query), 1);
  if (query.book.accounts.open.length > 0) sum.add(await openRowsAfter(db, query), -1);
  if (known < entry) sum.add(await journalRows(db, query, { first: known + 1, last: entry }), -1);
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
    if (each === 'day') return 'CASE day WHEN 0 THEN NULL ELSE day END';
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

async function balanceRows(db: Queries, query: BalanceQuery): Promise<readonly SqlValue[][]> {
  const { book } = query;
  const codes = codesOf(book);
  const filter = filterSql(db, book, query.filter);
  const cuboid = cuboidFor(book, dimensionsAsked(query));
  const part = (accounts: readonly number[], from: number, to: number) =>
    grouped(db, query, {
      text: `${db.table('dimensions')} d ${db.joinInOrder} ${db.table('balance')} b ON b.dimensions = d.id
        WHERE d.cuboid = ?${filter.text} AND ${anyCode('b.account', accounts)} AND b.day BETWEEN ? AND ?`,
      values: [cuboid, ...filter.values, from, to],
    });
  const flows = await part(codes.flows, query.from, query.to);
  return codes.open.length > 0 ? [...flows, ...(await part(codes.open, 0, 0))] : flows;
}

/** Both sides of journal rows as movements: into one account, out of the other; the text contains `where` twice. */
export const movements = (db: Queries, where: string, journal = db.table('journal')): string => {
  const side = (name: 'from' | 'to', sign: string) =>
    `SELECT subject, ${name}_account AS account, ${name}_due AS due, ${name}_due_original AS due_original,
       ${name}_original AS original, day, dimensions, ${sign} AS count FROM ${journal} WHERE ${where}`;
  return `(${side('to', 'sign')} UNION ALL ${side('from', '-sign')})`;
};

const ofAllDays = (source: string): string =>
  `(SELECT account, due, due_original, original, dimensions, count, 0 AS day FROM ${source} moved)`;

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
  const stocks = ofAllDays(movements(db, `${entries} AND day <= ?`));
  const stockRange = [first, last, to];
  return [...rows, ...(await movementRows(db, query, codes.open, stocks, [...stockRange, ...stockRange]))];
}

/** Movements on open accounts after the last day of the query: none for a query about today. */
function openRowsAfter(db: Queries, query: BalanceQuery) {
  const source = ofAllDays(movements(db, 'day > ?'));
  return movementRows(db, query, codesOf(query.book).open, source, [query.to, query.to]);
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
