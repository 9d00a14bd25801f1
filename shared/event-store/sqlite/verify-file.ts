import { visitFile } from '../../sql/sqlite/visit.ts';
import { allRows, asArrays } from './rows.ts';

/**
 * Where the tables of a store file that follow from its events do not: a stream would be read in part, or an event be taken for
 * new. @param shown up to so many of each kind. @throws StoreError
 */
export function verifyDerived(path: string, shown: number): readonly string[] {
  return visitFile(path, 'read', (db) =>
    LAWS.flatMap(({ text, broken }) =>
      allRows(asArrays(db.prepare(`${broken} LIMIT ?`)), shown).map(([name]) => text(String(name))),
    ),
  );
}

const LAWS: readonly { readonly text: (name: string) => string; readonly broken: string }[] = [
  {
    text: (position) => `an event stands at position ${position}, before the first`,
    broken: 'SELECT position FROM events WHERE position < 1',
  },
  {
    text: (position) => `the event at position ${position} does not lead to the one before it in its stream`,
    broken: `SELECT e.position FROM events e LEFT JOIN events p ON p.position = e.previous
      WHERE CASE e.revision WHEN 0 THEN e.previous <> 0 ELSE p.stream IS NOT e.stream OR p.revision IS NOT e.revision - 1 END`,
  },
  {
    text: (stream) => `the head of stream ${stream} is not its last event`,
    broken: `SELECT last.stream FROM (SELECT stream, count(*) AS events, max(position) AS position FROM events GROUP BY stream) last
      LEFT JOIN streams s ON s.name = last.stream LEFT JOIN heads h ON h.stream = s.key
      WHERE h.position IS NOT last.position OR h.revision IS NOT last.events - 1`,
  },
  {
    text: (stream) => `stream ${stream} has no events`,
    broken: 'SELECT name FROM streams WHERE name NOT IN (SELECT stream FROM events)',
  },
  {
    text: (id) => `the id ${id} stands at more than one position`,
    broken: 'SELECT id FROM events GROUP BY id HAVING count(*) > 1',
  },
];
