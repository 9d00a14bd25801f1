import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Caller } from '../../../shared/platform/caller.ts';
import { includesRight, RIGHTS } from '../../../shared/platform/keys-file.ts';
import { type Reach, unitsReached } from '../../../shared/platform/unit-limit.ts';
import type { ApiContext } from '../context.ts';

const meSchema = z
  .object({
    key: z
      .object({
        name: z.string(),
        person: z
          .string()
          .nullable()
          .meta({ description: 'The person who holds it; null: it names none, and approves nothing.' }),
        units: z
          .array(z.string())
          .nullable()
          .meta({ description: 'The units that it is limited to; null: it is not limited.' }),
        sources: z
          .array(z.string())
          .nullable()
          .meta({ description: 'The sources that its events may name; null: every source.' }),
      })
      .nullable()
      .meta({
        description: 'Null: no keys are in force, and each client that reaches the server may do everything.',
      }),
    rights: z
      .array(z.enum(RIGHTS))
      .meta({ description: 'All that it has, also those that another of its rights includes.' }),
    writesAbout: z.array(z.string()).nullable().meta({
      description:
        'The units about which it may write: those of the key and all below them, as the tree stands today. Null: every unit, and the whole office.',
    }),
    asks: z.array(z.string()).nullable().meta({
      description:
        'The units that it may ask for a report, and inspect: those below the units of the key, without these. Null: every unit.',
    }),
  })
  .meta({
    id: 'Me',
    examples: [
      {
        key: { name: 'Phòng Đất đai', person: 'nv-017', units: ['H19.12.01'], sources: null },
        rights: ['read', 'define', 'enter'],
        writesAbout: ['H19.12.01', 'H19.12.01.02'],
        asks: ['H19.12.01.02'],
      },
    ],
  });

/** `GET /me`: what the key of the request may do, without the key itself. */
export function meRoutes({ observatory }: Pick<ApiContext, 'observatory'>): FastifyPluginAsyncZod {
  const reachOf = async (units: Caller['units']) => {
    if (units === undefined) return { writesAbout: null, asks: null };
    const today = await observatory.unitsToday();
    const reached = (reach: Reach) => [...unitsReached(units, reach, today)];
    return { writesAbout: reached('own'), asks: reached('below') };
  };
  return async (app) => {
    app.get(
      '/me',
      {
        config: { right: RIGHTS },
        schema: {
          tags: ['keys'],
          operationId: 'getMe',
          summary: 'What the key of this request may do: its rights and its units',
          response: { 200: meSchema },
        },
      },
      async ({ caller }, reply) => {
        const held = caller?.rights;
        reply.header('cache-control', 'no-store');
        return {
          key: caller
            ? {
                name: caller.name,
                person: caller.person ?? null,
                units: caller.units ? [...caller.units] : null,
                sources: caller.sources ? [...caller.sources] : null,
              }
            : null,
          rights: RIGHTS.filter((right) => held === undefined || includesRight(held, [right])),
          ...(await reachOf(caller?.units)),
        };
      },
    );
  };
}
