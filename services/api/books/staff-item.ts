import { z } from 'zod';
import type { Knowledge } from '../../../shared/bookkeeping/balance.ts';
import { byStatement, replacedIds } from '../../../shared/bookkeeping/replacement.ts';
import type { Subject } from '../../../shared/bookkeeping/subject.ts';
import type { StaffFact } from '../../../shared/books/staff/fact.ts';
import { itemOfStretch, type StaffItem, staffStretches } from '../../../shared/books/staff/summary.ts';
import { formatDay, type Zone } from '../../../shared/calendar/zone.ts';
import type { ReadOptions } from '../../../shared/ledger/port.ts';
import { day, findingSchema, historyFields } from '../schema-parts.ts';
import { dayOrNull, findingView } from '../views.ts';
import { type EventReader, History, heading, type Outline, outlineOf } from './history.ts';
import { usedEventsSchema } from './used-events.ts';

const decision = z.object({ number: z.string(), date: day });

/** Put in by `withNames`, for the client that asked. */
const name = z.string().optional().meta({
  description: 'Where the office keeps one: as it is now, also as of a moment of the past.',
});

const stretchSchema = z.object({
  ref: z.string().meta({ description: 'The pseudonym of the person.' }),
  account: z.string(),
  unit: z.string().nullable(),
  staffKind: z.string().nullable(),
  positionVersion: z.string().nullable(),
  from: day,
  to: day.nullable().meta({ description: 'Inclusive; null: no end is known.' }),
  ratedYear: z.int().nullable(),
  ruleSet: z.string().nullable(),
  group: z.string().nullable(),
  decision: decision.nullable(),
  evidence: z.string().nullable(),
  findings: z.array(findingSchema),
});

export const staffSchema = stretchSchema.extend({ name });

export const personSchema = z.object({
  ref: z.string(),
  name,
  stretches: z.array(stretchSchema).meta({
    description: 'Days of service on which one rating, or one outcome of the title standard, holds.',
  }),
  events: usedEventsSchema('applied, or replaced by a correction'),
  ...historyFields,
});

export const staffView = ({ kind, from, to, decision: made, findings, ...rest }: StaffItem) => ({
  ...rest,
  staffKind: kind,
  from: formatDay(from),
  to: dayOrNull(to),
  decision: made && { number: made.number, date: formatDay(made.date) },
  findings: findings.map(findingView),
});

export const stretchViews = (ref: string, subject: Subject<StaffFact>, zone: Zone) =>
  staffStretches(subject, zone).map((one) => staffView(itemOfStretch(ref, one.account, one)));

/** A page of the events about a person, in the order in which they were recorded, and how each was used. */
export async function personHistory(
  events: EventReader,
  ref: string,
  { known: facts }: Subject<StaffFact>,
  { zone, known }: { readonly zone: Zone; readonly known: Knowledge },
  cursor: string | undefined,
  reading: ReadOptions,
) {
  const history = new History(events, [`staff-${ref}`], known, reading);
  const outlines: Outline[] = [];
  for await (const recorded of history.known()) outlines.push(outlineOf(recorded));
  const replaced = replacedIds(
    facts.map(({ fact }) => fact),
    byStatement(zone),
  );
  return history.page(outlines, cursor, (recorded, { id }) => {
    const { time, ...data } = JSON.parse(recorded.data);
    const use = replaced.has(id) ? 'replaced' : 'applied';
    return { ...heading(recorded, time), type: recorded.type, use, data };
  });
}
