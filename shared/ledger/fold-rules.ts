import type { OfficeThen } from '../bookkeeping/book.ts';
import { DEFAULT_EXTENSION_RULE, type ExtensionRule } from '../bookkeeping/extension-rule.ts';
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
  /** {@link DEFAULT_EXTENSION_RULE} unless stated. */
  readonly extensionRule?: ExtensionRule;
}

/** The rules by which the ledger of an office is folded. */
export function foldRulesOf({
  books,
  zone,
  holidays,
  hours,
  extensionRule = DEFAULT_EXTENSION_RULE,
}: OfficeSettings): FoldRules {
  let known: { declared: readonly CalendarRecord[]; office: OfficeThen } | undefined;
  return {
    books,
    zone,
    extensionRule,
    officeBy(declared) {
      if (known?.declared !== declared) {
        const calendar = workingCalendar({ zone, holidays, declared, hours });
        known = { declared, office: { zone, calendar, extensionRule } };
      }
      return known.office;
    },
  };
}
