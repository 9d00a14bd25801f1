import { z } from 'zod';
import type { Zone } from '../calendar/zone.ts';
import { identifierSchema, lineSchema, whenSchema } from '../contracts/schema-parts.ts';

/**
 * `calendar.day-declared.v1`: what one local date is: a day off (ngày nghỉ), a compensatory working day (ngày làm bù), or
 * again an ordinary day of the week. The greatest statement by `time`, `assertedAt` and id holds; swaps are announced late, so it
 * is known only from its event on.
 */
export function calendarDayDeclaredV1(zone: Zone) {
  return z.object({
    /** `yyyy-MM-dd`, office calendar. */
    day: z.iso.date(),
    kind: z.enum(['off', 'working', 'ordinary']),
    name: lineSchema(300).optional(),
    /** The instrument that says so, e.g. `CV 12729/VPCP-KGVX`. */
    instrument: identifierSchema(300),
    assertedAt: whenSchema(zone).optional(),
  });
}

export type CalendarDayDeclaredV1 = z.output<ReturnType<typeof calendarDayDeclaredV1>>;
