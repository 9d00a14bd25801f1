import { reachOf } from '../books/dossier/due-date.ts';
import type { Holiday } from '../calendar/holidays.ts';
import { type OfficeHours, type WorkingCalendar, workingCalendar } from '../calendar/working-calendar.ts';
import { HOUR, type Zone } from '../calendar/zone.ts';
import type { FoldRules } from '../ledger/fold.ts';
import type { CalendarRecord } from './declared.ts';

/** Working time within which a document may still be on its way. */
const GRACE = 2 * HOUR;

export interface Office {
  readonly zone: Zone;
  readonly holidays: readonly Holiday[];
  readonly hours: OfficeHours;
}

/** The fold's rules of an office: its zone, and graces by its working calendar. */
export function foldRulesOf({ zone, holidays, hours }: Office): FoldRules {
  let known: { declared: readonly CalendarRecord[]; calendar: WorkingCalendar } | undefined;
  return {
    zone,
    graceUntil: (issuedAt, declared) => {
      if (known?.declared !== declared) {
        known = { declared, calendar: workingCalendar({ zone, holidays, declared, hours }) };
      }
      // Issued on a bare date it may have been sent in the last minute of that day.
      return known.calendar.addWorkingTime(reachOf(issuedAt, zone), GRACE);
    },
  };
}
