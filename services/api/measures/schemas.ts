import { z } from 'zod';
import { EXTENSION_RULES } from '../../../shared/bookkeeping/extension-rule.ts';
import { BASES, COUNTS } from '../../../shared/measures/measure.ts';
import { COMPARATORS } from '../../../shared/measures/rate.ts';
import { STAGES } from '../../../shared/measures/stages.ts';
import { bilingual, day, pageFields, timestamp } from '../schema-parts.ts';

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

const planLine = z.object({
  what: z.string(),
  resources: z.string(),
  who: z.string(),
  due: day.meta({ description: 'Its last day, inclusive.' }),
  judgedBy: z.string().meta({ description: 'How its result is evaluated.' }),
  doneOn: day.optional(),
  result: z.string().optional().meta({ description: 'What came of it, with what proves it.' }),
});

export const planProgress = z
  .object({
    lines: z.int(),
    done: z.int(),
    overdue: z.int().meta({ description: 'Not done, and their last day is over.' }),
    nextDue: day.nullable(),
  })
  .meta({ id: 'PlanProgress', description: 'How far the plan is carried out on the day of the answer.' });

export const share = z.object({ numerator: z.int(), denominator: z.int(), value: z.number() });

const figureFields = {
  value: z.number().nullable().meta({ description: 'For display; null when not computable.' }),
  status: z.enum(['met', 'on-path', 'at-risk', 'breached', 'not-computable']).nullable().meta({
    description:
      '`on-path`: a cumulative measure that is not reached yet, and that nothing says will be missed. Null for the reason `small-group`.',
  }),
  reason: z.string().nullable().meta({
    description:
      'Why there is no value. `small-group`: of fewer than five people there is the size alone, as the denominator.',
  }),
  numerator: z.int().nullable().meta({ description: 'Null for the reason `small-group`.' }),
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
  outlook: z
    .object({
      worst: share.meta({ description: 'Were every undecided subject to fail.' }),
      best: share.meta({ description: 'Were every undecided subject to succeed.' }),
      planned: share
        .nullable()
        .meta({ description: 'Done and planned together; null where there are no plans.' }),
      needed: z.int().meta({ description: 'How many more the target needs at this volume.' }),
    })
    .nullable()
    .meta({ description: 'What a cumulative measure can still come to while its window runs.' }),
  open: openSchema.nullable(),
};

export const figureSchema = z.object(figureFields).meta({ id: 'Figure' });

export const rowSchema = z
  .object({
    key: z.string().nullable(),
    together: z.boolean().optional().meta({
      description:
        'The key is `other`: groups of fewer than five people, and the next larger one, in one row.',
    }),
    name: z.string().nullable().meta({
      description:
        'Name of the unit, the field or the procedure on the last day that the figure covers; null where none is declared.',
    }),
    ...figureFields,
  })
  .meta({ id: 'BreakdownRow' });

const countedRowSchema = rowSchema
  .extend({
    partCounts: z
      .record(z.string(), z.int())
      .meta({ description: 'How many each part of the objective has in this row, by the name of the part.' }),
  })
  .meta({ id: 'CountedRow' });

const partSchema = z
  .object({
    name: z.string().meta({ description: 'As the evidence takes it in `part`.', example: 'late' }),
    title: bilingual,
    count: z.int(),
    counts: z.enum(COUNTS).nullable().meta({
      description:
        'How its subjects count: `for` or `against` the share, `outside` of it, or still `open`. Null for a union of parts that count differently.',
    }),
    fault: z.boolean().optional().meta({
      description: 'The data of its subjects has a fault, which the sender can correct.',
    }),
    urgent: z.boolean().optional().meta({ description: 'Its subjects need work now.' }),
    missing: z
      .boolean()
      .optional()
      .meta({ description: 'Its subjects lack a record: while there are any, the figure is not green.' }),
    of: z.array(z.string()).optional().meta({
      description:
        'The parts whose union it is. Parts without `of` partition: each subject of the window belongs to exactly one.',
    }),
  })
  .meta({ id: 'Part' });
const parts = z.array(partSchema).meta({ description: 'Every part of the figure, on its basis.' });

const window = z.object({ name: z.string(), from: day, to: day, cutTo: day, current: z.boolean() });

export const frameFields = {
  id: z.string(),
  title: bilingual,
  unit: z
    .string()
    .nullable()
    .meta({ description: 'The unit it is for, with all below it; null: the office.' }),
  field: z.string().nullable().meta({ description: 'The only field that it is about; null: all.' }),
  procedure: z.string().nullable().meta({ description: 'The only procedure that it is about; null: all.' }),
  target: z.number().nullable().meta({
    description:
      'Null where a newer version of this system has written the definition, and this one does not understand it.',
  }),
  comparator: z.enum(COMPARATORS).nullable(),
  measuredIn: bilingual.nullable().meta({
    description:
      'The unit of a figure that is a value, e.g. days; numerator ÷ denominator is the exact value. Null: it is a share.',
  }),
  kind: z.enum(['rate', 'cumulative']).meta({
    description:
      'A `rate` is judged as it stands; a `cumulative` measure by what can still come in its window.',
  }),
  path: z
    .number()
    .nullable()
    .meta({ description: 'The share that the path of the objective asks for by now, where it has one.' }),
  window,
  shownFor: window.nullable().meta({
    description:
      'The running window that was asked for, of a yearly measure: nothing is decided in it yet, and the last closed year is shown.',
  }),
  stage: z.enum(STAGES).nullable().meta({
    description:
      'Of a yearly measure: ratings are `provisional` up to 15/12, `regular` up to 15/01, then `final`.',
  }),
  basis: z.enum(BASES),
  asOf: timestamp,
  position: z.string().meta({ description: 'The store position that this answer reflects; opaque.' }),
};

