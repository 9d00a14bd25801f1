import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { momentText } from '../../../shared/kernel/clock.ts';
import { changeText, changeTitle } from '../../../shared/measures/change-text.ts';
import { CHANGE_CLASSES, type ChangeCell, shareOfChange, totalOf } from '../../../shared/measures/changes.ts';
import { FIELD, UNIT } from '../../../shared/measures/dimensions.ts';
import type { Between, ExplainedFigure, MeasuredFigure } from '../../../shared/measures/observatory.ts';
import type { Fraction } from '../../../shared/measures/rate.ts';
import { ProblemError, problemAnswers } from '../../../shared/platform/problem.ts';
import type { ApiContext } from '../context.ts';
import { asOfMoment, figureRequest, localDay, refuseQuery } from '../figure-request.ts';
import { bilingual, figureQuery, timestamp } from '../schema-parts.ts';
import { CHANGES } from './changes-example.ts';
import { found } from './found.ts';
import { frameFields } from './schemas.ts';
import { frameView, shareView } from './views.ts';

const params = z.object({ id: z.string().max(100) });

const pointsSchema = z
  .object({ numerator: z.int(), denominator: z.int(), points: z.number() })
  .nullable()
  .meta({
    description:
      'What it adds to the share: numerator ÷ denominator exactly, and times 100, in points, for display. All classes have one denominator and add up to the difference of the two values. Null where one of these is not computable.',
  });

const countFields = {
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

const changesSchema = z
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

const moment = (what: string) =>
  z
    .string()
    .optional()
    .meta({ description: `${what}; a bare date is the end of that day.` });

/** Why a figure moved. */
export function changesRoutes(context: ApiContext): FastifyPluginAsyncZod {
  const { observatory, answers, filters, zone, clock } = context;
  const { asOf: _, ...figure } = figureQuery(filters);
  const query = z.strictObject({
    ...figure,
    knownFrom: moment('The earlier moment of knowledge, with time standing at it'),
    knownTo: moment('The later one; the present when it is left out'),
    dayFrom: z.iso
      .date()
      .optional()
      .meta({ description: 'Instead: up to the end of this day, by what is known now.' }),
    dayTo: z.iso.date().optional().meta({ description: 'With `dayFrom`: up to the end of this one.' }),
  });
  return async (app) => {
    app.get(
      '/objectives/:id/changes',
      {
        config: { right: 'read' },
        schema: {
          tags: ['objectives'],
          operationId: 'explainChanges',
          summary: 'Why a figure moved: classes of subjects that add up to the difference',
          description:
            'Between two moments of knowledge (`knownFrom`, `knownTo`) or two days by what is known now (`dayFrom`, `dayTo`), in the window of the later one. Of measures of amounts: dossiers, documents. 404 of those that count a list, people or a value. 503 where too much has moved to be read in time: ask for moments closer together.',
          params,
          querystring: query,
          response: { 200: changesSchema, ...problemAnswers(404) },
        },
      },
      (request, reply) =>
        answers.send(request, reply, request.query.minPosition, async (reading) => {
          const { id } = request.params;
          const between = betweenOf(request.query, context);
          const asked = figureRequest(request.query, { filters, zone, clock });
          const outcome = await observatory.changes(id, asked, between, reading);
          return changesView(found(outcome, id), between, context);
        }),
    );
  };
}

type Asked = Readonly<Partial<Record<'knownFrom' | 'knownTo' | 'dayFrom' | 'dayTo', string | undefined>>>;

/** @throws ProblemError naming the parameter */
function betweenOf(
  { knownFrom, knownTo, dayFrom, dayTo }: Asked,
  { zone, clock }: Pick<ApiContext, 'zone' | 'clock'>,
): Between {
  const isByDay = dayFrom !== undefined || dayTo !== undefined;
  const now = clock();
  if (isByDay && (knownFrom !== undefined || knownTo !== undefined))
    return refuseQuery('dayFrom', 'either knownFrom and knownTo, or dayFrom and dayTo');
  if (isByDay) {
    if (dayFrom === undefined) return refuseQuery('dayFrom', 'a date: dayFrom and dayTo come together');
    if (dayTo === undefined) return refuseQuery('dayTo', 'a date: dayFrom and dayTo come together');
    const [from, to] = [localDay('dayFrom', dayFrom), localDay('dayTo', dayTo)];
    if (to > zone.dayOf(now)) return refuseQuery('dayTo', 'not in the future');
    if (from >= to) return refuseQuery('dayFrom', 'a day before dayTo');
    return { kind: 'days', from, to };
  }
  if (knownFrom === undefined)
    return refuseQuery('knownFrom', 'a date or a date-time, or dayFrom and dayTo instead');
  const from = asOfMoment(knownFrom, zone, now, 'knownFrom');
  if (knownTo === undefined) return { kind: 'knowledge', from };
  const to = asOfMoment(knownTo, zone, now, 'knownTo');
  if (from >= to) return refuseQuery('knownFrom', 'before knownTo');
  return { kind: 'knowledge', from, to };
}

function changesView(figure: ExplainedFigure, between: Between, { zone }: Pick<ApiContext, 'zone'>) {
  const { before, after, change } = figure;
  const { window, measure } = after;
  if (between.kind === 'days' && between.from < window.from)
    refuseQuery('dayFrom', 'a day of the window of dayTo; name another window');
  if (!change)
    throw new ProblemError(
      'not-found',
      `${after.definition.id} counts a list, people or a value: changes are explained of shares of dossiers and documents.`,
    );
  const isComputable = before.measurement.value !== null && after.measurement.value !== null;
  const countsOf = (cells: readonly ChangeCell[]) => {
    const total = totalOf(cells);
    return { ...total, share: isComputable ? pointsView(shareOfChange(total, change)) : null };
  };
  const classesOf = (cells: readonly ChangeCell[]) =>
    CHANGE_CLASSES.map((kind) => ({
      class: kind,
      ...countsOf(cells.filter((cell) => cell.kind === kind)),
    }));
  const rowsBy = (dimension: 'unit' | 'field') =>
    [...Map.groupBy(change.cells, (cell) => cell[dimension])].map(([key, cells]) => ({
      key,
      name: key === null ? null : figure.nameOf(dimension, key, window.cutTo),
      ...countsOf(cells),
      classes: classesOf(cells).filter(isSome),
    }));
  const hasFields = measure.dimensions.some(({ name }) => name === FIELD.name);
  return {
    ...frameView(after, after.measurement),
    before: sideView(before),
    after: sideView(after),
    share: countsOf(change.cells).share,
    text: changeText({ ...figure, change }, between, zone),
    classes: classesOf(change.cells).map((one) => ({ ...one, title: changeTitle(one.class, measure) })),
    units: rowsBy(UNIT.name),
    fields: hasFields ? rowsBy(FIELD.name) : null,
  };
}

/** A subject that was corrected from one unit to another is in the row of the later one; the earlier row has counts alone. */
const isSome = (one: Omit<ChangeCell, 'kind' | 'unit' | 'field'>): boolean =>
  one.subjects !== 0 || one.numerator !== 0 || one.denominator !== 0;

function pointsView(share: Fraction | null) {
  if (!share) return null;
  const { numerator, denominator } = share;
  return { numerator, denominator, points: 100 * shareView(share).value };
}

function sideView({ asOf, measurement: { value, numerator, denominator, reason } }: MeasuredFigure) {
  return { asOf: momentText(asOf), value, numerator, denominator, reason };
}
