import { z } from 'zod';
import type { Knowledge } from '../../../shared/bookkeeping/balance.ts';
import { factId } from '../../../shared/bookkeeping/fact-id.ts';
import { dossierFact } from '../../../shared/books/dossier/book.ts';
import { type DossierStatusV1, dossierStatus } from '../../../shared/books/dossier/status.v1.ts';
import type { DossierSummary } from '../../../shared/books/dossier/summary.ts';
import { dossierTimeline } from '../../../shared/books/dossier/timeline.ts';
import { formatDay, type Zone } from '../../../shared/calendar/zone.ts';
import { day, findingSchema, timestamp, when } from '../schema-parts.ts';
import { findingView, instantOrNull, whenOrNull } from '../views.ts';
import type { Seen } from './book-view.ts';
import { type EventReader, eventsIn, heading, ofKind, type ReadEvent } from './history.ts';
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
  findings: z.array(findingSchema),
});

export const dossierDetailSchema = dossierSchema.extend({
  timeline: z.array(
    z.object({
      event: z.string(),
      time: when,
      recordedAt: timestamp,
      status: z.string(),
      use: z
        .string()
        .meta({ description: 'How the timeline took it: applied, no-change, ignored, replaced, evidence.' }),
      feed: z.string(),
      source: z.string(),
      sourceId: z.string(),
      origin: z.string().nullable(),
      reason: z.string().nullable(),
      position: z.string(),
    }),
  ),
  legs: z.array(z.object({ day, from: z.string(), to: z.string() })),
  position: z.string(),
  asOf: timestamp,
});

export function dossierItem(dossier: DossierSummary, seen: Seen) {
  const { receivedAt, dueAt, originalDueAt, overdueFrom, endedAt, original, findings, aliases, ...rest } =
    dossier;
  return {
    ...rest,
    aliases: [...aliases],
    receivedAt: whenOrNull(receivedAt),
    dueAt: whenOrNull(dueAt),
    originalDueAt: whenOrNull(originalDueAt),
    overdueFrom: instantOrNull(overdueFrom),
    endedAt: whenOrNull(endedAt),
    late: latenessOf(dossier, seen),
    originalTiming: original,
    findings: findings.map(findingView),
  };
}

/** Every event of a dossier, under whichever of its ids, in the order in which its timeline took them, and what they moved. */
export async function dossierHistory(
  events: EventReader,
  { id, aliases }: DossierSummary,
  zone: Zone,
  known: Knowledge,
) {
  const read = new Map<string, ReadEvent<DossierStatusV1>>();
  const facts = [];
  for (const name of [id, ...aliases]) {
    for (const one of ofKind(await eventsIn(events, `dossier-${name}`, known), dossierStatus)) {
      read.set(factId(one.recorded), one);
      facts.push(dossierFact(one.recorded, one.event.time, one.event.data));
    }
  }
  const { classified, legs } = dossierTimeline(facts, zone);
  const timeline = classified.flatMap(({ fact, use }) => {
    const one = read.get(fact.id);
    if (!one) return [];
    return [{ ...heading(one), status: one.event.data.status, use, reason: one.event.data.reason ?? null }];
  });
  return {
    timeline,
    legs: legs.map(({ day, from, to }) => ({ day: formatDay(day), from: from.account, to: to.account })),
  };
}
