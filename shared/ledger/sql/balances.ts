import type { LocalDay } from '../../calendar/zone.ts';
import type { Balance, BalanceQuery, Book, Checkpoint, Movement } from '../port.ts';
import { accountOf, FLOW_CODES, OPEN_CODES, orNull, timingOf } from './codes.ts';
import { cuboidFor } from './cuboids.ts';
import { anyCode, dimensionsAsked, filterSql } from './filter-sql.ts';
import { lastEntryKnown } from './knowledge.ts';
import type { Queries, Sql, SqlValue } from './queries.ts';

/** Journal entries, both ends inclusive. */
interface Entries {
  readonly first: number;
  readonly last: number;
}

/**
 * The answer to a balance query. The present is read from the balance table; the past, in either sense, is that less what
 * the journal has after it, or the journal up to it where that is shorter.
 */
export async function balancesOf(
  db: Queries,
  query: BalanceQuery,
  { entry }: Checkpoint,
): Promise<readonly Balance[]> {
  const known = await lastEntryKnown(db, query, entry);
  const sum = new BalanceSum();
  if (known * 2 < entry) {
    sum.add(await journalRows(db, query, { first: 1, last: known }), 1);
    return sum.balances();
  }
  sum.add(await balanceRows(db, query), 1);
  if (query.book === 'dossier') sum.add(await openRowsAfter(db, query), -1);
  if (known < entry) sum.add(await journalRows(db, query, { first: known + 1, last: entry }), -1);
  return sum.balances();
}

/** What journal entries after `afterEntry` change in the answer to a query about the present. */
export async function changesOf(
  db: Queries,
  query: BalanceQuery,
  afterEntry: number,
  { entry }: Checkpoint,
): Promise<readonly Balance[]> {
  const sum = new BalanceSum();
  sum.add(await journalRows(db, query, { first: afterEntry + 1, last: entry }), 1);
  return sum.balances();
}

const MEASURES = 'account, original, due, due_original';

/** Columns of the key; `day` is null on stocks. */
const keyColumns = (by: BalanceQuery['by']): string[] =>
  by.map((each) => (each === 'day' ? 'CASE day WHEN 0 THEN NULL ELSE day END' : `d.${each}`));

/** What a source gives for each place: the place's columns, then the count. */
function grouped(db: Queries, by: BalanceQuery['by'], source: Sql) {
  const places = [...MEASURES.split(', '), ...keyColumns(by)];
  const groups = places.map((_, index) => index + 1).join(', ');
  return db.arrays({
    text: `SELECT ${places.join(', ')}, sum(count) FROM ${source.text} GROUP BY ${groups} HAVING sum(count) <> 0`,
    values: source.values,
  });
}

async function balanceRows(db: Queries, query: BalanceQuery): Promise<readonly SqlValue[][]> {
  const filter = filterSql(db, query.filter);
  const cuboid = cuboidFor(dimensionsAsked(query));
  const part = (accounts: readonly number[], from: number, to: number) =>
    grouped(db, query.by, {
      text: `${db.table('dimensions')} d ${db.joinInOrder} ${db.table('balance')} b ON b.dimensions = d.id
        WHERE d.cuboid = ?${filter.text} AND ${anyCode('b.account', accounts)} AND b.day BETWEEN ? AND ?`,
      values: [cuboid, ...filter.values, from, to],
    });
  const flows = await part(FLOW_CODES[query.book], query.from, query.to);
  return query.book === 'dossier' ? [...flows, ...(await part(OPEN_CODES, 0, 0))] : flows;
}

/** Both sides of journal rows as movements: into the one account, out of the other; `where` stands in it twice. */
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
  const filter = filterSql(db, query.filter);
  return grouped(db, query.by, {
    text: `${source} m ${db.joinInOrder} ${db.table('dimensions')} d ON d.id = m.dimensions
      WHERE ${anyCode('account', accounts)}${filter.text}`,
    values: [...values, ...filter.values],
  });
}

/** What a range of journal entries contributes. */
async function journalRows(
  db: Queries,
  query: BalanceQuery,
  { first, last }: Entries,
): Promise<readonly SqlValue[][]> {
  const { from, to } = query;
  const entries = 'entry BETWEEN ? AND ?';
  const flows = movements(db, `${entries} AND day BETWEEN ? AND ?`);
  const flowRange = [first, last, from, to];
  const rows = await movementRows(db, query, FLOW_CODES[query.book], flows, [...flowRange, ...flowRange]);
  if (query.book === 'document') return rows;
  const stocks = ofAllDays(movements(db, `${entries} AND day <= ?`));
  const stockRange = [first, last, to];
  return [...rows, ...(await movementRows(db, query, OPEN_CODES, stocks, [...stockRange, ...stockRange]))];
}

/** What moved on open accounts after the last day asked for: nothing, for a query about today. */
function openRowsAfter(db: Queries, query: BalanceQuery) {
  const source = ofAllDays(movements(db, 'day > ?'));
  return movementRows(db, query, OPEN_CODES, source, [query.to, query.to]);
}

/** Every movement of a book, by account and day. */
export async function movementsOf(db: Queries, book: Book): Promise<Movement[]> {
  const codes = book === 'dossier' ? [...FLOW_CODES.dossier, ...OPEN_CODES] : FLOW_CODES.document;
  const rows = await db.rows({
    text: `SELECT account, day, sum(count) AS count FROM ${movements(db, 'TRUE')} m
      WHERE ${anyCode('account', codes)} GROUP BY account, day`,
    values: [],
  });
  return rows.map((row) => ({
    account: accountOf(Number(row.account)),
    day: Number(row.day) as LocalDay,
    count: Number(row.count),
  }));
}

class BalanceSum {
  readonly #rows = new Map<string, { row: SqlValue[]; count: number }>();

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
        account: accountOf(Number(account)),
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
