import { z } from 'zod';
import type { Zone } from '../calendar/zone.ts';
import { described } from '../contracts/described.ts';
import type { EventKind } from '../contracts/event-kind.ts';
import { streamName } from '../contracts/ids.ts';
import { identifierSchema, lineSchema, whenSchema } from '../contracts/schema-parts.ts';

/**
 * `calendar.day-declared.v1`: the kind of one local date: a day off (ngày nghỉ), a compensatory working day (ngày làm bù), or
 * again an ordinary day of the week. The statement with the greatest `time`, `assertedAt` and id is in force. Swaps are announced
 * late, so a statement is known only from its event on.
 */
export function calendarDayDeclaredV1(zone: Zone) {
  return z.object({
    day: described(z.iso.date(), {
      meaning: 'The date, in the calendar of the office',
      vi: 'ngày',
      example: '2026-01-10',
    }),
    kind: described(z.enum(['off', 'working', 'ordinary']), {
      meaning: 'What the day is',
      vi: 'loại ngày',
      example: 'working',
      values: {
        off: 'A day off (ngày nghỉ)',
        working: 'A compensatory working day (ngày làm bù)',
        ordinary: 'An ordinary day of the week again (ngày bình thường)',
      },
    }),
    name: described(lineSchema(300), {
      meaning: 'Name of the day',
      vi: 'tên ngày',
      example: 'Làm bù cho 02/01/2026',
      omit: 'it has none',
    }).optional(),
    instrument: described(identifierSchema(300), {
      meaning: 'Instrument that declares it',
      vi: 'văn bản căn cứ',
      example: 'CV 12729/VPCP-KGVX',
    }),
    assertedAt: described(whenSchema(zone), {
      meaning: 'When this was stated; of several statements about one day the last holds',
      vi: 'thời điểm xác nhận',
      example: '2025-12-20T08:00:00+07:00',
      omit: 'it was stated at `time`',
    }).optional(),
  });
}

export type CalendarDayDeclaredV1 = z.output<ReturnType<typeof calendarDayDeclaredV1>>;

export const calendarDayDeclared: EventKind<CalendarDayDeclaredV1> = {
  type: 'calendar.day-declared.v1',
  schema: calendarDayDeclaredV1,
  whenFields: ['assertedAt'],
  streamOf: () => streamName('calendar'),
};
