import { z } from 'zod';
import type { Knowledge } from '../../../shared/bookkeeping/balance.ts';
import { dossierEvent } from '../../../shared/books/dossier/book.ts';
import { type DossierSummary, LETTERS_SHOWN } from '../../../shared/books/dossier/summary.ts';
import { dossierTimeline } from '../../../shared/books/dossier/timeline.ts';
import { whenText } from '../../../shared/calendar/when.ts';
import { formatDay } from '../../../shared/calendar/zone.ts';
import type { EventId } from '../../../shared/contracts/ids.ts';
import { momentTextOrNull } from '../../../shared/kernel/clock.ts';
import type { ReadOptions } from '../../../shared/ledger/port.ts';
import type { ApiContext } from '../context.ts';
import { day, findingSchema, historyFields, timestamp, when } from '../schema-parts.ts';
import { findingView, whenOrNull } from '../views.ts';
import { type EventReader, History, heading, headingFields, type Outline, outlineOf } from './history.ts';
import type { Seen } from './item-view.ts';
import { latenessOf } from './lateness.ts';

export const dossierSchema = z.object({
  id: z.string(),
  aliases: z.array(z.string()),
  account: z.string(),
  unit: z.string().nullable(),
  field: z.string().nullable(),
  procedure: z.string().nullable(),
  channel: z.string().nullable(),
  receivedAt: when.nullable(),
  dueAt: when.nullable(),
  originalDueAt: when.nullable(),
  overdueFrom: timestamp.nullable(),
  endedAt: when.nullable(),
  late: z.object({ workingDays: z.int(), calendarDays: z.int() }).nullable().meta({
    description: 'How late it is, or was when it ended; the first day after the due date is one day.',
  }),
  originalTiming: z.string().nullable(),
  reversions: z.int(),
  letters: z
    .array(
      z.object({
        number: z.string(),
        date: when,
        newDueAt: when.nullable(),
        moved: z.boolean().meta({
          description:
            'Whether this letter moved the due date; not where another event had moved it to that date before.',
        }),
      }),
    )
    .meta({
      description: `The letters of apology that are in force, by their dates; the last ${LETTERS_SHOWN}.`,
    }),
  findings: z.array(findingSchema),
});

const name = z
  .string()
  .nullable()
  .meta({ description: 'Today, or on the day of `asOf`; null where none is declared.' });

export const dossierDetailSchema = dossierSchema.extend({
  fieldName: name,
  procedureName: name,
  timeline: z.array(
    z.object({
      ...headingFields,
      status: z
        .string()
        .meta({ description: 'The status that the event states; `apology` for a letter of apology.' }),
      letter: z.string().nullable().meta({ description: 'The number of a letter of apology.' }),
      use: z
        .string()
        .meta({ description: 'How the timeline took it: applied, no-change, ignored, replaced, evidence.' }),
      reason: z.string().nullable(),
    }),
  ),
  legs: z.array(z.object({ day, from: z.string(), to: z.string() })),
  ...historyFields,
});

export function dossierItem(dossier: DossierSummary, seen: Seen) {
  const { original, letters, findings, aliases, ...rest } = dossier;
  const { receivedAt, dueAt, originalDueAt, overdueFrom, endedAt } = dossier;
  return {
    ...rest,
    aliases: [...aliases],
    receivedAt: whenOrNull(receivedAt),
    dueAt: whenOrNull(dueAt),
    originalDueAt: whenOrNull(originalDueAt),
    overdueFrom: momentTextOrNull(overdueFrom),
    endedAt: whenOrNull(endedAt),
    late: latenessOf(dossier, seen),
    originalTiming: original,
    letters: letters.map(({ number, date, newDueAt, moved }) => ({
      ...{ number, date: whenText(date), newDueAt: whenOrNull(newDueAt), moved },
    })),
    findings: findings.map(findingView),
  };
}

/** A page of the events of a dossier, under whichever of its ids, in the order in which its timeline took them, and what all of them moved. */
export async function dossierHistory(
  events: EventReader,
  { id, aliases }: DossierSummary,
  { zone, extensionRule }: Pick<ApiContext, 'zone' | 'extensionRule'>,
  known: Knowledge,
  cursor: string | undefined,
  reading: ReadOptions,
) {
  const history = new History(
    events,
    [id, ...aliases].map((name) => `dossier-${name}`),
    known,
    reading,
  );
  const outlines = new Map<EventId, Outline>();
  const facts = [];
  for await (const recorded of history.known()) {
    const event = dossierEvent(recorded, extensionRule);
    if (!event) continue;
    const one = outlineOf(recorded);
    outlines.set(one.id, one);
    facts.push(event.fact);
  }
  const { classified, legs } = dossierTimeline(facts, zone);
  const inOrder = classified.flatMap(({ fact, use }) => {
    const one = outlines.get(fact.id);
    return one ? [{ ...one, use }] : [];
  });
  const { events: timeline, ...next } = await history.page(inOrder, cursor, (recorded, { use }) => {
    const event = dossierEvent(recorded, extensionRule);
    if (!event) throw new RangeError(`${recorded.type} is no event of a dossier`);
    const { time, status, fact, data } = event;
    return {
      ...heading(recorded, time),
      ...{ status, letter: fact.letter ?? null, use, reason: data.reason ?? null },
    };
  });
  return {
    timeline,
    ...next,
    legs: legs.map(({ day, from, to }) => ({ day: formatDay(day), from: from.account, to: to.account })),
  };
}
