import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { LocalDay } from '../../../shared/calendar/zone.ts';
import { type CascadeRow, cascadeOf } from '../../../shared/measures/cascade.ts';
import { contributionTo } from '../../../shared/measures/contribution.ts';
import { UNIT } from '../../../shared/measures/dimensions.ts';
import { lastReviews } from '../../../shared/measures/last-reviews.ts';
import type { MeasuredFigure, Seen } from '../../../shared/measures/observatory.ts';
import { disclosed } from '../../../shared/measures/small-groups.ts';
import type { ApiContext } from '../context.ts';
import { asOfRequest } from '../figure-request.ts';
import { day, momentQuery, timestamp } from '../schema-parts.ts';
import { dayOrNull, momentOf } from '../views.ts';
import { objectiveSchema, share } from './schemas.ts';
import { frameView, parentView, planProgressView, shareView } from './views.ts';

const config = { right: 'read' } as const;

const cascadedObjective = objectiveSchema
  .pick({
    ...{
      id: true,
      title: true,
      unit: true,
      field: true,
      procedure: true,
      parent: true,
      parentInCircle: true,
      owner: true,
      version: true,
      carriedOver: true,
    },
    ...{ target: true, comparator: true, measuredIn: true, kind: true, path: true },
    ...{ window: true, shownFor: true, stage: true },
    ...{ value: true, status: true, reason: true, numerator: true, denominator: true, lateBudget: true },
    ...{ assured: true, planProgress: true },
  })
  .extend({
    doubts: z.array(z.string()).meta({ description: 'As `trust.doubts` of the objective.' }),
    lastReview: day.nullable().meta({ description: 'The last day on which it was reviewed; null: never.' }),
    contribution: z
      .object({
        kept: share.meta({ description: 'What the parent’s value would lose, had none of it succeeded.' }),
        missed: share.meta({ description: 'What the parent’s value lacks because of it.' }),
      })
      .nullable()
      .meta({
        description:
          'Shares of all that the parent counts; times 100 they are points. Null unless the parent counts the same by the same formula and in the same window.',
      }),
  })
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
        answers.send(request, reply, request.query.minPosition, (reading) =>
          observatory.measureAllWith(
            asOfRequest(request.query.asOf, zone, clock),
            async (ledger, { figures, from }) => {
              const today = zone.dayOf(from.pin.now);
              const beside = {
                byId: new Map(figures.map((figure) => [figure.definition.id, figure])),
                reviews: await lastReviews(ledger, from, zone),
              };
              const rows = cascadeOf(figures, { ...from, tree: from.treeOn(today) });
              return {
                units: rows.map((row) => rowView(row, beside, from, today)),
                ...momentOf(from.pin),
              };
            },
            reading,
          ),
        ),
    );
  };
}

/** What the rows show besides figures. */
interface Beside {
  readonly byId: ReadonlyMap<string, MeasuredFigure>;
  readonly reviews: ReadonlyMap<string, LocalDay>;
}

const rowView = (
  { unit: of, level, standing, objectives }: CascadeRow<MeasuredFigure>,
  beside: Beside,
  { nameOf }: Seen,
  today: LocalDay,
) => ({
  unit: of,
  name: of && nameOf(UNIT.name, of, today),
  level,
  status: standing,
  objectives: objectives.map((one) => objectiveRow(one, beside)),
});

function objectiveRow(figure: MeasuredFigure, { byId, reviews }: Beside) {
  const { definition, carriedOver, measurement, planProgress } = figure;
  const { value, reason, denominator, lateBudget, assured, trust } = measurement;
  const { basis: _, asOf: __, position: ___, ...frame } = frameView(figure, measurement);
  const parent = byId.get(figure.parent ?? '');
  const contribution = parent ? contributionTo(parent, figure) : null;
  return {
    ...frame,
    ...{ owner: definition.owner, version: definition.version, carriedOver },
    ...{ ...parentView(figure), planProgress: planProgressView(planProgress) },
    ...disclosed(measurement),
    ...{ value, reason, denominator, lateBudget, assured },
    doubts: [...trust.doubts],
    lastReview: dayOrNull(reviews.get(definition.id) ?? null),
    contribution: contribution && {
      kept: shareView(contribution.kept),
      missed: shareView(contribution.missed),
    },
  };
}
