import type { OfficeThen } from '../bookkeeping/book.ts';
import type { Holiday } from '../calendar/holidays.ts';
import { type OfficeHours, workingCalendar } from '../calendar/working-calendar.ts';
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
  let known: { declared: readonly CalendarRecord[]; office: OfficeThen } | undefined;
  return {
    books,
    zone,
    officeBy(declared) {
      if (known?.declared !== declared) {
        const calendar = workingCalendar({ zone, holidays, declared, hours });
        known = { declared, office: { zone, calendar } };
      }
      return known.office;
    },
  };
}
