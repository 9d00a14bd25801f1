import { type Filter, passes } from '../../bookkeeping/balance.ts';
import type { Book } from '../../bookkeeping/book.ts';
import type { Side } from '../../bookkeeping/leg.ts';
import {
  type Milestones,
  type Ruling,
  rulingsText,
  type StandingMilestones,
} from '../../bookkeeping/ruling.ts';
import type { RuledCount, RuledSubject, RulingPage, RulingQuery } from '../../bookkeeping/ruling-query.ts';
import type { Standing } from '../../bookkeeping/subject.ts';
import type { Window } from '../../calendar/windows.ts';
import type { Zone } from '../../calendar/zone.ts';
import type { Resolution } from '../../office/resolution.ts';
import { codesOf, orNull } from './codes.ts';
import { columnOf, leafCuboid } from './cuboids.ts';
import { filterSql } from './filter-sql.ts';
import { readStandings } from './milestones-codec.ts';
import type { Queries, Sql } from './queries.ts';
import { LAST_DAY } from './stock-days.ts';
import { subjectsThen } from './subjects-then.ts';

/** Numbers of subjects that are read at a time: some milliseconds without a turn for other work. */
const AT_ONCE = 5_000;

/** What is read, and how facts are, as known at the moment of a query. */
interface Reading {
  readonly zone: Zone;
  readonly resolution: Resolution;
  /** Of the ledger: behind the last subject. */
  readonly nextSubject: number;
}

/**
 * Rules on the subjects of a book with the next numbers, by their milestones. Of an earlier knowledge only those are evaluated from
 * their facts that stand otherwise since.
 */
export async function rulingsOf(db: Queries, query: RulingQuery, reading: Reading): Promise<RulingPage> {
  const { book, definitions, basis, after, span, named } = query;
  if (!book.definitions) throw new RangeError(`The ${book.name} book has no definitions`);
  const rule = book.definitions.open(definitions, basis, reading.zone);
  const counts = new RulingCounts(definitions.length);
  const wanted = new Set(named?.rulings);
  const found: FoundSubject[] = [];
  const take = (
    subject: number,
    procedure: string | null,
    milestones: Milestones,
    side: FoundSubject['side'],
  ) => {
    const rulings = rule(milestones, procedure);
    counts.add(rulings);
    if (named && wanted.has(rulingsText(rulings))) found.push({ subject, side, rulings });
  };
  const procedures = await proceduresIn(db, book, query.filter);
  const last = reading.nextSubject - 1;
  const end = Math.min(after + span, last);
  let at = after;
  while (at < end && (!named || found.length < named.limit)) {
    const numbers = [at, Math.min(at + AT_ONCE, end)] as const;
    readStandings(await storedIn(db, query, numbers), (subject, combination, milestones) =>
      take(subject, procedures.get(combination) ?? null, milestones, null),
    );
    for (const { subject, standing } of await changedSince(db, query, numbers, reading)) {
      const { side, dimensions, milestones } = standing;
      if (milestones) take(subject, dimensions[PROCEDURE] ?? null, milestones.values, side);
    }
    [, at] = numbers;
  }
  const shown = found.sort((one, other) => one.subject - other.subject).slice(0, named?.limit);
  const isCut = named !== undefined && shown.length === named.limit;
  const next = (isCut ? shown.at(-1)?.subject : undefined) ?? at;
  return {
    counts: counts.all,
    named: await placed(db, book, shown),
    next: next < last ? next : undefined,
  };
}

/** A subject that is asked for. @property side on which it stood then; null: it stands where it is stored */
interface FoundSubject {
  readonly subject: number;
  readonly side: Pick<Side, 'account' | 'due'> | null;
  readonly rulings: readonly Ruling[];
}

async function placed(
  db: Queries,
  book: Book,
  found: readonly FoundSubject[],
): Promise<readonly RuledSubject[]> {
  const codes = codesOf(book);
  const numbers = found.filter(({ side }) => side === null).map(({ subject }) => subject);
  const among = db.anyOf('subject', numbers);
  const rows =
    numbers.length === 0
      ? []
      : await db.rows({
          text: `SELECT subject, account, due FROM ${db.table('standing')} WHERE ${among.text}`,
          values: among.values,
        });
  const stored = new Map(rows.map((row) => [Number(row.subject), row]));
  return found.flatMap(({ subject, side, rulings }) => {
    const row = stored.get(subject);
    const stands =
      side ?? (row && { account: codes.account(Number(row.account)), due: orNull(Number(row.due)) });
    return stands
      ? [{ place: { subject, apart: null, account: stands.account, due: stands.due }, rulings }]
      : [];
  });
}

/** As many rulings as one definition has at most. */
const MOST_RULINGS = 32;

/** How many subjects have the same rulings. A ruling is one object, so that it is found by identity. @throws RangeError for more definitions than fit a number */
class RulingCounts {
  readonly #numbers: Map<Ruling, number>[] = [];
  readonly #counts = new Map<number, { readonly rulings: readonly Ruling[]; count: number }>();

