import { z } from 'zod';
import type { Knowledge } from '../../../shared/bookkeeping/balance.ts';
import { INSPECTION_ACCOUNTS } from '../../../shared/books/inspection/accounts.ts';
import { INSPECTION_STATED } from '../../../shared/books/inspection/acts-now.ts';
import { inspectionBook, inspectionFact } from '../../../shared/books/inspection/book.ts';
import type { InspectionFact } from '../../../shared/books/inspection/fact.ts';
import { INSPECTION_KINDS, INSPECTION_MODES } from '../../../shared/books/inspection/kinds.ts';
import type {
  InspectionFindingSummary,
  InspectionSummary,
} from '../../../shared/books/inspection/summary.ts';
import { inspectionTimeline } from '../../../shared/books/inspection/timeline.ts';
import { afterDay, dayOf, type When } from '../../../shared/calendar/when.ts';
import type { WorkingCalendar } from '../../../shared/calendar/working-calendar.ts';
import { formatDay, type LocalDay, type Zone } from '../../../shared/calendar/zone.ts';
import type { RecordedEvent } from '../../../shared/contracts/stored-event.ts';
import type { Moment } from '../../../shared/kernel/clock.ts';
import type { ReadOptions } from '../../../shared/ledger/port.ts';
import type { KnownOffice } from '../../../shared/measures/office-source.ts';
import { day, findingSchema, historyFields, possibleActs, when } from '../schema-parts.ts';
import { dayOrNull, findingView, whenOrNull } from '../views.ts';
import { type EventReader, History } from './history.ts';
import { usedEvents, usedEventsSchema } from './used-events.ts';

/** From when an inspection is looked at, and by which rules. */
export interface InspectionSight {
  readonly now: Moment;
  readonly zone: Zone;
  readonly calendar: WorkingCalendar;
  /** Working days from the last visit within which the conclusion has to be issued. */
  readonly lateConclusionWorkingDays: number;
}

const lateDays = z
  .object({ workingDays: z.int(), calendarDays: z.int() })
  .nullable()
  .meta({ description: 'By how many days; null while it is not late.' });

const common = {
  inspectionId: z.string(),
  account: z.enum(INSPECTION_ACCOUNTS),
  unit: z.string().nullable(),
  kind: z.enum(INSPECTION_KINDS).nullable(),
  field: z.string().nullable(),
};
const anomalies = z
  .array(findingSchema)
  .meta({ description: 'What of its data a person should see; not what the inspection found.' });

export const inspectionSchema = z.object({
  ...common,
  mode: z.enum(INSPECTION_MODES).nullable(),
  announced: z.boolean().nullable(),
  plannedFrom: day.nullable(),
  plannedUntil: day.nullable(),
  overdue: z.boolean().meta({ description: 'Planned, not begun, and the last day of its plan is over.' }),
  instrument: z.string().nullable(),
  visits: z.array(when).meta({ description: 'When each visit ended, in order.' }),
  concludedAt: when.nullable(),
  conclusionNumber: z.string().nullable(),
  conclusionDueBy: day.nullable().meta({
    description:
      'The last day for the conclusion: `LATE_CONCLUSION_WORKING_DAYS` after the last visit; null where no visit is known.',
  }),
  late: lateDays.meta({
    description: 'By how many days the conclusion came late, or is late by now; null while it is not.',
  }),
  openFindings: z.int(),
  overdueFindings: z.int().meta({ description: 'Of the open ones those past their date.' }),
  allFindings: z.int(),
  findings: anomalies,
});

export const inspectionFindingSchema = z.object({
  ...common,
  findingId: z.string(),
  clause: z.string().nullable(),
  description: z.string().nullable(),
  foundAt: when.nullable(),
  dueAt: when.nullable(),
  late: lateDays.meta({
    description: 'By how many days it was mended late, or is late by now; null while it is not.',
  }),
  closedAt: when.nullable(),
  evidence: z.string().nullable(),
  findings: anomalies,
});

export const inspectionDetailSchema = inspectionSchema.extend({
  unitName: z.string().nullable(),
  inspectionFindings: z.array(inspectionFindingSchema),
  lateConclusionWorkingDays: z.int(),
  possibleActs: possibleActs(INSPECTION_STATED, '`mended` closes a finding'),
  statements: z
    .int()
    .meta({ description: 'How many were made. A further one names the number, in quotes, in `If-Match`.' }),
  events: usedEventsSchema('applied, superseded, replaced, ignored'),
  ...historyFields,
});

/** How long after a last day something ended, or has not ended by now; null when it did in time. */
function lateSince(lastDay: LocalDay, ended: When | null, { now, zone, calendar }: InspectionSight) {
  const end = ended ?? now;
  if (dayOf(end, zone) <= lastDay) return null;
  const { working, calendar: days } = calendar.daysAfter(zone.momentAt(lastDay, 0), end);
  return { workingDays: working, calendarDays: days };
}

function conclusionDueBy(
  visits: readonly When[],
  { zone, calendar, lateConclusionWorkingDays }: InspectionSight,
): LocalDay | null {
  const last = visits.at(-1);
  return last === undefined ? null : calendar.addWorkingDays(dayOf(last, zone), lateConclusionWorkingDays);
}

export function inspectionItem(
  { of: _, visits, openFindings, findings, ...inspection }: InspectionSummary,
  sight: InspectionSight,
) {
  const { now, zone } = sight;
  const { account, plannedUntil, concludedAt } = inspection;
  const dueBy = conclusionDueBy(visits, sight);
  const isPast = (date: When) => afterDay(date, zone) <= now;
  return {
    ...inspection,
    overdue: account === 'planned' && plannedUntil !== null && plannedUntil < formatDay(zone.dayOf(now)),
    visits: visits.map(whenOrNull),
    concludedAt: whenOrNull(concludedAt),
    conclusionDueBy: dayOrNull(dueBy),
    late: dueBy === null ? null : lateSince(dueBy, concludedAt, sight),
    openFindings: openFindings.length,
    overdueFindings: openFindings.filter((due) => due !== null && isPast(due)).length,
    findings: findings.map(findingView),
  };
}

export function inspectionFindingItem(
  { of: _, foundAt, dueAt, closedAt, findings, ...finding }: InspectionFindingSummary,
  sight: InspectionSight,
) {
  return {
    ...finding,
    foundAt: whenOrNull(foundAt),
    dueAt: whenOrNull(dueAt),
    late: dueAt === null ? null : lateSince(dayOf(dueAt, sight.zone), closedAt, sight),
    closedAt: whenOrNull(closedAt),
    findings: findings.map(findingView),
  };
}

/** A page of the events of an inspection, and how each was used. */
export async function inspectionHistory(
  events: EventReader,
  inspectionId: string,
  { zone, agencies }: Pick<KnownOffice, 'zone' | 'agencies'>,
  known: Knowledge,
  cursor: string | undefined,
  reading: ReadOptions,
) {
  let statements = 0;
  const factOf = (recorded: RecordedEvent): InspectionFact | undefined => {
    statements += 1;
    return inspectionFact(recorded);
  };
  const usesOf = (facts: readonly InspectionFact[]) =>
    inspectionTimeline(
      facts.map((fact) => agencies.inFact(inspectionBook, fact)),
      zone,
    ).classified;
  const history = new History(events, [`inspection-${inspectionId}`], known, reading);
  const used = await usedEvents(history, { zone, factOf, usesOf, cursor });
  return { statements, ...used };
}
