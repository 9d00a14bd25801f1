import type { Subject } from '../../bookkeeping/subject.ts';
import { agencyIn } from '../../contracts/agency-in-id.ts';
import type { UnitId } from '../../contracts/ids.ts';
import type { Agencies } from '../../office/agencies.ts';
import type { ParsedEvent } from '../fold-events.ts';
import type { Book } from '../port.ts';
import { BOOKS } from './codes.ts';
import type { Queries, Sql } from './queries.ts';

/** So many subjects are evaluated anew at a time. */
export const REVISED_AT_ONCE = 1_000;

/** The identifiers of which the rows say something, and all that stand for one of them. */
export const idsConcerned = (rows: readonly ParsedEvent[], agencies: Agencies): ReadonlySet<UnitId> =>
  agencies.leadingTo(rows.flatMap(({ event }) => ('agencyId' in event.data ? [event.data.agencyId] : [])));

/**
 * Which subjects may speak of one of the identifiers: by the units with which they stand, a look through all that stands, which
 * a row costs and nothing else; and by their own ids. Each query gives numbers as `subject`.
 */
export function concernedSql(
  db: Queries,
  book: Book,
  ids: ReadonlySet<UnitId>,
  agencies: Agencies,
): readonly Sql[] {
  const units = [...agencies.reachedFrom(ids)];
  const [unit, recipient] = [db.anyOf('unit', units), db.anyOf('recipient', units)];
  const spoken = {
    text: `SELECT id FROM ${db.table('dimensions')} WHERE cuboid = 0 AND (${unit.text} OR ${recipient.text})`,
    values: [...unit.values, ...recipient.values],
  };
  const name = `SELECT DISTINCT subject FROM ${db.table('name')} WHERE book = ? AND name >= ? AND name < ?`;
  return [
    {
      text: `SELECT DISTINCT subject FROM ${db.table('standing')} WHERE EXISTS (${spoken.text}) AND dimensions IN (${spoken.text})`,
      values: [...spoken.values, ...spoken.values],
    },
    // Just after the separator comes the character that ends the range.
    ...[...ids].map((id) => ({
      text: name,
      values: [BOOKS[book], ...(book === 'document' ? [`${id},`, `${id}-`] : [`${id}-`, `${id}.`])],
    })),
  ];
}

/** Those of the subjects that do speak of one of the identifiers. */
export const speakingOf = <Fact>(
  subjects: readonly Subject<Fact>[],
  ids: ReadonlySet<UnitId>,
  agenciesIn: (fact: Fact) => readonly UnitId[],
): readonly Subject<Fact>[] => {
  const speaks = (id: string) => {
    const agency = agencyIn(id);
    return agency !== undefined && ids.has(agency);
  };
  return subjects.filter(({ known }) =>
    known.some(
      ({ fact, name, aliases }) =>
        agenciesIn(fact).some((id) => ids.has(id)) || speaks(name) || aliases.some(speaks),
    ),
  );
};

/** Every id under which one of the subjects may be found, with all that it is called by the table. */
export const namesAround = (subjects: readonly Subject<unknown>[], agencies: Agencies): ReadonlySet<string> =>
  new Set(
    subjects.flatMap(({ known }) =>
      known.flatMap(({ name, aliases }) => agencies.namesOf([name, ...aliases])),
    ),
  );