  constructor(definitions: number) {
    if (MOST_RULINGS ** definitions > Number.MAX_SAFE_INTEGER)
      throw new RangeError(`${definitions} definitions are more than are counted at once`);
  }

  get all(): readonly RuledCount[] {
    return [...this.#counts.values()];
  }

  add(rulings: readonly Ruling[]): void {
    let key = 0;
    for (let index = 0; index < rulings.length; index += 1) {
      const ruling = rulings[index];
      if (ruling) key = key * MOST_RULINGS + this.#numberOf(ruling, index);
    }
    const known = this.#counts.get(key);
    if (known) known.count += 1;
    else this.#counts.set(key, { rulings, count: 1 });
  }

  #numberOf(ruling: Ruling, index: number): number {
    this.#numbers[index] ??= new Map();
    const numbers = this.#numbers[index];
    const known = numbers.get(ruling);
    if (known !== undefined) return known;
    if (numbers.size === MOST_RULINGS)
      throw new RangeError(`More than ${MOST_RULINGS} rulings of a definition`);
    numbers.set(ruling, numbers.size);
    return numbers.size - 1;
  }
}

/** Numbers of subjects: behind the first, up to the last. */
type Numbers = readonly [after: number, upTo: number];

/** As one text, which is read several times faster than rows of as many columns. */
async function storedIn(
  db: Queries,
  { book, filter, basis: { window }, knownAt = Number.MAX_SAFE_INTEGER }: RulingQuery,
  [after, upTo]: Numbers,
): Promise<string> {
  const isFiltered = filter.units !== undefined || Object.keys(filter.where ?? {}).length > 0;
  const among = combinationsSql(db, book, filter, 'd.id');
  const [row] = await db.rows({
    text: `SELECT string_agg(s.subject || ',' || s.dimensions || ',' || s.milestones, ';') AS standings
      FROM ${db.table('standing')} s
      WHERE s.subject > ? AND s.subject <= ? AND s.known_at <= ? AND s.first_day <= ? AND s.last_day >= ?
        AND ${isRuledOn(book)}
        ${isFiltered ? `AND s.dimensions IN (${among.text})` : ''}`,
    values: [after, upTo, knownAt, window.cutTo, window.from, ...(isFiltered ? among.values : [])],
  });
  return String(row?.standings ?? '');
}

/** The condition that a standing `s` is one of a book that definitions rule on. */
function isRuledOn(book: Book): string {
  const { first, last } = codesOf(book);
  return `s.milestones IS NOT NULL AND s.account BETWEEN ${first} AND ${last}`;
}

/** The combinations of a book that a filter lets pass. */
function combinationsSql(db: Queries, book: Book, filter: Filter, columns: string): Sql {
  const passing = filterSql(db, book, filter);
  return {
    text: `SELECT ${columns} FROM ${db.table('dimensions')} d WHERE d.cuboid = ?${passing.text}`,
    values: [leafCuboid(book), ...passing.values],
  };
}

/** The name of the dimension by which limits are found. */
const PROCEDURE = 'procedure';

/** By the number of the combination. */
async function proceduresIn(db: Queries, book: Book, filter: Filter): Promise<ReadonlyMap<number, string>> {
  const column = columnOf(book, PROCEDURE);
  if (column === undefined) return new Map();
  const rows = await db.rows(combinationsSql(db, book, filter, `d.id, d.${column} AS name`));
  return new Map(rows.flatMap(({ id, name }) => (name == null ? [] : [[Number(id), String(name)]])));
}

/** Of an earlier knowledge: as they stood, evaluated from the facts known then. What became one subject since is apart again. */
async function changedSince(
  db: Queries,
  { book, filter, knownAt, basis: { window } }: RulingQuery,
  [after, upTo]: Numbers,
  { zone, resolution }: Reading,
): Promise<readonly { readonly subject: number; readonly standing: Standing }[]> {
  if (knownAt === undefined) return [];
  const rows = await db.rows({
    text: `SELECT s.subject FROM ${db.table('standing')} s
        WHERE s.subject > ? AND s.subject <= ? AND s.known_at > ? AND ${isRuledOn(book)}
      UNION ALL SELECT subject FROM ${db.table('absorbed')} WHERE subject > ? AND subject <= ?`,
    values: [after, upTo, knownAt, after, upTo],
  });
  const numbers = rows.map(({ subject }) => Number(subject));
  const subjects = await subjectsThen(db, book, numbers, knownAt, resolution.agencies);
  return [...subjects].flatMap(([number, subject]) => {
    // A subject that was absorbed by then is found by the number that remained.
    if (subject.number !== number) return [];
    const { standings } = book.evaluate(resolution.applied(book, subject.known), zone);
    return standings
      .filter(({ dimensions, milestones }) => passes(dimensions, filter) && isWithin(milestones, window))
      .map((standing) => ({ subject: number, standing }));
  });
}

/** As {@link storedIn} asks. */
const isWithin = (milestones: StandingMilestones | undefined, { from, cutTo }: Window): boolean =>
  milestones !== undefined && milestones.first <= cutTo && (milestones.last ?? LAST_DAY) >= from;
