import type { UnitId } from '../contracts/ids.ts';
import { Agencies } from './agencies.ts';
import type { CalendarRecord, Declared, DeclaredOrder, DeclaredRow } from './declared.ts';
import { FeedTable } from './feed-table.ts';
import { compareOrders, keyOf, saysTheSame } from './records.ts';
import { Resolution } from './resolution.ts';

export type Outcome =
  /** The statement changes the state. */
  | { readonly kind: 'changed'; readonly row: DeclaredRow }
  /** The statement repeats the state: the row stays in force, now against everything up to the new statement. */
  | { readonly kind: 'confirmed'; readonly row: DeclaredRow }
  /** A greater statement is known, so this one has no effect, now or later. */
  | { readonly kind: 'outdone' }
  /** This event is already the one in force. */
  | { readonly kind: 'repeated' };

/**
 * The reference data in force, for a writer to compare with. Of each thing (a unit from one day on, a calendar day) only
 * the greatest statement so far matters: the state at an earlier moment of knowledge is the last row known then.
 */
export class DeclaredMemory {
  readonly #rows = new Map<string, DeclaredRow>();
  #version = 0;
  #calendarDays: readonly CalendarRecord[] | undefined;
  #resolution: Resolution | undefined;

  /** Number of the last row. */
  get version(): number {
    return this.#version;
  }

  /** The calendar days in force; the same array until one changes. */
  get calendarDays(): readonly CalendarRecord[] {
    this.#calendarDays ??= [...this.#rows.values()].flatMap(({ declared }) =>
      declared.kind === 'calendar-day' ? [declared.record] : [],
    );
    return this.#calendarDays;
  }

  /** What facts are read by; the same object until it changes. */
  get resolution(): Resolution {
    if (this.#resolution) return this.#resolution;
    const rows = [...this.#rows.values()];
    this.#resolution = new Resolution(new Agencies(rows), new FeedTable(rows));
    return this.#resolution;
  }

  /** Adds a stored row; rows arrive in the order of their versions. */
  hold(row: DeclaredRow): void {
    this.#rows.set(keyOf(row.declared), row);
    this.#version = Math.max(this.#version, row.version);
    if (row.declared.kind === 'calendar-day') this.#calendarDays = undefined;
    if (row.declared.kind === 'agency' || row.declared.kind === 'feed') this.#resolution = undefined;
  }

  declare(declared: Declared, order: DeclaredOrder): Outcome {
    const held = this.#rows.get(keyOf(declared));
    if (held?.order.event === order.event) return { kind: 'repeated' };
    const holds = declared.kind === 'agency' ? this.#holderOf(declared.record.id) : held;
    // A row of the table links ids permanently, so even an outdone one must be kept; but once is enough.
    if (holds && compareOrders(holds.order, order) > 0 && held) return { kind: 'outdone' };
    // A feed's order also decides against other feeds that name its sources, so a repeated one is a row of its own.
    if (held && holds === held && declared.kind !== 'feed' && saysTheSame(held.declared, declared)) {
      const row = { ...held, order };
      this.#rows.set(keyOf(declared), row);
      if (declared.kind === 'agency') this.#resolution = undefined;
      return { kind: 'confirmed', row };
    }
    const row = { version: this.#version + 1, order, declared };
    this.hold(row);
    return { kind: 'changed', row };
  }

  #holderOf(id: UnitId): DeclaredRow | undefined {
    let holder: DeclaredRow | undefined;
    for (const row of this.#rows.values()) {
      if (row.declared.kind !== 'agency' || row.declared.record.id !== id) continue;
      if (!holder || compareOrders(holder.order, row.order) < 0) holder = row;
    }
    return holder;
  }
}
