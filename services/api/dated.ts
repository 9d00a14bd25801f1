import { z } from 'zod';
import { formatDay, type LocalDay, parseDay } from '../../shared/calendar/zone.ts';
import type { Dated } from '../../shared/office/declared.ts';
import { refuseQuery } from './figure-request.ts';
import { day } from './schema-parts.ts';
import { dayOrNull } from './views.ts';

/** The day of effect that a question about reference data asks about, beside `asOf`, the moment of knowledge. */
export const onQuery = z.iso.date().optional().meta({
  description: 'As in effect on this day, in the past or to come; that of `asOf` when it is left out.',
});

/** @throws ProblemError */
export const dayAsked = (on: string | undefined): LocalDay | undefined =>
  on === undefined ? undefined : (parseDay(on) ?? refuseQuery('on', 'a date, yyyy-MM-dd'));

/** The days of a statement, and its instrument. */
export const statementFields = {
  from: day,
  to: day.nullable().meta({ description: 'Its last day; null: it holds until a later statement.' }),
  instrument: z.string().nullable(),
};

export const statementView = ({ from, to, instrument }: Dated & { readonly instrument: string | null }) => ({
  from: formatDay(from),
  to: dayOrNull(to),
  instrument,
});
