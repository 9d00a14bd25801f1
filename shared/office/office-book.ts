import { AcceptedLosses } from './accepted-losses.ts';
import { Agencies } from './agencies.ts';
import type { CalendarRecord, DeclaredRow, FieldRecord, ProcedureRecord, UnitRecord } from './declared.ts';
import { FeedTable } from './feed-table.ts';
import { compareOrders, keyOf } from './records.ts';
import { type RiskScales, riskScalesIn } from './risk-scale.ts';
import { objectivesIn, type StatedObjective } from './stated-objectives.ts';

/** The reference data of an office in force, for readers of a ledger. Immutable. */
export class OfficeBook {
  /** By the units that their identifiers stand for, parents included. */
  readonly units: readonly UnitRecord[];
  readonly fields: readonly FieldRecord[];
  readonly procedures: readonly ProcedureRecord[];
  readonly calendarDays: readonly CalendarRecord[];
  readonly agencies: Agencies;
  readonly feeds: FeedTable;
  /** By id. */
  readonly objectives: ReadonlyMap<string, StatedObjective>;
  readonly riskScales: RiskScales;
  readonly acceptedLosses: AcceptedLosses;
  readonly #rows: ReadonlyMap<string, DeclaredRow>;

  /** @param declared rows of a ledger in order */
  constructor(declared: readonly DeclaredRow[], before?: OfficeBook) {
    const rows = new Map(before === undefined ? [] : before.#rows);
    for (const row of declared) rows.set(keyOf(row.declared), row);
    this.#rows = rows;
    const all = [...rows.values()];
    this.agencies = new Agencies(all);
    this.feeds = new FeedTable(all);
    this.objectives = objectivesIn(all);
    this.riskScales = riskScalesIn(all);
    this.units = unitsOf(all, this.agencies);
    const declaredThings = all.map((row) => row.declared);
    this.fields = declaredThings.flatMap(({ kind, record }) => (kind === 'field' ? [record] : []));
    this.procedures = declaredThings.flatMap(({ kind, record }) => (kind === 'procedure' ? [record] : []));
    this.acceptedLosses = new AcceptedLosses(
      declaredThings.flatMap(({ kind, record }) => (kind === 'loss-acceptance' ? [record] : [])),
    );
    this.calendarDays = declaredThings.flatMap(({ kind, record }) =>
      kind === 'calendar-day' ? [record] : [],
    );
  }
}

/**
 * For a unit that was declared under two identifiers from one day on, the greater statement is in force. Of a merger of two identifiers
 * that the table makes one nothing is left: they are one unit, before and after.
 */
function unitsOf(rows: readonly DeclaredRow[], agencies: Agencies): UnitRecord[] {
  const standing = new Map<string, { readonly row: DeclaredRow; readonly record: UnitRecord }>();
  for (const row of rows) {
    if (row.declared.kind !== 'unit') continue;
    const { id, parent, ending, ...rest } = row.declared.record;
    const record = {
      ...rest,
      id: agencies.unitOf(id),
      parent: parent && agencies.unitOf(parent),
      ending: ending?.kind === 'merged' ? { ...ending, into: agencies.unitOf(ending.into) } : ending,
    };
    if (record.ending?.kind === 'merged' && record.ending.into === record.id) continue;
    const key = `${record.from} ${record.id}`;
    const other = standing.get(key);
    if (!other || compareOrders(other.row.order, row.order) < 0) standing.set(key, { row, record });
  }
  return [...standing.values()].map(({ record }) => record);
}