export const objectiveSchema = z
  .object({
    ...frameFields,
    ...figureFields,
    parts,
    lists: z.string().nullable().meta({
      description: 'The name of the list that its evidence has; null where the formula is not known.',
      example: 'dossiers',
    }),
    failing: z.string().meta({ description: 'The part that makes the figure fail.', example: 'late' }),
    pending: z.string().nullable().meta({
      description:
        'The part that would fail if nothing else happened: `settleNow` counts it as failed. Null where there is none.',
      example: 'overdue',
    }),
    words: z
      .object({ counted: bilingual, failed: z.object({ one: bilingual, many: bilingual }) })
      .meta({ description: 'What the figure counts, and what of it counts against the share.' }),
    dimensions: z
      .array(
        z.object({
          name: z.string(),
          title: bilingual,
          overlaps: z
            .boolean()
            .optional()
            .meta({ description: 'One item may stand in several rows, which then do not add up.' }),
        }),
      )
      .meta({ description: 'What its breakdown takes in `by`.' }),
    text: bilingual,
    source: z.string(),
    owner: bilingual,
    parent: z.string().nullable().meta({
      description: 'The objective that it serves. Nothing is added up.',
    }),
    parentInCircle: z.string().nullable().meta({
      description:
        'The parent that its definition names and that does not count: an earlier statement leads from there to this objective. A change of one of them ends it.',
    }),
    plan: z
      .array(planLine)
      .nullable()
      .meta({ description: 'What is done to reach it: ISO 9001:2015, 6.2.2.' }),
    planProgress: planProgress.nullable(),
    version: z.int(),
    carriedOver: z.boolean(),
    definitionsDiffer: z.boolean().meta({
      description:
        'What holds was stated otherwise than the file of objectives, or what is built in, states it.',
    }),
    aspirational: z.boolean(),
    bases: z.object({ adjusted: figureSchema, original: figureSchema }),
    formula: z.object({
      name: z.string(),
      version: z.int(),
      text: bilingual,
      options: z
        .record(z.string(), z.unknown())
        .meta({ description: 'What the definition chose, where texts of law leave a choice.' }),
      settings: z.object({ extensionRule: z.enum(EXTENSION_RULES).optional() }).meta({
        description:
          'What the server was set to, where texts of law leave a choice. `extensionRule`: which extensions of a due date count, `EXTENSION_RULE`.',
      }),
    }),
    trust: z.object({
      state: z.string().meta({ description: '`ok`, or the most serious doubt.' }),
      doubts: z.array(z.string()).meta({
        description:
          'The most serious first: `unverified` (the stored data were found altered or damaged), `clock` (the present time is not sure), `behind` (the ledger is behind the event store), `stale` (a feed is silent), `incomplete` (events are missing), `partial` (the window begins before a feed sends everything).',
      }),
      deadLetters: z.int().meta({ description: 'Open ones that may hold events of its types.' }),
      setAside: z.int().meta({ description: 'Events of its types that could not be folded.' }),
      lost: z.int().meta({
        description:
          'Events of its types that the event store has lost, and whose loss no person has accepted.',
      }),
      acceptedLosses: z.array(z.object({ at: timestamp, reason: z.string(), events: z.int() })).meta({
        description:
          'Events of its types that the event store has lost, where a person has accepted to go on without them (`POST /v1/losses/acceptances`). No doubt; one item for each act, the earliest first.',
      }),
      quarantined: z.int().meta({
        description:
          'Events of its types from sources that no declared feed names. They are counted, ranked below all declared feeds. No doubt.',
      }),
    }),
    assured: z.boolean().meta({ description: 'Met and beyond doubt: the only case to show green.' }),
    freshness: z.array(feedSchema),
    worst: z.object({ unit: rowSchema.nullable(), field: rowSchema.nullable() }),
  })
  .meta({ id: 'Objective' });
export type ObjectiveView = z.output<typeof objectiveSchema>;

export const objectivesSchema = z.object({
  objectives: z.array(objectiveSchema),
  definitionsDiffer: z.array(z.string()).meta({
    description:
      'Ids of the objectives that the file of objectives, or what is built in, states otherwise than what holds; also those that are closed or not yet in force.',
  }),
  position: z.string(),
  asOf: timestamp,
});

export const breakdownSchema = z.object({
  ...frameFields,
  ...figureFields,
  by: z.string(),
  overlaps: z.boolean().meta({ description: 'One item may stand in several rows.' }),
  parts: z
    .array(countedRowSchema)
    .meta({ description: 'One row for each key. Their counts add up to the whole, unless it `overlaps`.' }),
});

export const seriesSchema = z.object({
  ...frameFields,
  step: z.enum(['day', 'month']),
  onLastDay: z.boolean().meta({
    description:
      'Each point is the figure as it stood on its last day, and nothing is added up: `cumulative` is the same.',
  }),
  earlier: z.string().meta({
    description:
      'A mark of the points before `since`: as long as it is the same, they are the same. Opaque; of no points without `since`.',
  }),
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

interface ListedItems {
  readonly collection: string;
  /** Of one item. */
  readonly schema: z.ZodType;
}

/** Of a page of items: the list that it is of, by the name of its collection. @param views of what can be listed */
export const listFields = (views: readonly ListedItems[]) => ({
  ...Object.fromEntries(views.map(({ collection, schema }) => [collection, z.array(schema).optional()])),
  ...pageFields,
});

/** @param views of what evidence can list */
export const evidenceSchema = (views: readonly ListedItems[]) =>
  z.object({
    ...frameFields,
    part: z.string(),
    total: z.int().meta({
      description:
        'How many items there are on all pages: where each item counts once, the count of the part in the figure.',
    }),
    parts,
    ...listFields(views),
  });
