import type { SQLInputValue } from 'node:sqlite';
import type { LocalDay } from '../../calendar/zone.ts';
import type { Moment } from '../../platform/clock.ts';
import type { Balance, BalanceQuery, Book, Checkpoint, Movement } from '../port.ts';
import { accountOf, FLOW_CODES, OPEN_CODES, orNull, timingOf } from './codes.ts';
import { cuboidFor } from './dimensions.ts';
import { anyOf, dimensionsAsked, filterSql, type Sql } from './filter-sql.ts';
import type { Queries } from './statement-cache.ts';

/** Journal entries, both ends inclusive. */
interface Entries {
  readonly first: number;
  readonly last: number;
}

/**
 * The answer to a balance query. The present is read from the balance table; the past, in either sense, is that less what
 * the journal has after it, or the journal up to it where that is shorter.
 */
export function balancesOf(db: Queries, query: BalanceQuery, { entry }: Checkpoint): readonly Balance[] {
  const known = query.knownAt === undefined ? entry : lastEntryKnownAt(db, query.knownAt);
  const sum = new BalanceSum();
  if (known * 2 < entry) {
    sum.add(journalRows(db, query, { first: 1, last: known }), 1);
    return sum.balances();
  }
  sum.add(balanceRows(db, query), 1);
  if (query.book === 'dossier') sum.add(openRowsAfter(db, query), -1);
  if (known < entry) sum.add(journalRows(db, query, { first: known + 1, last: entry }), -1);
  return sum.balances();
}

/** What journal entries after `afterEntry` change in the answer to a query about the present. */
export function changesOf(
  db: Queries,
  query: BalanceQuery,
  afterEntry: number,
  { entry }: Checkpoint,
): readonly Balance[] {
  const sum = new BalanceSum();
  sum.add(journalRows(db, query, { first: afterEntry + 1, last: entry }), 1);
  return sum.balances();
}

/** Since known_at never falls along the journal, what is known at a moment is all up to one entry. 0 when nothing was. */
export function lastEntryKnownAt(db: Queries, knownAt: Moment): number {
  const row = db
    .prepare('SELECT entry FROM journal WHERE known_at <= ? ORDER BY known_at DESC, entry DESC LIMIT 1')
    .get(knownAt);
  return row ? Number(row.entry) : 0;
}

type Row = (string | number | null)[];

const MEASURES = 'account, original, due, due_original';

/** Columns of the key; `day` is null on stocks. */
const keyColumns = (by: BalanceQuery['by']): string[] =>
  by.map((each) => (each === 'day' ? 'CASE day WHEN 0 THEN NULL ELSE day END' : `d.${each}`));

function grouped(db: Queries, by: BalanceQuery['by'], source: Sql): Row[] {
  const places = [...MEASURES.split(', '), ...keyColumns(by)];
  const groups = places.map((_, index) => index + 1).join(', ');
  const statement = db.prepare(
    `SELECT ${places.join(', ')}, sum(count) FROM ${source.text} GROUP BY ${groups} HAVING sum(count) <> 0`,
  );
  statement.setReturnArrays(true);
  // Rows of text, integers and nulls as the columns above say.
  return statement.all(...source.values) as unknown as Row[];
}

function balanceRows(db: Queries, query: BalanceQuery): Row[] {
  const filter = filterSql(query.filter);
  const cuboid = cuboidFor(dimensionsAsked(query));
  const part = (accounts: readonly number[], from: number, to: number): Row[] => {
    const account = anyOf('b.account', accounts);
    return grouped(db, query.by, {
      text: `dimensions d CROSS JOIN balance b ON b.dimensions = d.id
        WHERE d.cuboid = ?${filter.text} AND ${account.text} AND b.day BETWEEN ? AND ?`,
      values: [cuboid, ...filter.values, ...account.values, from, to],
    });
  };
  const flows = part(FLOW_CODES[query.book], query.from, query.to);
  return query.book === 'dossier' ? [...flows, ...part(OPEN_CODES, 0, 0)] : flows;
}

/** Both sides of journal rows as movements: into the one account, out of the other. */
const movements = (where: string): string => {
  const side = (name: 'from' | 'to', sign: string) =>
    `SELECT ${name}_account AS account, ${name}_due AS due, ${name}_due_original AS due_original,
       ${name}_original AS original, day, dimensions, ${sign} AS count FROM journal WHERE ${where}`;
  return `(${side('to', 'sign')} UNION ALL ${side('from', '-sign')})`;
};

const ofAllDays = (source: string): string =>
  `(SELECT account, due, due_original, original, dimensions, count, 0 AS day FROM ${source})`;

function movementRows(
  db: Queries,
  query: BalanceQuery,
  accounts: readonly number[],
  source: string,
  values: readonly SQLInputValue[],
): Row[] {
  const filter = filterSql(query.filter);
  const account = anyOf('account', accounts);
  return grouped(db, query.by, {
    text: `${source} m CROSS JOIN dimensions d ON d.id = m.dimensions WHERE ${account.text}${filter.text}`,
    values: [...values, ...account.values, ...filter.values],
  });
}

/** What a range of journal entries contributes. */
function journalRows(db: Queries, query: BalanceQuery, { first, last }: Entries): Row[] {
  const { from, to } = query;
  const entries = 'entry BETWEEN ? AND ?';
  const flows = movements(`${entries} AND day BETWEEN ? AND ?`);
  const flowRange = [first, last, from, to];
  const rows = movementRows(db, query, FLOW_CODES[query.book], flows, [...flowRange, ...flowRange]);
  if (query.book === 'document') return rows;
  const stocks = ofAllDays(movements(`${entries} AND day <= ?`));
  const stockRange = [first, last, to];
  return [...rows, ...movementRows(db, query, OPEN_CODES, stocks, [...stockRange, ...stockRange])];
}

/** What moved on open accounts after the last day asked for: nothing, for a query about today. */
function openRowsAfter(db: Queries, query: BalanceQuery): Row[] {
  const source = ofAllDays(movements('day > ?'));
  return movementRows(db, query, OPEN_CODES, source, [query.to, query.to]);
}

/** Every movement of a book, by account and day. */
export function movementsOf(db: Queries, book: Book): Movement[] {
  const codes = book === 'dossier' ? [...FLOW_CODES.dossier, ...OPEN_CODES] : FLOW_CODES.document;
  const account = anyOf('account', codes);
  return db
    .prepare(
      `SELECT account, day, sum(count) AS count FROM ${movements('TRUE')} WHERE ${account.text} GROUP BY account, day`,
    )
    .all(...account.values)
    .map((row) => ({
      account: accountOf(Number(row.account)),
      day: Number(row.day) as LocalDay,
      count: Number(row.count),
    }));
}

class BalanceSum {
  readonly #rows = new Map<string, { row: Row; count: number }>();

  add(rows: readonly Row[], sign: 1 | -1): void {
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
