import { keyOf } from './fold-declared.ts';
import type { CalendarRecord, Declared, UnitRecord } from './port.ts';

/** The reference data of an office as it stands, for those who read a ledger. Does not change. */
export class OfficeBook {
  readonly units: readonly UnitRecord[];
  readonly calendarDays: readonly CalendarRecord[];
  readonly #standing: ReadonlyMap<string, Declared>;

  /** @param declared rows of a ledger in their order */
  constructor(declared: readonly Declared[], before?: OfficeBook) {
    const standing = new Map(before === undefined ? [] : before.#standing);
    for (const each of declared) standing.set(keyOf(each), each);
    const all = [...standing.values()];
    this.#standing = standing;
    this.units = all.flatMap((each) => (each.kind === 'unit' ? [each.record] : []));
    this.calendarDays = all.flatMap((each) => (each.kind === 'calendar-day' ? [each.record] : []));
  }
}
