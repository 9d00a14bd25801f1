import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type Position, START } from '../../../shared/contracts/stored-event.ts';
import { clientSignal } from '../../../shared/platform/client-signal.ts';
import { numberedPageQuery } from '../../../shared/platform/query-parts.ts';
import type { ApiContext } from '../context.ts';
import { positionText } from '../views.ts';

const PAGE_LIMIT = 200;

const setAsideSchema = z
  .object({
    items: z.array(
      z.object({
        position: z.string().describe('Where the event stands in the event store.'),
        id: z.string(),
        type: z.string(),
        stream: z.string(),
        error: z.string().describe('Why it could not be folded.'),
      }),
    ),
    total: z.int().describe('How many there are on all pages together.'),
    next: z.string().optional(),
    position: z.string(),
  })
  .meta({
    examples: [
      {
        items: [
          {
            position: '4711',
            id: '1f0c6a7e-6b0e-5d4b-9a55-0a6f4f3f0b11',
            type: 'dossier.status.v1',
            stream: 'dossier-H19.12-261120-0001',
            error: 'data: dueAt is not a moment',
          },
        ],
        total: 1,
        position: '5000',
      },
    ],
  });

/** `/set-aside`: the events that the ledger could not fold, so that they are in no figure. */
export function setAsideRoutes({ ledger }: Pick<ApiContext, 'ledger'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/set-aside',
      {
        config: { right: 'admin' } as const,
        schema: {
          tags: ['maintenance'],
          operationId: 'listSetAside',
          summary: 'Events that could not be folded, in order of position',
          description:
            'They are in no figure, and figures of their types are `incomplete`. The projector tries them again at each start.',
          querystring: numberedPageQuery(PAGE_LIMIT),
          response: { 200: setAsideSchema },
        },
      },
      ({ query: { limit = 50, cursor = START } }, reply) =>
        ledger.snapshot(
          async (snapshot) => {
            const counts = await snapshot.setAside();
            // One more than asked for shows whether there is another page.
            const found = await snapshot.setAsideEvents(cursor as Position, limit + 1);
            const items = found.slice(0, limit);
            const last = items.at(-1);
            return {
              items: items.map((event) => ({
                position: positionText(event),
                id: event.event,
                type: event.type,
                stream: event.stream,
                error: event.error,
              })),
              total: counts.reduce((sum, { events }) => sum + events, 0),
              ...(found.length > limit && last && { next: positionText(last) }),
              position: positionText(snapshot.checkpoint),
            };
          },
          { signal: clientSignal(reply) },
        ),
    );
  };
}
