import type { Book } from '../../bookkeeping/book.ts';
import { changesBetween } from '../../bookkeeping/leg-changes.ts';
import type { Evaluation, Subject } from '../../bookkeeping/subject.ts';
import type { Zone } from '../../calendar/zone.ts';
import type { Resolution } from '../../office/resolution.ts';
import type { StoredFacts, WrongSubjects } from '../port.ts';
import type { Queries, Row } from './queries.ts';
import { FINDING_COLUMNS, findingColumns, STANDING_COLUMNS, standingColumns } from './rows.ts';
import { decodeState, stateColumns } from './state-codec.ts';

/** Compares the next subjects of a book with what follows from their facts. @param after the number of the last one before */
export async function wrongSubjectsIn(
  db: Queries,
  book: Book,
  { zone, resolution }: { readonly zone: Zone; readonly resolution: Resolution },
  after: number,
  limit: number,
): Promise<WrongSubjects> {
  const states = await statesAfter(db, book, after, limit);
  const last = states.at(-1);
  if (!last) return { faults: [], last: undefined };
  const numbers = states.map(({ number }) => Number(number));
  const rowsOf = async (table: 'standing' | 'finding', columns: string) => {
    const among = db.anyOf('subject', numbers);
    const text = `SELECT subject, ${columns} FROM ${db.table(table)} WHERE ${among.text}`;
    return Map.groupBy(await db.rows({ text, values: among.values }), ({ subject }) => Number(subject));
  };
  const standings = await rowsOf('standing', STANDING_COLUMNS.join(', '));
  const findings = await rowsOf('finding', FINDING_COLUMNS.join(', '));
  const faults: string[] = [];
  const named = new Map<string, number>();
  for (const row of states) {
    const number = Number(row.number);
    const fault = (what: string) => faults.push(`subject ${number} of ${book.name} ${what}`);
    try {
      const subject = decodeState(book, row);
      for (const { name } of subject.names) named.set(name, number);
      const evaluation = book.evaluate(resolution.applied(book, subject.known), zone);
      if (!isPosted(subject, evaluation)) fault('has other legs than its facts say');
      const stands = evaluation.standings.map((standing) => standingColumns(book, standing));
      if (!sameRows(standings.get(number), STANDING_COLUMNS, stands))
        fault('stands otherwise than its facts say');
      const found = evaluation.standings.flatMap((standing) => findingColumns(book, standing));
      if (!sameRows(findings.get(number), FINDING_COLUMNS, found))
        fault('has other findings than its facts say');
    } catch (error) {
      fault(`cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  faults.push(...(await wrongNames(db, book, named)));
  return { faults, last: Number(last.number) };
}

/** The facts of the next subjects of a book, as they are stored; none of a subject that cannot be read. */
export async function storedFactsIn(
  db: Queries,
  book: Book,
  after: number,
  limit: number,
): Promise<StoredFacts> {
  const states = await statesAfter(db, book, after, limit);
  const last = states.at(-1);
  return {
    facts: states.flatMap((row) => {
      try {
        return decodeState(book, row).known;
      } catch {
        // Named by the comparison of the subjects.
        return [];
      }
    }),
    last: last && Number(last.number),
  };
}

const statesAfter = async (db: Queries, book: Book, after: number, limit: number): Promise<readonly Row[]> =>
  db.rows({
    text: `SELECT ${stateColumns('s', db.table('subject_page'))} FROM ${db.table('subject')} s
      WHERE s.book = ? AND s.number > ? ORDER BY s.number LIMIT ?`,
    values: [book.number, after, limit],
  });

function isPosted({ posted }: Pick<Subject<never>, 'posted'>, { legs }: Evaluation): boolean {
  const { reversed, added } = changesBetween(posted, legs);
  return reversed.length === 0 && added.length === 0;
}

/** As bags. */
function sameRows(
  rows: readonly Row[] | undefined,
  columns: readonly string[],
  expected: readonly (readonly (string | number | null)[])[],
): boolean {
  const found = (rows ?? []).map((row) => columns.map((column) => String(row[column])).join(' ')).sort();
  const wanted = expected.map((row) => row.map(String).join(' ')).sort();
  return found.length === wanted.length && found.every((row, index) => row === wanted[index]);
}

/** Names under which their subjects are not found. */
async function wrongNames(
  db: Queries,
  book: Book,
  named: ReadonlyMap<string, number>,
): Promise<readonly string[]> {
  const among = db.anyOf('name', [...named.keys()]);
  const rows = await db.rows({
    text: `SELECT name, subject FROM ${db.table('name')} WHERE book = ? AND ${among.text}`,
    values: [book.number, ...among.values],
  });
  const found = new Map(rows.map(({ name, subject }) => [String(name), Number(subject)]));
  return [...named]
    .filter(([name, number]) => found.get(name) !== number)
    .map(([name, number]) => `subject ${number} of ${book.name} is not found under its name ${name}`);
}
