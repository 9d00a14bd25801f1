import type { Book, BookFact } from '../../bookkeeping/book.ts';
import type { Origin, Subject } from '../../bookkeeping/subject.ts';
import { agencyIn } from '../../contracts/agency-in-id.ts';
import type { UnitId } from '../../contracts/ids.ts';
import type { Agencies } from '../../office/agencies.ts';
import type { Resolution } from '../../office/resolution.ts';
import { isOfBook, type ParsedEvent } from '../fold-events.ts';
import { leafCuboid } from './cuboids.ts';
import type { Queries, Row, Sql } from './queries.ts';

/** How many subjects are evaluated anew at a time. */
export const REVISED_AT_ONCE = 1_000;

/** What events change in the reading of facts. */
export interface Change {
  /** The identifiers that rows of the table of agency identifiers name, and all identifiers of the same agency. */
  readonly ids: ReadonlySet<UnitId>;
  /** The sources that have another rank than before. */
  readonly sources: ReadonlySet<string>;
}

/** @param origins those in the ledger */
export const changeBy = (
  rows: readonly ParsedEvent[],
  origins: readonly Origin[],
  before: Resolution,
  { agencies, feeds }: Resolution,
): Change => ({
  ids: agencies.leadingTo(
    rows.flatMap((row) => (!isOfBook(row) && row.declared.kind === 'agency' ? [row.declared.record.id] : [])),
  ),
  sources: new Set(
    origins
      .filter((origin) => before.feeds.rankOf(origin) !== feeds.rankOf(origin))
      .map(({ source }) => source),
  ),
});

/** Every origin in the ledger. */
export const originsSql = (db: Queries): Sql => ({
  text: `SELECT DISTINCT source, rank FROM ${db.table('source')}`,
  values: [],
});

export const originRow = (row: Row): Origin => ({
  source: String(row.source),
  rank: Number(row.rank),
});

/**
 * Selects the subjects that a change may concern. Each query returns numbers as `subject`. A rank only decides between origins, so
 * subjects of one are not among them.
 */
export function concernedSql(
  db: Queries,
  book: Book,
  { ids, sources }: Change,
  agencies: Agencies,
): readonly Sql[] {
  const named = ids.size > 0 ? namingSql(db, book, ids, agencies) : [];
  if (book.withRank === undefined || sources.size === 0) return named;
  const source = db.anyOf('source', [...sources]);
  return [
    ...named,
    {
      text: `SELECT DISTINCT subject FROM ${db.table('subject_source')} WHERE book = ? AND ${source.text}`,
      values: [book.number, ...source.values],
    },
  ];
}

/**
 * The subjects that may name one of the identifiers: by the units of their standings (a scan of all standings, only after a new row
 * of the table) and by their own ids.
 */
function namingSql(db: Queries, book: Book, ids: ReadonlySet<UnitId>, agencies: Agencies): readonly Sql[] {
  const units = [...agencies.reachedFrom(ids)];
  const [unit, apart] = [db.anyOf('unit', units), db.anyOf('apart', units)];
  const spoken = {
    text: `SELECT id FROM ${db.table('dimensions')} WHERE cuboid = ${leafCuboid(book)} AND (${unit.text} OR ${apart.text})`,
    values: [...unit.values, ...apart.values],
  };
  const name = `SELECT DISTINCT subject FROM ${db.table('name')} WHERE book = ? AND name >= ? AND name < ?`;
  return [
    {
      text: `SELECT DISTINCT subject FROM ${db.table('standing')} WHERE EXISTS (${spoken.text}) AND dimensions IN (${spoken.text})`,
      values: [...spoken.values, ...spoken.values],
    },
    ...[...ids].map((id) => ({
      text: name,
      values: [book.number, `${id}${book.agencySeparator}`, `${id}${after(book.agencySeparator)}`],
    })),
  ];
}

/** The character that ends the range of texts that begin with this one. */
const after = (character: string): string => String.fromCharCode(character.charCodeAt(0) + 1);

/** The subjects that a change does concern. */
export const concernedBy = (
  book: Book,
  subjects: readonly Subject<BookFact>[],
  { ids, sources }: Change,
): readonly Subject<BookFact>[] => {
  const speaks = (id: string) => {
    const agency = agencyIn(id);
    return agency !== undefined && ids.has(agency);
  };
  const isNamed = ({ known }: Subject<BookFact>) =>
    known.some(
      ({ fact, name, aliases }) =>
        book.unitsIn(fact).some((id) => ids.has(id)) || speaks(name) || aliases.some(speaks),
    );
  const isRanked = (subject: Subject<BookFact>) =>
    book.withRank !== undefined && subject.origins.some(({ source }) => sources.has(source));
  return subjects.filter((subject) => isRanked(subject) || isNamed(subject));
};

/** Every id under which the event of one of the subjects may arrive, including the ids that the table adds. */
export const namesAround = (subjects: readonly Subject<unknown>[], agencies: Agencies): ReadonlySet<string> =>
  new Set(
    subjects.flatMap(({ known }) =>
      known.flatMap(({ name, aliases }) => agencies.namesOf([name, ...aliases])),
    ),
  );
