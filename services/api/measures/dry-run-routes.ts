import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { RULE_KINDS } from '../../../shared/alerting/rule.ts';
import { formatDay } from '../../../shared/calendar/zone.ts';
import { objectiveDefinition } from '../../../shared/measures/definition.ts';
import type { MeasuredFigure } from '../../../shared/measures/observatory.ts';
import { disclosed } from '../../../shared/measures/small-groups.ts';
import { clientSignal } from '../../../shared/platform/client-signal.ts';
import type { ApiContext } from '../context.ts';
import { day, timestamp } from '../schema-parts.ts';
import { momentOf } from '../views.ts';
import { DEFINITION, DRY_RUN } from './definition-examples.ts';
import { MOST_MONTHS, rehearsalOf } from './rehearsal.ts';
import { objectiveSchema } from './schemas.ts';
import { frameView } from './views.ts';

const config = { right: 'define' } as const;

const monthSchema = objectiveSchema
  .pick({
    ...{ asOf: true, window: true, path: true, value: true, status: true, reason: true },
    ...{ numerator: true, denominator: true, lateBudget: true },
  })
  .extend({ month: z.string().meta({ description: 'yyyy-MM' }) });

const dryRunSchema = z
  .object({
    id: z.string(),
    months: z
      .array(monthSchema)
      .meta({ description: 'At the end of each month, the present one so far; the earliest first.' }),
    alerts: z
      .array(
        z.object({
          on: day,
          rule: z.enum(RULE_KINDS),
          kind: z.enum(['pending', 'cancelled', 'fired', 'reminded', 'resolved']),
          notify: z.boolean().meta({ description: 'Whether a message would have been sent.' }),
          reason: z.string(),
        }),
      )
      .meta({
        description:
          'What its rules would have decided, asked at the end of each day: what began and ended within one day is not seen, and an alert may have been sent up to a day earlier. Without silences and acknowledgements.',
      }),
    days: z.int().meta({ description: 'How many ends of days were looked at.' }),
    position: z.string(),
    asOf: timestamp,
  })
  .meta({ examples: [DRY_RUN] });

/** What a new or changed objective would have been over the past. */
export function dryRunRoutes({ observatory, zone, clock }: ApiContext): FastifyPluginAsyncZod {
  const body = z
    .strictObject({
      definition: objectiveDefinition(observatory.measures),
      months: z.int().min(1).max(MOST_MONTHS).default(12).describe('How many, with the present one.'),
    })
    .meta({ id: 'DryRun', 'x-example': { definition: DEFINITION.definition, months: 3 } });
  return async (app) => {
    app.post(
      '/objectives/dry-run',
      {
        config,
        schema: {
          tags: ['objectives'],
          operationId: 'rehearseObjective',
          summary: 'What an objective would have been over the past, and when it would have alerted',
          description:
            'By what is known now, with time standing at the end of each month or day; the definition holds at all of them, whatever its `validFrom`. Nothing is stated. 503 where it takes more than 20 seconds: ask for fewer months.',
          body,
          response: { 200: dryRunSchema },
        },
      },
      async ({ body: { definition, months: count } }, reply) => {
        const stage = { observatory, zone, now: clock() };
        const reading = { signal: clientSignal(reply) };
        const { months, transitions, days, pin } = await rehearsalOf(definition, count, stage, reading);
        return {
          id: definition.id,
          months: months.map(monthView),
          alerts: transitions.map(({ at, rule, kind, notify, reason }) => ({
            ...{ on: formatDay(zone.dayOf(at)), rule, kind, notify, reason },
          })),
          days,
          ...momentOf(pin),
        };
      },
    );
  };
}

function monthView(figure: MeasuredFigure) {
  const { window, path, asOf } = frameView(figure, figure.measurement);
  const { value, reason, denominator, lateBudget } = figure.measurement;
  return {
    month: window.cutTo.slice(0, 7),
    ...disclosed(figure.measurement),
    ...{ asOf, window, path: path ?? null, value, reason, denominator, lateBudget },
  };
}
