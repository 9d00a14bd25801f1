import type { StreamName } from '../../contracts/ids.ts';
import { type LostEvents, MOST_LISTED } from '../../contracts/lost-events.ts';
import type { Position } from '../../contracts/stored-event.ts';
import type { Poison, TypeCount } from '../port.ts';
import type { Queries } from './queries.ts';
import { poisonRow } from './rows.ts';

export async function setAsideCounts(db: Queries): Promise<readonly TypeCount[]> {
  const text = `SELECT type, count(*) AS events FROM ${db.table('poison')} GROUP BY type ORDER BY type`;
  return (await db.rows({ text, values: [] })).map(({ type, events }) => ({
    type: String(type),
    events: Number(events),
  }));
}

/** By stream, in order; of further streams than are listed by type. */
export async function lostIn(db: Queries): Promise<readonly LostEvents[]> {
  const text = `SELECT stream, type, lost FROM ${db.table('cut')} ORDER BY stream LIMIT ?`;
  const listed = (await db.rows({ text, values: [MOST_LISTED] })).map(({ stream, type, lost }) => ({
    ...{ stream: String(stream) as StreamName, type: String(type) },
    ...{ before: Number(lost), events: Number(lost) },
  }));
  const last = listed.at(-1);
  if (!last || listed.length < MOST_LISTED) return listed;
  const more = `SELECT type, sum(lost) AS events FROM ${db.table('cut')} WHERE stream > ? GROUP BY type ORDER BY type`;
  const unlisted = (await db.rows({ text: more, values: [last.stream] })).map(({ type, events }) => ({
    ...{ stream: null, type: String(type), before: 0, events: Number(events) },
  }));
  return [...listed, ...unlisted];
}

/** Up to `limit` of them, in order, after a position. */
export async function setAsideAfter(db: Queries, after: Position, limit: number): Promise<readonly Poison[]> {
  const text = `SELECT * FROM ${db.table('poison')} WHERE position > ? ORDER BY position LIMIT ?`;
  return (await db.rows({ text, values: [after, limit] })).map(poisonRow);
}
