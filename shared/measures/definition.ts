import { z } from 'zod';
import { localDaySchema } from '../calendar/local-day-schema.ts';
import { monthsIn, NAMED_WINDOWS } from '../calendar/windows.ts';
import type { LocalDay } from '../calendar/zone.ts';
import { fieldId, procedureId, unitId } from '../contracts/ids.ts';
import { identifierSchema } from '../contracts/schema-parts.ts';
import { bilingualSchema } from './bilingual.ts';
import { FIELD, PROCEDURE } from './dimensions.ts';
import { type AppliedMeasure, type Formula, type Measure, measureOf } from './measure.ts';
import { OBJECTIVE_ID } from './objective-id.ts';
import { parentFault, parentFaultText } from './parents.ts';
import { planSchema } from './plan.ts';
import { COMPARATORS, decimalOf, type Fraction, isDecimal, isShare, meets } from './rate.ts';

/** A share from 0 to 1, or a value in the unit of the formula: which of them is checked with the formula. */
const decimal = z.string().refine(isDecimal, { message: 'a decimal as text, e.g. "0.96"', abort: true });

/** Up to a year of them: a calendar is walked hour by hour. */
const workingHours = z.number().positive().max(2_000);

const alertRule = z.strictObject({
  rule: z.enum(['breach', 'at-risk']),
  /** How long it must hold before an alert is sent. */
  forMinutes: z.number().min(0),
  /** Below this denominator it stays silent: with few cases one is a large share. */
  minimumVolume: z.int().min(0),
  /** How far beyond the target the value must be before it counts as recovered, as decimal text. */
  margin: decimal.refine((text) => !text.startsWith('-'), { message: 'a decimal of at least 0' }),
  /** Between reminders while it lasts; null for none. */
  repeatMinutes: z.number().positive().nullable().default(null),
});

/** Up to one a week. */
const PATH_POINTS = 53;

/** The shares, or values, that a cumulative measure should have reached by the end of certain days (lộ trình). */
const path = z
  .array(z.strictObject({ by: localDaySchema, share: decimal }))
  .min(1)
  .max(PATH_POINTS)
  .refine((points) => points.every(({ by }, index) => index === 0 || by > (points[index - 1]?.by ?? by)), {
    message: 'points in the order of their days, each day once',
  });

function formulaSchema([first, ...others]: readonly Measure[]): z.ZodType<Formula> {
  if (!first) throw new RangeError('There is no measure that a definition could name');
  return z.discriminatedUnion('name', [first.schema, ...others.map(({ schema }) => schema)]);
}

/** Characters of a definition as JSON: with its longest texts one has some 3,000. */
const MOST_CHARACTERS = 32_768;

const objectiveId = z
  .string()
  .regex(OBJECTIVE_ID, 'lower-case words joined by hyphens')
  .refine((id) => id !== 'definitions', 'not `definitions`: that is an address of the list');

/** One version of one objective (mục tiêu chất lượng), as its file states it. @param measures what a formula can name */
export const objectiveDefinition = (measures: readonly Measure[]) =>
  z
    .strictObject({
      id: objectiveId,
      version: z.int().positive(),
      title: bilingualSchema,
      text: bilingualSchema,
      /** The decision that sets it. */
      source: z.string().min(1),
      formula: formulaSchema(measures),
      target: decimal,
      comparator: z.enum(COMPARATORS),
      /** The decision strives for it ("phấn đấu") rather than requires it. */
      aspirational: z.boolean(),
      window: z.enum(NAMED_WINDOWS),
      /** The unit it is for, with its descendants; null for the whole office. */
      unit: identifierSchema().transform(unitId).nullable().default(null),
      /** Of the unit or the office, only this field, or this procedure. */
      field: identifierSchema().transform(fieldId).optional(),
      procedure: identifierSchema().transform(procedureId).optional(),
      /** The objective that it serves: a link of meaning, nothing is added up. */
      parent: objectiveId.optional(),
      owner: bilingualSchema,
      path: path.optional(),
      plan: planSchema.optional(),
      validFrom: localDaySchema,
      /** Last day, inclusive; after it the objective is carried over until a later version begins. */
      validTo: localDaySchema,
      /** A dossier is due soon when so many working hours are left. */
      dueSoonWorkingHours: workingHours,
      /** A feed it needs counts as silent after so many working hours without an event. */
      feedSilentWorkingHours: workingHours,
      alerts: z.array(alertRule).max(20),
    })
    .refine((definition) => JSON.stringify(definition).length <= MOST_CHARACTERS, {
      message: `up to ${MOST_CHARACTERS} characters in all`,
    })
    .refine(({ validFrom, validTo }) => validFrom <= validTo, {
      path: ['validTo'],
      message: 'not before validFrom',
    })
    .superRefine((definition, context) => {
      for (const fault of misfits(definition, measureOf(measures, definition.formula)))
        context.addIssue({ code: 'custom', ...fault });
    });
