import { z } from 'zod';
import { RULED } from '../../../shared/bookkeeping/ruling.ts';
import { ON_TIME } from '../../../shared/books/dossier/definitions/registry.ts';
import { RULE_NAMES } from '../../../shared/books/dossier/definitions/rules.ts';
import { OPEN_ENDS } from '../../../shared/measures/by-definition.ts';
import { dossierSchema } from '../books/dossier-item.ts';
import { bilingual, pageFields } from '../schema-parts.ts';
import { BY_DEFINITIONS, COMPARED, DEFINED_LIST, PARTED_LIST } from './by-definition-example.ts';
import { countFields, pointsSchema } from './changes-schemas.ts';
import { frameFields } from './schemas.ts';

const NAMES = ON_TIME.map(({ name }) => name);

export const definitionName = z
  .string()
  .max(100)
  .meta({ enum: NAMES, description: 'Name of a definition of “on time”.' });

export const openEndField = {
  openEnd: z.enum(OPEN_ENDS).default('cut').meta({
    description:
      'Of definitions in which an end stands in for a missing one: where the figure is cut (`cut`: the moment of the answer while the window runs), or the end of the whole window (`window-end`), so that everything due in a running window and still open counts as late.',
  }),
};

/** In their order of precedence. */
export const ruleName = z.string().max(100).meta({ enum: RULE_NAMES });

const rulingFields = {
  counts: z.enum(RULED).meta({ description: 'For or against the share, or outside of it.' }),
  rule: z.string().meta({ description: 'The rule of the definition that decides it.', example: 'withdrawn' }),
};

const ruleSchema = z
  .object({ ...rulingFields, title: bilingual, count: z.int() })
  .meta({ id: 'DefinitionRule' });

const definedFields = {
  name: definitionName,
  version: z.int(),
  title: bilingual,
  source: bilingual.meta({ description: 'The law, system or publication that counts so.' }),
  unconfirmed: z.array(bilingual).meta({ description: 'What of it no public source confirms.' }),
  value: z.number().nullable().meta({ description: 'For display; null where nothing counts.' }),
  numerator: z.int(),
  denominator: z.int(),
  score: z
    .object({ points: z.number().nullable(), outOf: z.int() })
    .nullable()
    .meta({ description: 'The score that it makes of the share, with two decimals; null of most.' }),
};

const definedSchema = z
  .object({
    ...definedFields,
    difference: pointsSchema.meta({
      description:
        'Its share less that of the first definition: numerator ÷ denominator exactly, and times 100, in points, for display. Null where one of the two is none.',
    }),
    rules: z.array(ruleSchema).meta({
      description: 'Every dossier of the window that some definition looks at, by what decides it.',
    }),
  })
  .meta({ id: 'DefinedFigure' });

const frame = { ...frameFields, ...openEndField };

export const byDefinitionsSchema = z
  .object({
    ...frame,
    byDefinition: z
      .array(definedSchema)
      .meta({ description: 'Each definition; that of the objective comes first.' }),
  })
  .meta({ examples: [BY_DEFINITIONS] });

const sideSchema = definedSchema.omit({ difference: true, rules: true });

export const comparedSchema = z
  .object({
    ...frame,
    a: sideSchema,
    b: sideSchema,
    share: pointsSchema.meta({ description: 'The share of `b` less that of `a`.' }),
    rules: z
      .array(z.object({ rule: ruleName, title: bilingual, ...countFields }).meta({ id: 'PartingRule' }))
      .meta({
        description:
          'The rules that part the two, in their order of precedence: each dossier is under the first that decides in either. They add up to the difference.',
      }),
  })
  .meta({ examples: [COMPARED] });

const rulingSchema = z.object({ ...rulingFields, title: bilingual });

export const definedListSchema = z
  .object({
    ...frame,
    definition: z.string(),
    total: z.int(),
    dossiers: z.array(dossierSchema.extend({ ruling: rulingSchema })),
    ...pageFields,
  })
  .meta({ examples: [DEFINED_LIST] });

export const partedListSchema = z
  .object({
    ...frame,
    rule: z.string(),
    total: z.int(),
    dossiers: z.array(dossierSchema.extend({ a: rulingSchema, b: rulingSchema })),
    ...pageFields,
  })
  .meta({ examples: [PARTED_LIST] });
