import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type LocalDay, monthOf } from '../../../shared/calendar/zone.ts';
import { type Article2Row, article2, LACKS } from '../../../shared/measures/article-2.ts';
import { UNIT } from '../../../shared/measures/dimensions.ts';
import type { Seen } from '../../../shared/measures/observatory.ts';
import type { ApiContext } from '../context.ts';
import { asOfRequest } from '../figure-request.ts';
import { bilingual, day, momentQuery, timestamp, yearText } from '../schema-parts.ts';
import { dayOrNull, momentOf } from '../views.ts';
import { planProgress } from './schemas.ts';
import { planProgressView } from './views.ts';

const config = { right: 'read' } as const;

const openItems = z.object({
  open: z.int(),
  overdue: z.int().meta({ description: 'Open, and past the last day.' }),
});

export const article2Schema = z.object({
  year: z.int(),
  units: z
    .array(
      z.object({
        unit: z.string(),
        name: z.string().nullable(),
        level: z.int().meta({ description: '1 directly below the office.' }),
        communicated: z
          .object({ times: z.int(), last: day.nullable() })
          .meta({ description: 'How often objectives of the year were passed on to the staff.' }),
        objectives: z
          .object({ ids: z.array(z.string()), withPlan: z.int(), owners: z.array(bilingual) })
          .meta({ description: 'Its own, in force at that moment.' }),
        planProgress: planProgress.nullable(),
        lastReview: day.nullable().meta({
          description: 'The last day on which one of its objectives was reviewed; null: never.',
        }),
        actions: openItems.meta({ description: 'Actions that followed its reviews.' }),
        opportunities: openItems,
        riskTable: z.object({
          risks: z.int().meta({ description: 'That stand in the register.' }),
          overdue: z.int().meta({ description: 'Past the last day of their plans.' }),
          reviewsLate: z.int(),
          lastReview: day.nullable().meta({
            description:
              'The day on which the table was last reviewed: each risk that stood in it then, and still does, was reviewed on that day or since. Null: none was ever reviewed, or one was left out.',
          }),
          neverReviewed: z.int().meta({ description: 'Risks that stand in it and were never reviewed.' }),
          nextReview: day
            .nullable()
            .meta({ description: 'Last day of the next review; null without risks.' }),
        }),
        reports: z
          .object({ asked: z.int(), overdue: z.int(), inTime: z.int(), late: z.int() })
          .meta({ description: 'Asked for in the year. `late`: submitted after the last day.' }),
        lacks: z.array(z.enum(LACKS)).meta({
          description:
            '`communication`: none of the year. `objective`: it has none. `plan`: an objective has none. `review`: none was ever reviewed. `risk-table`: no risk stands in it. `risk-review`: one is late. `report`: one is overdue.',
        }),
      }),
    )
    .meta({ description: 'The active units below the office, each after the unit above it.' }),
  position: z.string(),
  asOf: timestamp,
});

/** `GET /article-2`: how each unit does what Article 2 of Decision 124/QĐ-VP asks of it. */
export function article2Routes({ observatory, answers, zone, clock }: ApiContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/article-2',
      {
        config,
        schema: {
          tags: ['duties'],
          operationId: 'getArticleTwo',
          summary: 'The table of Article 2: what each unit has done of what is asked of it',
          querystring: z.strictObject({
            year: yearText.optional().meta({
              description: 'Of communications and reports; the year of `asOf` when it is left out.',
            }),
            ...momentQuery,
          }),
          response: { 200: article2Schema },
        },
      },
      (request, reply) =>
        answers.send(request, reply, request.query.minPosition, (reading) => {
          const { year, asOf } = request.query;
          return observatory.measureAllWith(
            asOfRequest(asOf, zone, clock),
            async (ledger, all) => {
              const { pin } = all.from;
              const today = zone.dayOf(pin.now);
              const asked = year === undefined ? Math.floor(monthOf(today).month / 12) : Number(year);
              const rows = await article2(ledger, all, asked, zone);
              return {
                year: asked,
                units: rows.map((row) => rowView(row, all.from, today)),
                ...momentOf(pin),
              };
            },
            reading,
          );
        }),
    );
  };
}

const rowView = (row: Article2Row, { nameOf }: Seen, today: LocalDay) => ({
  ...row,
  name: nameOf(UNIT.name, row.unit, today),
  communicated: { ...row.communicated, last: dayOrNull(row.communicated.last) },
  planProgress: planProgressView(row.planProgress),
  lastReview: dayOrNull(row.lastReview),
  riskTable: {
    ...row.riskTable,
    lastReview: dayOrNull(row.riskTable.lastReview),
    nextReview: dayOrNull(row.riskTable.nextReview),
  },
});
