import { z } from 'zod';
import { type LocalDay, parseDay } from './zone.ts';

/** A zod schema that parses `yyyy-MM-dd` to a day. */
export const localDaySchema = z.string().transform((text, context): LocalDay => {
  const day = parseDay(text);
  if (day !== undefined) return day;
  context.addIssue({ code: 'custom', message: 'a calendar date, yyyy-MM-dd' });
  return z.NEVER;
});
