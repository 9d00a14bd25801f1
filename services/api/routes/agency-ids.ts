import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { proposalFor } from '../../../shared/contracts/agency-in-id.ts';
import { momentText } from '../../../shared/kernel/clock.ts';
import type { ApiContext } from '../context.ts';
import { momentQuery, timestamp } from '../schema-parts.ts';
import { positionText } from '../views.ts';

const { minPosition } = momentQuery;

const unmappedSchema = z.object({
  items: z.array(
    z.object({
      id: z.string().meta({ description: 'As events write it, without the suffix .e-doc.vn' }),
      proposal: z.string().nullable().meta({
        description: 'What it would be by the rule of thumb. It decides nothing: a row of the table does.',
      }),
      knownSince: timestamp,
    }),
  ),
  position: z.string(),
});

/** What the table of agency identifiers lacks. */
export function agencyIdRoutes({ ledger, answers }: ApiContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/units/unmapped',
      {
        config: { right: 'read' } as const,
        schema: {
          tags: ['units'],
          operationId: 'listUnmappedIdentifiers',
          summary:
            'Identifiers in three groups that events name and the table of agency identifiers does not',
          querystring: z.strictObject({ minPosition }),
          response: { 200: unmappedSchema },
        },
      },
      (request, reply) =>
        answers.send(request, reply, request.query.minPosition, (reading) =>
          ledger.snapshot(async (snapshot) => {
            const agencies = await snapshot.agencies();
            const seen = await snapshot.seenAgencies();
            return {
              items: seen
                .filter(({ id }) => !agencies.has(id))
                .map(({ id, knownSince }) => ({
                  id,
                  proposal: proposalFor(id),
                  knownSince: momentText(knownSince),
                })),
              position: positionText(snapshot.checkpoint),
            };
          }, reading),
        ),
    );
  };
}
