import type { Holiday } from '../calendar/holidays.ts';
import { type OfficeHours, type WorkingCalendar, workingCalendar } from '../calendar/working-calendar.ts';
import type { Zone } from '../calendar/zone.ts';
import type { CalendarRecord } from '../office/declared.ts';
import type { FoldRules } from './fold.ts';
import type { BookRegistry } from './registry.ts';

/** The settings of an office. */
export interface OfficeSettings {
  readonly books: BookRegistry;
  readonly zone: Zone;
  readonly holidays: readonly Holiday[];
  readonly hours: OfficeHours;
}

/** The rules by which the ledger of an office is folded. */
export function foldRulesOf({ books, zone, holidays, hours }: OfficeSettings): FoldRules {
  let known: { declared: readonly CalendarRecord[]; calendar: WorkingCalendar } | undefined;
  return {
    books,
    zone,
    calendarBy(declared) {
      if (known?.declared !== declared) {
        known = { declared, calendar: workingCalendar({ zone, holidays, declared, hours }) };
      }
      return known.calendar;
    },
  };
}
