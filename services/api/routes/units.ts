import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { formatDay } from '../../../shared/calendar/zone.ts';
import { unitId } from '../../../shared/contracts/ids.ts';
import { withUnit } from '../../../shared/measures/figure-frame.ts';
import type { ApiContext } from '../context.ts';
import { asOfRequest } from '../figure-request.ts';
import { day, momentQuery, timestamp } from '../schema-parts.ts';
import { instant, positionText } from '../views.ts';

const config = { right: 'read' } as const;

export const unitsSchema = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      parent: z.string().nullable(),
      handlesProcedures: z.boolean(),
      from: day,
      to: day.nullable(),
    }),
  ),
  position: z.string(),
  asOf: timestamp,
});

/** The tree of units. */
export function unitRoutes({ observatory, answers, zone, clock }: ApiContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/units',
      {
        config,
        schema: {
          tags: ['units'],
          operationId: 'listUnits',
          summary: 'The units as they stand today, or stood at a moment',
          querystring: z.strictObject({ under: z.string().max(200).optional(), ...momentQuery }),
          response: { 200: unitsSchema },
        },
      },
      (request, reply) =>
        answers.send(request, reply, request.query.minPosition, async (reading) => {
          const { under, asOf } = request.query;
          const { tree, unit, pin } = await observatory.from(
            asOfRequest(asOf, zone, clock),
            async (_, { pin, treeOn, agencies }) => ({
              tree: treeOn(zone.dayOf(pin.now)),
              ...withUnit(under === undefined ? {} : { unit: unitId(under) }, agencies),
              pin,
            }),
            reading,
          );
          const within = unit === undefined ? undefined : tree.withDescendants(unit);
          const units = tree.units.filter(({ id }) => within === undefined || within.includes(id));
          return {
            items: units.map(({ id, name, parent, handlesProcedures, from, to }) => ({
              id,
              name,
              parent,
              handlesProcedures,
              from: formatDay(from),
              to: to === null ? null : formatDay(to),
            })),
            position: positionText({ position: pin.upTo }),
            asOf: instant(pin.now),
          };
        }),
    );
  };
}
