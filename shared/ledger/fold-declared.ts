import { type LocalDay, parseDay } from '../calendar/zone.ts';
import type { CalendarDayDeclaredV1 } from '../contracts/calendar-day-declared.v1.ts';
import type { EventId } from '../contracts/ids.ts';
import type { UnitDeclaredV1 } from '../contracts/unit-declared.v1.ts';
import type { RecordedEvent } from '../event-store/port.ts';
import type { Moment } from '../platform/clock.ts';
import type { CalendarRecord, Declared, UnitRecord } from './port.ts';

/** By this two statements about the same thing are compared; the greater holds, whichever came first. */
export interface DeclaredOrder {
  readonly time: Moment;
  /** That of the statement, else its time. */
  readonly assertedAt: Moment;
  readonly event: EventId;
}

/** A statement that changed what stands, as the ledger keeps it. */
export interface DeclaredRow {
  /** Of the office: grows by one with each row. */
  readonly version: number;
  readonly order: DeclaredOrder;
  readonly declared: Declared;
}

export type Outcome =
  /** It changes what stands. */
  | { readonly kind: 'changed'; readonly row: DeclaredRow }
  /** It says what stands already: the row of that holds on, and against everything up to the new statement. */
  | { readonly kind: 'confirmed'; readonly row: DeclaredRow }
  /** A greater statement is known, so it has no say, now or at any later moment. */
  | { readonly kind: 'outdone' }
  /** The event is the one that holds. */
  | { readonly kind: 'repeated' };

/**
 * What stands of the reference data, for a writer to compare with. Of each thing (a unit from one day on, a calendar day) only
 * the greatest statement so far matters: what stood at an earlier moment of knowledge is the last row known then.
 */
export class DeclaredMemory {
  readonly #rows = new Map<string, DeclaredRow>();
  #version = 0;
  #calendarDays: readonly CalendarRecord[] | undefined;

  /** Number of the last row. */
  get version(): number {
    return this.#version;
  }

  /** The days as they stand; the same array until one changes. */
  get calendarDays(): readonly CalendarRecord[] {
    this.#calendarDays ??= [...this.#rows.values()].flatMap(({ declared }) =>
      declared.kind === 'calendar-day' ? [declared.record] : [],
    );
    return this.#calendarDays;
  }

  /** Takes a row as stored; they come in the order of their versions. */
  hold(row: DeclaredRow): void {
    this.#rows.set(keyOf(row.declared), row);
    this.#version = Math.max(this.#version, row.version);
    if (row.declared.kind === 'calendar-day') this.#calendarDays = undefined;
  }

  take(declared: Declared, order: DeclaredOrder): Outcome {
    const held = this.#rows.get(keyOf(declared));
    if (held?.order.event === order.event) return { kind: 'repeated' };
    if (held && compareOrders(held.order, order) > 0) return { kind: 'outdone' };
    if (held && saysTheSame(held.declared, declared)) {
      const row = { ...held, order };
      this.#rows.set(keyOf(declared), row);
      return { kind: 'confirmed', row };
    }
    const row = { version: this.#version + 1, order, declared };
    this.hold(row);
    return { kind: 'changed', row };
  }
}

export const compareOrders = (a: DeclaredOrder, b: DeclaredOrder): number =>
  a.time - b.time || a.assertedAt - b.assertedAt || (a.event < b.event ? -1 : Number(a.event > b.event));

export const orderOf = (
  { id }: RecordedEvent,
  time: Moment,
  { assertedAt = time }: { readonly assertedAt?: Moment | undefined },
): DeclaredOrder => ({ time, assertedAt, event: id });

/** What a statement is about: statements with one key exclude each other. */
export const keyOf = ({ kind, record }: Declared): string =>
  kind === 'unit' ? `unit ${record.from} ${record.id}` : `day ${record.day}`;

/** Both are built by the functions below, so their fields come in one order. */
const saysTheSame = (a: Declared, b: Declared): boolean =>
  JSON.stringify({ ...a.record, knownAt: 0 }) === JSON.stringify({ ...b.record, knownAt: 0 });

/** What the ledger keeps of one `unit.declared.v1` event. */
export function unitRecord(data: UnitDeclaredV1, knownAt: Moment): UnitRecord {
  return {
    id: data.unitId,
    name: data.name,
    parent: data.parentId ?? null,
    handlesProcedures: data.handlesProcedures ?? false,
    from: dayOf(data.effectiveFrom),
    to: data.effectiveTo === undefined ? null : dayOf(data.effectiveTo),
    knownAt,
  };
}

/** What the ledger keeps of one `calendar.day-declared.v1` event. */
export function calendarRecord(data: CalendarDayDeclaredV1, knownAt: Moment): CalendarRecord {
  const { day, kind, name, instrument } = data;
  return { day: dayOf(day), kind, name: name ?? null, instrument, knownAt };
}

function dayOf(text: string): LocalDay {
  const day = parseDay(text);
  if (day === undefined) throw new RangeError(`No such date: ${text}`);
  return day;
}
