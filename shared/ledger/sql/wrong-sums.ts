import type { Book } from '../../bookkeeping/book.ts';
import type { LocalDay } from '../../calendar/zone.ts';
import type { WrongSum } from '../port.ts';
import { movements } from './balances.ts';
import { codesOf } from './codes.ts';
import { cuboidsOf, keptColumns, leafCuboid, VALUE_COLUMNS } from './cuboids.ts';
import { anyCode } from './filter-sql.ts';
import type { Queries, Row, Sql } from './queries.ts';
import { blockSql, daysUnder } from './stock-days.ts';

/**
 * Rows of a book's sums that differ from the journal. An answer sums over rows, and a fault that only moves amounts among them
 * does not show in it: here each row is compared by all that it is counted by.
 */
export async function wrongSumsIn(db: Queries, book: Book, limit: number): Promise<WrongSum[]> {
  const wrong: WrongSum[] = [];
  for (const sums of cuboidsOf(book)) {
    if (wrong.length >= limit) return wrong;
    const rows = await db.rows(differences(db, book, sums, limit - wrong.length));
    wrong.push(...rows.map((row) => wrongSum(book, row)));
  }
  const orphans = await db.rows(withoutSums(db, book, limit - wrong.length));
  return [...wrong, ...orphans.map((row) => wrongSum(book, row))];
}

function differences(
  db: Queries,
  book: Book,
  { cuboid, leaf, kept }: ReturnType<typeof cuboidsOf>[number],
  limit: number,
): Sql {
  const columns = keptColumns(book, kept);
  const same = VALUE_COLUMNS.map((column) =>
    columns.includes(column) ? db.same(`d.${column}`, `leaf.${column}`) : `d.${column} IS NULL`,
  ).join(' AND ');
  const isOpen = anyCode('account', codesOf(book).open);
  const day = `CASE WHEN ${isOpen} THEN CASE by_block WHEN 0 THEN 0 ELSE ${blockSql('day')} END ELSE day END`;
  const [dimensions, journal, balance] = [db.table('dimensions'), db.table('journal'), db.table('balance')];
  return {
    text: `SELECT dimensions, account, day, sum(count) AS lacks FROM (
        SELECT r.id AS dimensions, account, ${day} AS day, due, due_original, original, count
        FROM (SELECT leaf.id AS leaf, d.id FROM ${dimensions} leaf LEFT JOIN ${dimensions} d ON d.cuboid = ? AND ${same}
          WHERE leaf.cuboid = ?) r
        JOIN ${movements(db, 'TRUE', journal)} m ON m.dimensions = r.leaf
        JOIN (SELECT 0 AS by_block UNION ALL SELECT 1) each ON by_block = 0 OR ${isOpen}
        UNION ALL
        SELECT b.dimensions, account, day, due, due_original, original, -count
        FROM ${dimensions} d JOIN ${balance} b ON b.dimensions = d.id WHERE d.cuboid = ?
      ) rows GROUP BY dimensions, account, day, due, due_original, original HAVING sum(count) <> 0 LIMIT ?`,
    values: [cuboid, leaf, cuboid, limit],
  };
}

/** Rows that no answer reads, because their combination is not one of the sums. */
function withoutSums(db: Queries, book: Book, limit: number): Sql {
  const { open, flows } = codesOf(book);
  return {
    text: `SELECT b.dimensions, b.account, b.day, -b.count AS lacks FROM ${db.table('balance')} b
      LEFT JOIN ${db.table('dimensions')} d ON d.id = b.dimensions
      WHERE (d.id IS NULL OR d.cuboid = ?) AND ${anyCode('b.account', [...open, ...flows])} LIMIT ?`,
    values: [leafCuboid(book), limit],
  };
}

function wrongSum(book: Book, row: Row): WrongSum {
  const days = daysUnder(Number(row.day));
  return {
    account: codesOf(book).nameOf(Number(row.account)),
    days: days && { from: days[0] as LocalDay, to: days[1] as LocalDay },
    dimensions: Number(row.dimensions),
    lacks: Number(row.lacks),
  };
}

/** Numbers of combinations whose columns are not those that their key has. */
export async function wrongDimensionsIn(db: Queries, limit: number): Promise<number[]> {
  const columns = ['cuboid', ...VALUE_COLUMNS];
  const rows = await db.rows({
    text: `SELECT id, ${columns.join(', ')}, key FROM ${db.table('dimensions')} ORDER BY id`,
    values: [],
  });
  return rows
    .filter((row) => row.key !== JSON.stringify(columns.map((column) => row[column])))
    .map(({ id }) => Number(id))
    .slice(0, limit);
}
