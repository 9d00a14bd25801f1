import { isOpen } from '../accounts.ts';
import { CursorError, type ListQuery } from '../port.ts';
import { accountCode } from './codes.ts';
import { filterSql } from './filter-sql.ts';
import type { Queries, Sql, SqlValue } from './queries.ts';

/** Where one amount stands: a subject and, for a document, to whom. */
export interface Listed {
  readonly subject: number;
  readonly recipient: string | null;
}

export interface ListedPage {
  readonly listed: readonly Listed[];
  readonly next?: string;
}

/** Last item of the page before: its account's place in the query, then the order within the account. */
type Cursor = readonly [account: number, sort: number, subject: number, dimensions: number];

/** Subjects as they stand now: account by account, open ones by due date, the others by day of entry. */
export async function listStandings(db: Queries, query: ListQuery): Promise<ListedPage> {
  const [firstAccount, ...start] = query.cursor === undefined ? [0] : decodeCursor(query.cursor);
  const listed: Listed[] = [];
  for (let index = firstAccount; index < query.accounts.length; index += 1) {
    const after = index === firstAccount && start.length > 0 ? start : beginningOf(query, index);
    const room = query.limit - listed.length;
    const rows = await db.rows(standingsSql(db, query, index, after, room + 1));
    for (const row of rows.slice(0, room)) {
      listed.push({
        subject: Number(row.subject),
        recipient: row.recipient === null ? null : String(row.recipient),
      });
    }
    if (rows.length <= room) continue;
    const last = rows[room - 1];
    const place = last ? [last.sort, last.subject, last.dimensions].map(Number) : after;
    return { listed, next: encodeCursor([index, ...place]) };
  }
  return { listed };
}

/** Just before the first row that can be asked for: the index is entered there instead of being read from its start. */
function beginningOf({ accounts, from, dueAfter }: ListQuery, accountIndex: number): readonly number[] {
  const account = accounts[accountIndex];
  const sort = account !== undefined && isOpen(account) ? dueAfter : from;
  return [sort ?? 0, 0, 0];
}

function standingsSql(
  db: Queries,
  query: ListQuery,
  accountIndex: number,
  after: readonly number[],
  limit: number,
): Sql {
  const account = query.accounts[accountIndex];
  if (account === undefined) throw new RangeError('No such account in the query');
  const filter = filterSql(db, query.filter);
  const conditions = ['s.account = ?', '(s.sort, s.subject, s.dimensions) > (?, ?, ?)'];
  const values: SqlValue[] = [accountCode(account), ...after];
  const where = (condition: string, value: SqlValue | undefined) => {
    if (value === undefined) return;
    conditions.push(condition);
    values.push(value);
  };
  if (!isOpen(account)) {
    where('s.sort >= ?', query.from);
    where('s.sort <= ?', query.to);
  } else {
    // Open accounts sort by due, so that the index ends or begins the search.
    where('s.sort <= ?', query.dueUntil);
    where('s.sort > ?', query.dueAfter);
  }
  where('s.due BETWEEN 1 AND ?', query.dueUntil);
  where('s.due > ?', query.dueAfter);
  where('s.code = ?', query.finding);
  const table = query.finding === undefined ? 'standing' : 'finding';
  return {
    text: `SELECT s.subject, s.dimensions, s.sort, d.recipient FROM ${db.table(table)} s
      ${db.joinInOrder} ${db.table('dimensions')} d ON d.id = s.dimensions
      WHERE ${conditions.join(' AND ')}${filter.text}
      ORDER BY s.sort, s.subject, s.dimensions LIMIT ?`,
    values: [...values, ...filter.values, limit],
  };
}

/** Opaque to callers. */
export const encodeCursor = (place: readonly number[]): string =>
  Buffer.from(JSON.stringify(place)).toString('base64url');

function decodeCursor(cursor: string): Cursor {
  const [account, sort, subject, dimensions] = numbersOf(cursor, 4);
  return [account ?? 0, sort ?? 0, subject ?? 0, dimensions ?? 0];
}

/** @throws CursorError */
export function numbersOf(cursor: string, length: number): number[] {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(place) && place.length === length && place.every(Number.isSafeInteger)) return place;
  } catch {
    // Not JSON: falls through to the same refusal.
  }
  throw new CursorError();
}
