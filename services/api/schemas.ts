import { z } from 'zod';
import { EXCHANGE_CHANNELS } from '../../shared/books/document/registered.v1.ts';
import { CHANNELS } from '../../shared/books/dossier/status.v1.ts';
import { NAMED_WINDOWS } from '../../shared/calendar/windows.ts';
import { BASES, COUNTS } from '../../shared/measures/measure.ts';
import { wholeNumber, yesOrNo } from '../../shared/platform/query-parts.ts';

const bilingual = z.object({ vi: z.string(), en: z.string() });
const timestamp = z.string().meta({ format: 'date-time' });
/** A moment, or a day of which no hour is known. */
const when = z.string().meta({
  pattern: String.raw`^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}\.\d{3}Z)?$`,
  description: 'A date-time (RFC 3339, in UTC), or a date where only the day is known.',
  example: '2026-11-20',
});
const day = z.string().meta({ format: 'date' });

const feedSchema = z.object({
  feed: z.string(),
  lastRecordedAt: timestamp.nullable(),
  silent: z.boolean().meta({ description: 'Silent for longer than its limit, in working hours.' }),
  coverageFrom: day.nullable(),
});

const openSchema = z.object({
  total: z.int(),
  overdue: z.int(),
  dueSoon: z.int(),
  paused: z.int(),
  noDueDate: z.int(),
});

const share = z.object({ numerator: z.int(), denominator: z.int(), value: z.number() });

const figureFields = {
  value: z.number().nullable().meta({ description: 'For display; null when not computable.' }),
  status: z.enum(['met', 'at-risk', 'breached', 'not-computable']),
  reason: z.string().nullable(),
  numerator: z.int(),
  denominator: z.int(),
  excluded: z
    .record(z.string(), z.int())
    .meta({ description: 'How many stand outside the fraction, by reason.' }),
  lateBudget: z
    .int()
    .nullable()
    .meta({ description: 'How many more failures the target can bear at this volume.' }),
  settleNow: share
    .nullable()
    .meta({ description: 'The share if everything overdue were settled at this moment.' }),
  open: openSchema.nullable(),
};

export const figureSchema = z.object(figureFields).meta({ id: 'Figure' });

export const rowSchema = z
  .object({ key: z.string().nullable(), ...figureFields })
  .meta({ id: 'BreakdownRow' });

const partSchema = z
  .object({
    name: z.string().meta({ description: 'As the evidence takes it in `part`.', example: 'late' }),
    title: bilingual,
    count: z.int(),
    counts: z.enum(COUNTS).nullable().meta({
      description:
        'How its subjects count: `for` or `against` the share, `outside` of it, or still `open`. Null for a union of parts that count differently.',
    }),
    of: z.array(z.string()).optional().meta({
      description:
        'The parts whose union it is. Parts without `of` partition: each subject of the window belongs to exactly one.',
    }),
  })
  .meta({ id: 'Part' });
const parts = z.array(partSchema).meta({ description: 'Every part of the figure, on its basis.' });

export const frameFields = {
  id: z.string(),
  title: bilingual,
  unit: z
    .string()
    .nullable()
    .meta({ description: 'The unit it is for, with all below it; null: the office.' }),
  target: z.number(),
  comparator: z.enum(['>=', '=']),
  window: z.object({ name: z.string(), from: day, to: day, cutTo: day, current: z.boolean() }),
  basis: z.enum(BASES),
  asOf: timestamp,
  position: z.string().meta({ description: 'The store position that this answer reflects; opaque.' }),
};

export const objectiveSchema = z
  .object({
    ...frameFields,
    ...figureFields,
    parts,
    failing: z.string().meta({ description: 'The part that makes the figure fail.', example: 'late' }),
    pending: z.string().meta({
      description: 'The part that would fail if nothing else happened: `settleNow` counts it as failed.',
      example: 'overdue',
    }),
    words: z
      .object({ counted: bilingual, failed: z.object({ one: bilingual, many: bilingual }) })
      .meta({ description: 'What the figure counts, and what of it counts against the share.' }),
    dimensions: z
      .array(z.object({ name: z.string(), title: bilingual }))
      .meta({ description: 'What its breakdown takes in `by`.' }),
    text: bilingual,
    source: z.string(),
    owner: bilingual,
    version: z.int(),
    carriedOver: z.boolean(),
    aspirational: z.boolean(),
    bases: z.object({ adjusted: figureSchema, original: figureSchema }),
    formula: z.object({ name: z.string(), version: z.int(), text: bilingual }),
    trust: z.object({ state: z.string(), doubts: z.array(z.string()), deadLetters: z.int() }),
    assured: z.boolean().meta({ description: 'Met and beyond doubt: the only case to show green.' }),
    freshness: z.array(feedSchema),
    worst: z.object({ unit: rowSchema.nullable(), field: rowSchema.nullable() }),
  })
  .meta({ id: 'Objective' });
