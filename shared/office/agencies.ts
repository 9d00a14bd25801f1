import type { Book, BookFact } from '../bookkeeping/book.ts';
import { agencyIn, withAgency } from '../contracts/agency-in-id.ts';
import type { UnitId } from '../contracts/ids.ts';
import type { DeclaredRow } from './declared.ts';
import { compareOrders } from './records.ts';

/**
 * The table of agency identifiers as known at a moment. The last row of an identifier decides its unit. Ids of dossiers and
 * documents that any row makes one stay one, like aliases, so that the order of arrival is irrelevant.
 */
export class Agencies {
  static readonly NONE = new Agencies([]);
  readonly isEmpty: boolean;
  /** The unit by identifier, from the rows in force. */
  readonly #units = new Map<UnitId, UnitId>();
  /** The units by identifier, from all rows. */
  readonly #linked = new Map<UnitId, Set<UnitId>>();

  /** @param rows known rows of the reference data; other kinds than the table's are ignored */
  constructor(rows: readonly DeclaredRow[]) {
    const last = new Map<UnitId, DeclaredRow>();
    for (const row of rows) {
      if (row.declared.kind !== 'agency') continue;
      const { id, unit } = row.declared.record;
      const known = last.get(id);
      if (!known || compareOrders(known.order, row.order) < 0) {
        last.set(id, row);
        this.#units.set(id, unit);
      }
      const linked = this.#linked.get(id) ?? new Set();
      this.#linked.set(id, linked.add(unit));
    }
    this.isEmpty = this.#units.size === 0;
  }

  has(id: UnitId): boolean {
    return this.#units.has(id);
  }

  /** The unit that an identifier stands for, through all rows; for a circle of rows, its smallest member. */
  unitOf(id: UnitId): UnitId {
    const passed: UnitId[] = [];
    for (let unit = id; ; ) {
      const next = this.#units.get(unit) ?? this.#units.get(withoutSuffix(unit));
      if (next === undefined || next === unit) return unit;
      const circle = passed.indexOf(unit);
      if (circle >= 0) return passed.slice(circle).sort()[0] ?? unit;
      passed.push(unit);
      unit = next;
    }
  }

  /** The ids of a dossier or a document, together with its other names by the table. */
  namesOf(ids: readonly string[]): readonly string[] {
    if (this.isEmpty) return ids;
    const names = new Set(ids);
    for (const id of names) {
      const agency = agencyIn(id);
      if (agency === undefined) continue;
      const linked = this.#linked.get(agency) ?? this.#linked.get(withoutSuffix(agency)) ?? [];
      for (const unit of linked) names.add(withAgency(id, unit));
    }
    return [...names];
  }

  /** These identifiers, and all identifiers that stand for one of them, through all rows. */
  leadingTo(ids: Iterable<UnitId>): ReadonlySet<UnitId> {
    const found = new Set([...ids].flatMap((id) => [id, withSuffix(id)]));
    for (let before = -1; before < found.size; ) {
      before = found.size;
      for (const [id, units] of this.#linked) if ([...units].some((unit) => found.has(unit))) found.add(id);
    }
    return found;
  }

  /** These identifiers, and all units that they ever stood for, through all rows. */
  reachedFrom(ids: Iterable<UnitId>): ReadonlySet<UnitId> {
    const found = new Set(ids);
    for (const id of found) for (const unit of this.#linked.get(id) ?? []) found.add(unit);
    return found;
  }

  /** A fact with the units that its identifiers stand for. */
  inFact<Fact extends BookFact>(book: Book<Fact>, fact: Fact): Fact {
    return this.isEmpty ? fact : book.withUnits(fact, (id) => this.unitOf(id));
  }
}

/** Events stored before the suffix was dropped at the door still have it. */
const SUFFIX = '.e-doc.vn';
const withSuffix = (id: UnitId): UnitId => `${id}${SUFFIX}` as UnitId;
export const withoutSuffix = (id: UnitId): UnitId =>
  id.endsWith(SUFFIX) ? (id.slice(0, -SUFFIX.length) as UnitId) : id;
