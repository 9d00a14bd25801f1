import type { RulingBasis } from '../bookkeeping/ruling.ts';
import type { Holiday } from '../calendar/holidays.ts';
import { type OfficeHours, type WorkingCalendar, workingCalendar } from '../calendar/working-calendar.ts';
import type { LocalDay, Zone } from '../calendar/zone.ts';
import type { UnitId } from '../contracts/ids.ts';
import type { Moment } from '../kernel/clock.ts';
import type { Checkpoint, LedgerSnapshot } from '../ledger/port.ts';
import type { SourceRecord } from '../ledger/source-counts.ts';
import type { AcceptedLosses } from '../office/accepted-losses.ts';
import type { Agencies } from '../office/agencies.ts';
import type { FieldRecord, ProcedureRecord, UnitRecord } from '../office/declared.ts';
import { Names } from '../office/in-force.ts';
import { OfficeBook } from '../office/office-book.ts';
import type { RiskScales } from '../office/risk-scale.ts';
import type { StatedObjective } from '../office/stated-objectives.ts';
import { treesOf, type UnitTree } from '../office/unit-tree.ts';
import { FIELD, PROCEDURE, UNIT } from './dimensions.ts';
import { type KnownFeed, knownFeeds } from './feeds-known.ts';

export interface OfficeRules {
  readonly zone: Zone;
  readonly holidays: readonly Holiday[];
  readonly hours: OfficeHours;
  /** The office itself in the tree of units, by any of its identifiers; left out: it is not stated. */
  readonly officeUnit?: UnitId | undefined;
}

/** The same for every objective at one checkpoint: calendar, units, agency identifiers, feeds, and what was stated of objectives. */
export interface KnownOffice {
  readonly zone: Zone;
  readonly calendar: WorkingCalendar;
  /** What the calendar is made of: plain data, for questions that are answered in another thread. */
  readonly calendarParts: RulingBasis['calendar'];
  /** The units as they stood on the local day. */
  readonly treeOn: (day: LocalDay) => UnitTree;
  readonly agencies: Agencies;
  /** The office itself in the tree, declared or not; null: it is not stated. */
  readonly officeUnit: UnitId | null;
  readonly fields: readonly FieldRecord[];
  readonly procedures: readonly ProcedureRecord[];
  /** The name of a unit, a field or a procedure on a day; null of other dimensions, and where none is stated. */
  readonly nameOf: (dimension: string, id: string, day: LocalDay) => string | null;
  /** Every feed that is declared or that the ledger has heard. */
  readonly feeds: readonly KnownFeed[];
  /** How risks are assessed. */
  readonly riskScales: RiskScales;
  /** Which losses of the event store people have accepted. */
  readonly acceptedLosses: AcceptedLosses;
  /** By id; the same object until a statement is added. */
  readonly stated: ReadonlyMap<string, StatedObjective>;
}

/** What of the office was read, and up to where. */
interface ReadOffice extends KnownOffice {
  readonly checkpoint: Checkpoint;
  readonly book: OfficeBook;
  readonly heard: readonly SourceRecord[];
}

/** Reads the office from the ledger. The present one is kept, and brought up to each checkpoint by what has changed since. */
export class OfficeSource {
  readonly #rules: OfficeRules;
  #present: ReadOffice | undefined;

  constructor(rules: OfficeRules) {
    this.#rules = rules;
  }

  /** @param asOf as it was known then; the present when it is left out */
  async at(ledger: LedgerSnapshot, asOf?: Moment): Promise<KnownOffice> {
    const { checkpoint } = ledger;
    if (asOf !== undefined) {
      const book = new OfficeBook(await ledger.declared({ knownAt: asOf }));
      return this.#read(checkpoint, book, await ledger.sources());
    }
    const known = this.#present;
    const isOlder =
      known?.checkpoint.generation === checkpoint.generation &&
      known.checkpoint.position <= checkpoint.position;
    const office = isOlder
      ? await this.#broughtUp(known, ledger)
      : this.#read(checkpoint, new OfficeBook(await ledger.declared()), await ledger.sources());
    this.#present = office;
    return office;
  }

  /** Reads only what has changed: most commits change feeds alone. */
  async #broughtUp(known: ReadOffice, ledger: LedgerSnapshot): Promise<ReadOffice> {
    const { checkpoint } = ledger;
    const { position, office } = known.checkpoint;
    if (position === checkpoint.position) return known;
    const byKey = new Map(known.heard.map((one) => [keyOf(one), one]));
    for (const one of await ledger.sources(position)) byKey.set(keyOf(one), one);
    const heard = [...byKey.values()];
    if (office === checkpoint.office) {
      return { ...known, checkpoint, heard, feeds: knownFeeds(heard, known.book.feeds, this.#rules.zone) };
    }
    const declared = await ledger.declared({ since: office });
    return this.#read(checkpoint, new OfficeBook(declared, known.book), heard);
  }

  #read(checkpoint: Checkpoint, book: OfficeBook, heard: readonly SourceRecord[]): ReadOffice {
    const { zone, holidays, hours, officeUnit } = this.#rules;
    const calendarParts = { holidays, declared: book.calendarDays, hours };
    return {
      zone,
      checkpoint,
      book,
      heard,
      feeds: knownFeeds(heard, book.feeds, zone),
      calendar: workingCalendar({ zone, ...calendarParts }),
      calendarParts,
      treeOn: treesOf(book.units),
      agencies: book.agencies,
      officeUnit: officeUnit === undefined ? null : book.agencies.unitOf(officeUnit),
      fields: book.fields,
      procedures: book.procedures,
      nameOf: namesIn(book),
      riskScales: book.riskScales,
      acceptedLosses: book.acceptedLosses,
      stated: book.objectives,
    };
  }
}

/** Few questions need names: those of a dimension are put in order when the first is asked for. */
function namesIn({ units, fields, procedures }: OfficeBook): KnownOffice['nameOf'] {
  const records = new Map<string, readonly (FieldRecord | ProcedureRecord | UnitRecord)[]>([
    [UNIT.name, units],
    [FIELD.name, fields],
    [PROCEDURE.name, procedures],
  ]);
  const names = new Map<string, Names>();
  return (dimension, id, day) => {
    const known = names.get(dimension) ?? new Names(records.get(dimension) ?? []);
    names.set(dimension, known);
    return known.on(id, day);
  };
}

const keyOf = ({ source, feed, rank, type }: SourceRecord): string =>
  JSON.stringify([source, feed, rank, type]);