export type ObjectiveView = z.output<typeof objectiveSchema>;

export const objectivesSchema = z.object({
  objectives: z.array(objectiveSchema),
  position: z.string(),
  asOf: timestamp,
});

export const breakdownSchema = z.object({
  ...frameFields,
  ...figureFields,
  by: z.string(),
  parts: z.array(rowSchema).meta({ description: 'One row for each key. Their counts add up to the whole.' }),
});

export const seriesSchema = z.object({
  ...frameFields,
  step: z.enum(['day', 'month']),
  points: z.array(
    z.object({
      from: day,
      to: day,
      numerator: z.int(),
      denominator: z.int(),
      value: z.number().nullable(),
      cumulative: z.object({ numerator: z.int(), denominator: z.int(), value: z.number().nullable() }),
    }),
  ),
});

const findingSchema = z.object({ code: z.string(), detail: z.string(), event: z.string().optional() });

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

export const exchangeSchema = z.object({
  documentId: z.string(),
  recipient: z.string(),
  account: z.string(),
  scope: z.string().nullable(),
  fromUnit: z.string().nullable(),
  channel: z.string().nullable(),
  issuedAt: when.nullable(),
  graceUntil: timestamp.nullable(),
  findings: z.array(findingSchema),
});

export const documentDetailSchema = z.object({
  id: z.string(),
  aliases: z.array(z.string()),
  pairs: z.array(exchangeSchema),
  events: z.array(
    z.object({
      event: z.string(),
      type: z.string(),
      time: when,
      recordedAt: timestamp,
      use: z.string().meta({ description: 'How it was taken: applied, superseded, replaced, unregistered.' }),
      feed: z.string(),
      source: z.string(),
      sourceId: z.string(),
      origin: z.string().nullable(),
      data: z.record(z.string(), z.unknown()),
      position: z.string(),
    }),
  ),
  position: z.string(),
  asOf: timestamp,
});

const page = {
  next: z.string().optional().meta({
    description: 'Cursor of the next page, of the same position and moment as this one; absent on the last.',
  }),
  position: z.string(),
};
export const dossiersSchema = z.object({ items: z.array(dossierSchema), ...page, asOf: timestamp });
export const evidenceSchema = z.object({
  ...frameFields,
  part: z.string(),
  total: z
    .int()
    .meta({ description: 'How many there are on all pages: the count of the part in the figure.' }),
  parts,
  dossiers: z.array(dossierSchema).optional(),
  documents: z.array(exchangeSchema).optional(),
  ...page,
});

export const unitsSchema = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      parent: z.string().nullable(),
      handlesProcedures: z.boolean(),
      from: day,
      to: day.nullable(),
    }),
  ),
  position: z.string(),
  asOf: timestamp,
});

export const unmappedSchema = z.object({
  items: z.array(
    z.object({
      id: z.string().meta({ description: 'As events write it, without the suffix .e-doc.vn' }),
      proposal: z.string().nullable().meta({
        description: 'What it would be by the rule of thumb. It decides nothing: a row of the table does.',
      }),
      knownSince: timestamp,
    }),
  ),
  position: z.string(),
});

/** Query parameters. Each is checked as text: nothing wrong is bent into something right. */
const text = z.string().min(1).max(300);
const dayText = z.iso.date();
const positionText = z.string().regex(/^\d{1,16}$/, 'a position that an answer gave');

export const filterQuery = {
  unit: text.optional().meta({ description: 'With all units below it.' }),
  field: text.optional(),
  procedure: text.optional(),
  channel: z.enum([...CHANNELS, ...EXCHANGE_CHANNELS]).optional(),
};

export const figureQuery = {
  window: z.enum(NAMED_WINDOWS).optional(),
  from: dayText.optional().meta({ description: 'First local day, with `to`; instead of `window`.' }),
  to: dayText.optional(),
  ...filterQuery,
  basis: z.enum(BASES).optional(),
  below: yesOrNo().optional().meta({ description: '`false`: the unit alone, as in a row of a breakdown.' }),
  asOf: z
    .string()
    .optional()
    .meta({ description: 'As known and as it stood then; a bare date is the end of that day.' }),
  minPosition: positionText
    .optional()
    .meta({ description: 'Wait (5 s at most) until the answer reflects this position.' }),
};

export const pageQuery = {
  sort: z.enum(['date', '-date']).default('date').meta({
    description:
      '`date`: what is open by its due date, what has ended by the day of its end (a document by its day of issue), the earliest first. `-date`: the latest first.',
  }),
  limit: wholeNumber(500).optional(),
  cursor: z.string().max(500).optional(),
};
export const stateQuery = z.enum([
  'open',
  'overdue',
  'due-soon',
  'paused',
  'no-due-date',
  'settled',
  'late',
  'faulty',
  'withdrawn',
]);
