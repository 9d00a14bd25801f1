import { z } from 'zod';
import vietnam from './holidays-vn.json' with { type: 'json' };
import { type LocalDay, parseDay } from './zone.ts';

/**
 * How sure a day is: `confirmed` by an instrument or its statute, `unconfirmed` when no instrument was found for it,
 * `provisional` when it is still to be decided.
 */
export const CONFIDENCES = ['confirmed', 'unconfirmed', 'provisional'] as const;

/** A day that is not what its weekday says: off (ngày nghỉ) or a compensatory working day (ngày làm bù). */
export interface Holiday {
  readonly day: LocalDay;
  readonly kind: 'off' | 'working';
  readonly name: string;
  readonly instrument: string;
  readonly confidence: (typeof CONFIDENCES)[number];
  /** What else it could be, where sources leave a choice. */
  readonly note?: string | undefined;
}

const localDay = z.string().transform((text, context): LocalDay => {
  const day = parseDay(text);
  if (day !== undefined) return day;
  context.addIssue({ code: 'custom', message: 'a date, yyyy-MM-dd' });
  return z.NEVER;
});

/** The file of days off: a table that people edit, so every slip is told with its place. */
export const holidayFile = z.object({
  /** The date on which the table was last held against its sources. */
  revised: localDay,
  days: z
    .array(
      z.strictObject({
        day: localDay,
        kind: z.enum(['off', 'working']),
        name: z.string().min(1),
        instrument: z.string().min(1),
        confidence: z.enum(CONFIDENCES),
        note: z.string().min(1).optional(),
      }),
    )
    .refine((days) => new Set(days.map(({ day }) => day)).size === days.length, 'each day once'),
});

/** Days off and working Saturdays of Vietnamese state agencies, 2023 to 2027. @throws ZodError when the file is wrong */
export const vietnamHolidays = (): readonly Holiday[] => holidayFile.parse(vietnam).days;