export type ObjectiveDefinition = Readonly<z.output<ReturnType<typeof objectiveDefinition>>>;
export type AlertRule = z.output<typeof alertRule>;

interface Misfit {
  readonly path: (string | number)[];
  readonly message: string;
}

/** What of a definition its formula cannot be judged by. */
function* misfits(
  definition: ObjectiveDefinition,
  { scale, comparators, judgement, leastMonths, dimensions }: AppliedMeasure,
): Generator<Misfit> {
  const { comparator, path: points, window } = definition;
  for (const { name } of [FIELD, PROCEDURE])
    if (definition[name] !== undefined && !dimensions.some((one) => one.name === name))
      yield { path: [name], message: `left out: what the formula counts has no ${name}` };
  if (!comparators.includes(comparator))
    yield {
      path: ['comparator'],
      message: `one of ${comparators.join(', ')}, by which its formula is judged`,
    };
  if (points && judgement.kind !== 'cumulative')
    yield {
      path: ['path'],
      message: 'left out: the formula is a rate, and a path is of what grows towards its target',
    };
  if (monthsIn(window) < leastMonths)
    yield {
      path: ['window'],
      message: `a window of at least ${leastMonths} months, which has a whole period`,
    };
  yield* scale.kind === 'value' ? valueMisfits(definition) : shareMisfits(definition);
}

function* valueMisfits({ alerts }: ObjectiveDefinition): Generator<Misfit> {
  for (const [index, { minimumVolume }] of alerts.entries())
    if (minimumVolume > 0)
      yield { path: ['alerts', index, 'minimumVolume'], message: '0: a value has no volume' };
}

function* shareMisfits({
  target,
  comparator,
  alerts,
  path: points = [],
}: ObjectiveDefinition): Generator<Misfit> {
  const message = 'a decimal from 0 to 1 as text, e.g. "0.96"';
  if (!isShare(target)) yield { path: ['target'], message };
  else if (comparator === '=' && !meets(decimalOf(target), decimalOf('1'), '='))
    yield { path: ['comparator'], message: '">=": exactly a share below 1 would punish doing better' };
  for (const [index, { margin }] of alerts.entries())
    if (!isShare(margin)) yield { path: ['alerts', index, 'margin'], message };
  for (const [index, { share }] of points.entries())
    if (!isShare(share)) yield { path: ['path', index, 'share'], message };
}

/** The share that the path asks for on a day of a window: that of the last point before the day. A path belongs to its window. */
export function pathShare(
  { path: points = [] }: Pick<ObjectiveDefinition, 'path'>,
  { from, cutTo }: { readonly from: LocalDay; readonly cutTo: LocalDay },
): Fraction | null {
  const passed = points.filter(({ by }) => from <= by && by < cutTo).at(-1);
  return passed ? decimalOf(passed.share) : null;
}

/** A file of objectives, in any number of versions each. */
export const definitionFile = (measures: readonly Measure[]) =>
  z
    .strictObject({ objectives: z.array(objectiveDefinition(measures)) })
    .refine(
      ({ objectives }) =>
        new Set(objectives.map(({ id, version }) => `${id} ${version}`)).size === objectives.length,
      { path: ['objectives'], message: 'each version of an objective once' },
    )
    .superRefine(({ objectives }, context) => {
      const last = new Map(objectives.toSorted((a, b) => a.version - b.version).map((one) => [one.id, one]));
      const parentOf = (id: string) => (last.has(id) ? (last.get(id)?.parent ?? null) : undefined);
      for (const [index, { id, parent }] of objectives.entries()) {
        const fault = parent === undefined ? undefined : parentFault(id, parent, parentOf);
        if (fault)
          context.addIssue({
            ...{ code: 'custom', path: ['objectives', index, 'parent'], message: parentFaultText(fault) },
          });
      }
    });
