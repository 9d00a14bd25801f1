import type { Knowledge } from '../../bookkeeping/balance.ts';
import type { Queries } from './queries.ts';

/**
 * The last journal entry that is known at a moment, or up to a position; 0 when none is. One entry suffices, since neither
 * known_at nor position ever decreases along the journal.
 * @param last the journal's last entry, the answer when the query names no moment
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
