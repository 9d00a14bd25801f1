import { type LocalDay, parseDay } from '../calendar/zone.ts';
import type { CalendarDayDeclaredV1 } from '../contracts/calendar-day-declared.v1.ts';
import type { UnitDeclaredV1 } from '../contracts/unit-declared.v1.ts';
import type { Moment } from '../platform/clock.ts';
import type { CalendarRecord, UnitRecord } from './port.ts';

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
