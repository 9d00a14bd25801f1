import type { Book } from '../../bookkeeping/book.ts';
import type { Misplaced } from '../port.ts';
import { movements } from './balances.ts';
import { codesOf } from './codes.ts';
import { anyCode } from './filter-sql.ts';
import type { Queries } from './queries.ts';
import { NEVER_DUE } from './rows.ts';

/** Subjects of a book whose standings differ from the journal, in order of their numbers. */
export async function misplacedIn(db: Queries, book: Book, limit: number): Promise<Misplaced[]> {
  const codes = codesOf(book);
  // The source holds subjects without a leg, so it has no standings.
  const source = codes.code(book.accounts.source);
  const accounts = [...codes.flows, ...codes.open].filter((code) => code !== source);
  const sort = `CASE WHEN ${anyCode('account', codes.open)} THEN CASE due WHEN 0 THEN ${NEVER_DUE} ELSE due END ELSE day END`;
  const place = 'subject, dimensions, account, due, due_original, original';
  const rows = await db.rows({
    text: `SELECT account, surplus, (SELECT min(name) FROM ${db.table('name')} n WHERE n.subject = m.subject) AS name
      FROM (
        SELECT subject, account, sum(count) AS surplus FROM (
          SELECT ${place}, ${sort} AS sort, count FROM ${movements(db, 'TRUE')} moved
          UNION ALL SELECT ${place}, sort, -1 AS count FROM ${db.table('standing')}
        ) places WHERE ${anyCode('account', accounts)} GROUP BY ${place}, sort HAVING sum(count) <> 0
        ORDER BY subject, account LIMIT ?
      ) m ORDER BY subject, account`,
    values: [limit],
  });
  return rows.map((row) => ({
    subject: String(row.name),
    account: codes.account(Number(row.account)),
    isByJournal: Number(row.surplus) > 0,
  }));
}
