import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { LocalDay } from '../../../shared/calendar/zone.ts';
import { momentText } from '../../../shared/kernel/clock.ts';
import { type CascadeRow, cascadeOf } from '../../../shared/measures/cascade.ts';
import { UNIT } from '../../../shared/measures/dimensions.ts';
import type { MeasuredFigure, Seen } from '../../../shared/measures/observatory.ts';
import type { ApiContext } from '../context.ts';
import { asOfRequest } from '../figure-request.ts';
import { momentQuery, timestamp } from '../schema-parts.ts';
import { positionText } from '../views.ts';
import { objectiveSchema } from './schemas.ts';
import { frameView } from './views.ts';

const config = { right: 'read' } as const;

const cascadedObjective = objectiveSchema
  .pick({
    ...{ id: true, title: true, unit: true, owner: true, version: true, carriedOver: true },
    ...{ target: true, comparator: true, kind: true, path: true, window: true },
    ...{ value: true, status: true, reason: true, numerator: true, denominator: true, lateBudget: true },
    assured: true,
  })
  .extend({ doubts: z.array(z.string()).meta({ description: 'As `trust.doubts` of the objective.' }) })
  .meta({ id: 'CascadedObjective' });

export const cascadeSchema = z.object({
  units: z
    .array(
      z.object({
        unit: z.string().nullable().meta({
          description: 'The first is the office itself; null where no setting names its unit.',
        }),
        name: z.string().nullable(),
        level: z.int().meta({ description: '0 of the office.' }),
        status: z.enum(['active', 'merged', 'closed', 'undeclared']),
        objectives: z.array(cascadedObjective),
      }),
    )
    .meta({
      description:
        'The office, the active units below it, each after the unit above it, then each other unit that still has an objective. Every objective in force is in one row.',
    }),
  position: z.string(),
  asOf: timestamp,
});

/** `GET /cascade`: every unit with its objectives, in one answer from one snapshot. */
export function cascadeRoutes({ observatory, answers, zone, clock }: ApiContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/cascade',
      {
        config,
        schema: {
          tags: ['objectives'],
          operationId: 'getCascade',
          summary: 'How the objectives of the office and of each unit stand, unit by unit',
          description:
            'Each figure is that of `GET /v1/objectives`. Nothing is rolled up from a unit to the one above it.',
          querystring: z.strictObject(momentQuery),
          response: { 200: cascadeSchema },
        },
      },
      (request, reply) =>
        answers.send(request, reply, request.query.minPosition, async (reading) => {
          const asked = asOfRequest(request.query.asOf, zone, clock);
          const { figures, from } = await observatory.measureAll(asked, reading);
          const { now, upTo } = from.pin;
          const today = zone.dayOf(now);
          const rows = cascadeOf(figures, { ...from, tree: from.treeOn(today) });
          return {
            units: rows.map((row) => rowView(row, from, today)),
            position: positionText({ position: upTo }),
            asOf: momentText(now),
          };
        }),
    );
  };
}

const rowView = (
  { unit: of, level, standing, objectives }: CascadeRow<MeasuredFigure>,
  { nameOf }: Seen,
  today: LocalDay,
) => ({
  unit: of,
  name: of && nameOf(UNIT.name, of, today),
  level,
  status: standing,
  objectives: objectives.map(objectiveRow),
});

function objectiveRow(figure: MeasuredFigure) {
  const { definition, carriedOver, measurement } = figure;
  const {
    value,
    status,
    reason,
    numerator,
    denominator,
    lateBudget,
    assured: isAssured,
    trust,
  } = measurement;
  const { basis: _, asOf: __, position: ___, ...frame } = frameView(figure, measurement);
  return {
    ...frame,
    ...{ owner: definition.owner, version: definition.version, carriedOver },
    ...{ value, status, reason, numerator, denominator, lateBudget },
    ...{ assured: isAssured, doubts: [...trust.doubts] },
  };
}
