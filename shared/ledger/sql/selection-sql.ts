import type { DueRange, Selection } from '../../bookkeeping/selection.ts';
import { accountCode, timingCode } from './codes.ts';
import { anyCode } from './filter-sql.ts';
import type { Sql, SqlValue } from './queries.ts';

/** What a selection asks of the alias `s`, with the columns of `standing`, and `d` of `dimensions`. */
export function selectionSql({ account, due, original, channels }: Selection): Sql {
  const conditions = [`s.account = ${accountCode(account)}`];
  const values: SqlValue[] = [];
  if (due) {
    const range = dueSql(due);
    conditions.push(range.text);
    values.push(...range.values);
  }
  if (original) conditions.push(anyCode('s.original', original.map(timingCode)));
  if (channels) {
    // Channels are a closed list of ours, like accounts: their names stand in the text.
    const named = channels.filter((channel) => channel !== null).map((channel) => `'${channel}'`);
    const among = `d.channel IN (${named.join(', ')})`;
    conditions.push(named.length < channels.length ? `(${among} OR d.channel IS NULL)` : among);
  }
  return { text: conditions.join(' AND '), values };
}

/** 0 is "none". */
function dueSql(range: DueRange): Sql {
  const column = range.on === 'original' ? 's.due_original' : 's.due';
  if (range.none) return { text: `${column} = 0`, values: [] };
  const { after = 0, until } = range;
  return until === undefined
    ? { text: `${column} > ?`, values: [after] }
    : { text: `${column} > ? AND ${column} <= ?`, values: [after, until] };
}
