import type { Book, BookFact } from '../../bookkeeping/book.ts';
import type { Subject } from '../../bookkeeping/subject.ts';
import { agencyIn } from '../../contracts/agency-in-id.ts';
import type { UnitId } from '../../contracts/ids.ts';
import type { Agencies } from '../../office/agencies.ts';
import { isOfBook, type ParsedEvent } from '../fold-events.ts';
import { leafCuboid } from './cuboids.ts';
import type { Queries, Sql } from './queries.ts';

/** How many subjects are evaluated anew at a time. */
export const REVISED_AT_ONCE = 1_000;

/** The identifiers that the rows name, and all identifiers of the same agency. */
export const idsConcerned = (rows: readonly ParsedEvent[], agencies: Agencies): ReadonlySet<UnitId> =>
  agencies.leadingTo(
    rows.flatMap((row) => (!isOfBook(row) && row.declared.kind === 'agency' ? [row.declared.record.id] : [])),
  );

/**
 * Selects the subjects that may name one of the identifiers: by the units of their standings (a scan of all standings, only
 * after a new row of the table) and by their own ids. Each query returns numbers as `subject`.
 */
export function concernedSql(
  db: Queries,
  book: Book,
  ids: ReadonlySet<UnitId>,
  agencies: Agencies,
): readonly Sql[] {
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

/** The subjects that do name one of the identifiers. */
export const speakingOf = (
  book: Book,
  subjects: readonly Subject<BookFact>[],
  ids: ReadonlySet<UnitId>,
): readonly Subject<BookFact>[] => {
  const speaks = (id: string) => {
    const agency = agencyIn(id);
    return agency !== undefined && ids.has(agency);
  };
  return subjects.filter(({ known }) =>
    known.some(
      ({ fact, name, aliases }) =>
        book.unitsIn(fact).some((id) => ids.has(id)) || speaks(name) || aliases.some(speaks),
    ),
  );
};

/** Every id under which the event of one of the subjects may arrive, including the ids that the table adds. */
export const namesAround = (subjects: readonly Subject<unknown>[], agencies: Agencies): ReadonlySet<string> =>
  new Set(
    subjects.flatMap(({ known }) =>
      known.flatMap(({ name, aliases }) => agencies.namesOf([name, ...aliases])),
    ),
  );
