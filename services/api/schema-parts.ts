import { z } from 'zod';
import { NAMED_WINDOWS } from '../../shared/calendar/windows.ts';
import { BASES } from '../../shared/measures/measure.ts';
import { wholeNumber, yesOrNo } from '../../shared/platform/query-parts.ts';
import type { Filters } from './filters.ts';

/** Parts of the schemas of answers. */
export const bilingual = z.object({ vi: z.string(), en: z.string() });
export const timestamp = z.string().meta({ format: 'date-time' });
/** A moment, or a day of which no hour is known. */
export const when = z.string().meta({
  pattern: String.raw`^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}\.\d{3}Z)?$`,
  description: 'A date-time (RFC 3339, in UTC), or a date where only the day is known.',
  example: '2026-11-20',
});
export const day = z.string().meta({ format: 'date' });

export const pageFields = {
  next: z.string().optional().meta({
    description: 'Cursor of the next page, of the same position and moment as this one; absent on the last.',
  }),
  position: z.string(),
  asOf: timestamp,
};
/** Of a subject whose events are given in pages. */
export const historyFields = {
  next: z.string().optional().meta({
    description:
      'Cursor of the next page of its events; absent on the last, which is nearly always the first.',
  }),
  position: z.string(),
  asOf: timestamp,
};
export const findingSchema = z.object({ code: z.string(), detail: z.string(), event: z.string().optional() });

/** Query parameters. Each is checked as text: a wrong value is refused, never corrected. */
const dayText = z.iso.date();
export const yearText = z.string().regex(/^20\d{2}$/, 'a year, yyyy');
const positionText = z.string().regex(/^\d{1,16}$/, 'a position that an answer gave');

const asOf = z
  .string()
  .optional()
  .meta({ description: 'As known and as it stood then; a bare date is the end of that day.' });
const minPosition = positionText
  .optional()
  .meta({ description: 'Wait (5 s at most) until the answer reflects this position.' });

/** From when a question looks at the ledger. */
export const momentQuery = { minPosition, asOf };

/** A question to a figure. */
export const figureQuery = ({ fields }: Pick<Filters, 'fields'>) => ({
  window: z
    .enum(NAMED_WINDOWS)
    .optional()
    .meta({ description: 'The window of that name around `asOf`; the objective’s own when it is left out.' }),
  from: dayText.optional().meta({ description: 'First local day, with `to`; instead of `window`.' }),
  to: dayText.optional().meta({ description: 'Last local day, inclusive.' }),
  ...fields,
  basis: z.enum(BASES).optional().meta({
    description: 'By the due date as lawfully changed (`adjusted`, the default) or by the original one.',
  }),
  below: yesOrNo().optional().meta({ description: '`false`: the unit alone, as in a row of a breakdown.' }),
  asOf,
  minPosition,
});

export const historyQuery = {
  ...momentQuery,
  cursor: z.string().max(500).optional().meta({
    description:
      '`next` of the page before. A page has up to 1,000 events and ends with the one whose content reaches 1 MiB.',
  }),
};

export const pageQuery = {
  sort: z.enum(['date', '-date']).default('date').meta({
    description:
      '`date`: what is open by its due date, what has ended by the day of its end (a document by its day of issue), the earliest first. `-date`: the latest first.',
  }),
  limit: wholeNumber(500).optional().meta({ description: 'Items on a page; 50 when it is left out.' }),
  cursor: z.string().max(500).optional().meta({ description: '`next` of the page before.' }),
};

/** What an answer offers. @param note on some of the acts */
export const possibleActs = <Act extends string>(acts: readonly Act[], note?: string) =>
  z.array(z.enum(acts)).meta({
    description: `The acts that are possible now, for a key with the right and the units${note === undefined ? '' : `; ${note}`}.`,
  });
