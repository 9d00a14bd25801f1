import type { Knowledge } from '../../bookkeeping/balance.ts';
import type { Queries } from './queries.ts';

/**
 * Since neither known_at nor position ever falls along the journal, what is known at a moment, or up to a position, is all up
 * to one entry; 0 when nothing was.
 * @param last the journal's last entry, for who asks with all that is known
 */
export async function lastEntryKnown(
  db: Queries,
  { knownAt, upTo }: Knowledge,
  last: number,
): Promise<number> {
  if (knownAt === undefined) return last;
  const [row] = await db.rows({
    text: `SELECT entry FROM ${db.table('journal')} WHERE known_at <= ? AND position <= ? ORDER BY known_at DESC, entry DESC LIMIT 1`,
    values: [knownAt, upTo ?? Number.MAX_SAFE_INTEGER],
  });
  return row ? Number(row.entry) : 0;
}
