import { z } from 'zod';
import vietnam from './holidays-vn.json' with { type: 'json' };
import { localDaySchema } from './local-day-schema.ts';
import { isWeekend } from './zone.ts';

const holiday = z
  .strictObject({
    day: localDaySchema,
    /** A day off (ngày nghỉ) or a compensatory working day (ngày làm bù). */
    kind: z.enum(['off', 'working']),
    name: z.string().min(1),
    instrument: z.string().min(1),
    /** `unconfirmed`: no instrument was found for it. `provisional`: no authority has decided it yet. */
    confidence: z.enum(['confirmed', 'unconfirmed', 'provisional']),
    /** The alternative, where sources leave a choice. */
    note: z.string().min(1).optional(),
  })
  .refine(({ day, kind }) => isWeekend(day) === (kind === 'working'), {
    path: ['day'],
    message: 'a weekday for a day off, a Saturday or Sunday for a working day',
  });

/** A day that differs from the rule of its weekday. */
export type Holiday = Readonly<z.output<typeof holiday>>;

/** The file of days off: people edit this table, so an error states its place. */
export const holidayFile = z.strictObject({
  /** The date on which the table was last checked against its sources. */
  revised: localDaySchema,
  days: z
    .array(holiday)
    .refine((days) => new Set(days.map(({ day }) => day)).size === days.length, 'each day once'),
});

/** Days off and working Saturdays of Vietnamese state agencies, 2023 to 2027. @throws ZodError when the file is wrong */
export const vietnamHolidays = (): readonly Holiday[] => holidayFile.parse(vietnam).days;
