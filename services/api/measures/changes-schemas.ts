import { z } from 'zod';
import { CHANGE_CLASSES } from '../../../shared/measures/changes.ts';
import type { ItemView } from '../books/item-view.ts';
import { bilingual, timestamp } from '../schema-parts.ts';
import { CHANGED, CHANGES } from './changes-example.ts';
import { frameFields, listFields } from './schemas.ts';

export const pointsSchema = z
  .object({ numerator: z.int(), denominator: z.int(), points: z.number() })
  .nullable()
  .meta({
    description:
      'What it adds to the share: numerator ÷ denominator exactly, and times 100, in points, for display. All classes have one denominator and add up to the difference of the two values. Null where one of these is not computable.',
  });

export const countFields = {
  subjects: z.int(),
  numerator: z.int().meta({ description: 'How many more count for the share; below 0: fewer.' }),
  denominator: z.int().meta({ description: 'How many more count in all; below 0: fewer.' }),
  share: pointsSchema,
};

const classSchema = z
  .object({
    class: z.enum(CHANGE_CLASSES).meta({
      description:
        'Each subject is in the first that fits it. `reclassified`: a change of the definition or of reference data moved it; `corrected`: it was decided, and is decided otherwise; `left`: it is no longer decided or open, or no longer overdue; `settled-late`, `settled-on-time`: it is decided; `became-overdue`; `entered`: it is open and was not there.',
    }),
    title: bilingual,
    ...countFields,
  })
  .meta({ id: 'ChangeClass' });

const rowSchema = z
  .object({
    key: z.string().nullable(),
    name: z.string().nullable(),
    ...countFields,
    classes: z.array(classSchema.omit({ title: true })).meta({ description: 'Without those of no subject.' }),
  })
  .meta({ id: 'ChangeRow' });

const sideSchema = z.object({
  asOf: timestamp,
  value: z.number().nullable(),
  numerator: z.int(),
  denominator: z.int(),
  reason: z.string().nullable().meta({ description: 'Why there is no value.' }),
});

export const changesSchema = z
  .object({
    ...frameFields,
    before: sideSchema,
    after: sideSchema,
    share: pointsSchema,
    text: bilingual.meta({ description: 'One sentence.' }),
    classes: z.array(classSchema),
    units: z.array(rowSchema).meta({ description: 'By unit; the rows add up to the whole.' }),
    fields: z
      .array(rowSchema)
      .nullable()
      .meta({ description: 'By field; null where what is counted has none.' }),
  })
  .meta({ examples: [CHANGES] });

/** @param views of what a measure can list */
export const changedSchema = (views: readonly ItemView[]) =>
  z
    .object({
      ...frameFields,
      class: z.enum(CHANGE_CLASSES),
      total: z.int().meta({ description: 'How many there are on all pages: the `subjects` of the class.' }),
      ...listFields(views),
    })
    .meta({ examples: [CHANGED] });
