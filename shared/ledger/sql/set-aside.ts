import type { Position } from '../../contracts/stored-event.ts';
import type { Poison, TypeCount } from '../port.ts';
import type { Queries } from './queries.ts';
import { poisonRow } from './rows.ts';

export const setAsideCounts = (db: Queries) => countsOf(db, 'count(*)', 'poison');

export const lostCounts = (db: Queries) => countsOf(db, 'sum(lost)', 'cut');

async function countsOf(db: Queries, sum: string, table: 'poison' | 'cut'): Promise<readonly TypeCount[]> {
  const text = `SELECT type, ${sum} AS events FROM ${db.table(table)} GROUP BY type ORDER BY type`;
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
