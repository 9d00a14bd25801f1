import type { Position } from '../../contracts/stored-event.ts';
import type { Poison, SetAsideCount } from '../port.ts';
import type { Queries } from './queries.ts';
import { poisonRow } from './rows.ts';

export async function setAsideCounts(db: Queries): Promise<readonly SetAsideCount[]> {
  const text = `SELECT type, count(*) AS events FROM ${db.table('poison')} GROUP BY type ORDER BY type`;
  return (await db.rows({ text, values: [] })).map(({ type, events }) => ({
    type: String(type),
    events: Number(events),
  }));
}

/** Up to `limit` of them, in order, after a position. */
export async function setAsideAfter(db: Queries, after: Position, limit: number): Promise<readonly Poison[]> {
  const text = `SELECT * FROM ${db.table('poison')} WHERE position > ? ORDER BY position LIMIT ?`;
  return (await db.rows({ text, values: [after, limit] })).map(poisonRow);
}
