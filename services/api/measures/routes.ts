import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { BreakdownRow } from '../../../shared/measures/evaluate.ts';
import { pointsMark } from '../../../shared/measures/points-mark.ts';
import { problemAnswers } from '../../../shared/platform/problem.ts';
import { requireRight } from '../../../shared/platform/require-right.ts';
import type { ItemView } from '../books/item-view.ts';
import { type Named, withNames } from '../books/named-staff.ts';
import type { ApiContext } from '../context.ts';
import { decodeCursor } from '../cursor.ts';
import { figureRequest, refuseQuery } from '../figure-request.ts';
import { figureQuery, pageQuery } from '../schema-parts.ts';
import { momentOf } from '../views.ts';
import { evidenceList } from './evidence.ts';
import { found } from './found.ts';
import {
  breakdownSchema,
  evidenceSchema,
  objectiveSchema,
  objectivesSchema,
  seriesSchema,
} from './schemas.ts';
import { monthEndPoints, seriesPoints } from './series.ts';
import { countedRowView, figureView, frameView, objectiveView } from './views.ts';

const params = z.object({ id: z.string().max(100) });
const tags = ['objectives'];
const config = { right: 'read' } as const;

/** `GET /objectives` and what hangs below each objective. */
export function objectiveRoutes(context: ApiContext, views: readonly ItemView[]): FastifyPluginAsyncZod {
  const { observatory, answers, filters, names } = context;
  const staffNamed = withNames(names, ({ staff = [] }: { readonly staff?: readonly Named[] }) => staff);
  const figure = figureQuery(filters);
  const partNames = [...new Set(observatory.measures.flatMap(({ parts }) => parts.map(({ name }) => name)))];
  const dimensionNames = [
    ...new Set(observatory.measures.flatMap(({ dimensions }) => dimensions.map(({ name }) => name))),
  ];
  return async (app) => {
    app.get(
      '/objectives',
      {
        config,
        schema: {
          tags,
          operationId: 'listObjectives',
          summary: 'How every objective stands',
          querystring: z.strictObject(figure),
          response: { 200: objectivesSchema },
        },
      },
      (request, reply) =>
        answers.send(request, reply, request.query.minPosition, async (reading) => {
          const asked = figureRequest(request.query, context);
          const { figures, from } = await observatory.measureAllWithWorst(asked, reading);
          if (figures.length === 0 && request.query.asOf !== undefined)
            refuseQuery('asOf', 'a time when at least one objective was in force');
          return {
            objectives: figures.map((figure) => objectiveView(figure, context)),
            definitionsDiffer: [...from.objectives.differing],
            ...momentOf(from.pin),
          };
        }),
    );

    app.get(
      '/objectives/:id',
      {
        config,
        schema: {
          tags,
          operationId: 'getObjective',
          summary: 'How one objective stands',
          params,
          querystring: z.strictObject(figure),
          response: { 200: objectiveSchema, ...problemAnswers(404) },
        },
      },
      (request, reply) =>
        answers.send(request, reply, request.query.minPosition, async (reading) => {
          const { id } = request.params;
          const asked = figureRequest(request.query, context);
          return objectiveView(found(await observatory.measure(id, asked, reading), id), context);
        }),
    );

    app.get(
      '/objectives/:id/breakdown',
      {
        config,
        schema: {
          tags,
          operationId: 'getBreakdown',
          summary: 'A figure by one dimension; the rows add up to it',
          params,
          querystring: z.strictObject({
            ...figure,
            by: z.enum(dimensionNames).meta({
              description: 'One of the dimensions that the objective lists.',
            }),
          }),
          response: { 200: breakdownSchema, ...problemAnswers(404) },
        },
      },
      (request, reply) =>
        answers.send(request, reply, request.query.minPosition, async (reading) => {
          const { id } = request.params;
          const { by, ...query } = request.query;
          const outcome = await observatory.breakdown(id, by, figureRequest(query, context), reading);
          const { measurement, rows, ...frame } = found(outcome, id);
          const { dimensions } = frame.measure;
          const dimension = dimensions.find(({ name }) => name === by);
          if (!dimension) return refuseQuery('by', `one of ${dimensions.map(({ name }) => name).join(', ')}`);
          return {
            ...frameView(frame, measurement),
            ...figureView(measurement),
            by,
            overlaps: dimension.overlaps ?? false,
            parts: [...rows].sort(byFailures).map(countedRowView),
          };
        }),
    );

    app.get(
      '/objectives/:id/series',
      {
        config,
        schema: {
          tags,
          operationId: 'getSeries',
          summary: 'A figure over time',
          description:
            'One point a step in which something counted, with the share from the window’s first day up to it. A measure of the last day has one a month, as it stood at its end.',
          params,
          querystring: z.strictObject({
            ...figure,
            step: z.enum(['day', 'month']).default('day'),
            since: z.iso.date().optional().meta({
              description:
                'Only the points that end on this day or later. Their `cumulative` still begins with the window.',
            }),
          }),
          response: { 200: seriesSchema, ...problemAnswers(404) },
        },
      },
      (request, reply) =>
        answers.send(request, reply, request.query.minPosition, async (reading) => {
          const { id } = request.params;
          const { step, since = '', ...query } = request.query;
          const outcome = await observatory.breakdown(id, 'day', figureRequest(query, context), reading);
          const { measurement, rows, ...frame } = found(outcome, id);
          const { denominator } = measurement;
          const { onLastDay = false } = frame.measure;
          const all = onLastDay
            ? monthEndPoints(rows, frame.window)
            : seriesPoints(rows, step, frame.window, { ...frame.measure, denominator });
          const earlier = pointsMark(all.filter(({ to }) => to < since));
          const points = all.filter(({ to }) => to >= since);
          return { ...frameView(frame, measurement), step, onLastDay, earlier, points };
        }),
    );

    app.get(
      '/objectives/:id/evidence',
      {
        config,
        schema: {
          tags,
          operationId: 'listEvidence',
          summary: 'What stands behind a figure: dossiers, documents, units',
          description: `\`part\` is the name of a part that the objective lists: ${partNames.join(', ')}. Without it: the part that makes the figure fail. All pages of a list are of the position and the moment of its first.`,
          params,
          querystring: z.strictObject({
            ...figure,
            ...pageQuery,
            part: z.string().max(100).meta({ enum: partNames }).optional(),
          }),
          response: { 200: evidenceSchema(views), ...problemAnswers(404) },
        },
      },
      async (request, reply) => {
        // Before the answer, which all clients with the same question share.
        const isOfPeople = await observatory.concernsPeople(request.params.id);
        if (isOfPeople) requireRight(request.caller, 'staff', 'A list of staff');
        const named = isOfPeople ? staffNamed : undefined;
        return answers.sendNamed(request, reply, request.query.minPosition, named, async (reading) => {
          const { id } = request.params;
          const { part, sort, limit = 50, cursor: text, minPosition: _, ...query } = request.query;
          const asked = figureRequest(query, context);
          const question = [id, part, sort, query];
          const cursor = decodeCursor(question, text);
          const listing = { part, descending: sort === '-date', limit, cursor, question, reading };
          return found(await evidenceList({ observatory, views }, id, asked, listing), id);
        });
      },
    );
  };
}

/** The rows to look at first come first. */
const byFailures = ({ figure: left }: BreakdownRow, { figure: right }: BreakdownRow): number =>
  right.denominator - right.numerator - (left.denominator - left.numerator) ||
  right.denominator - left.denominator;
