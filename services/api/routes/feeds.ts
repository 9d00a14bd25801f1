import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { momentTextOrNull } from '../../../shared/kernel/clock.ts';
import type { KnownFeed } from '../../../shared/measures/feeds-known.ts';
import { wholeNumber } from '../../../shared/platform/query-parts.ts';
import type { ApiContext } from '../context.ts';
import { day, momentQuery, timestamp } from '../schema-parts.ts';
import { dayOrNull, positionText } from '../views.ts';

const PAGE_LIMIT = 500;
const STANDINGS = ['declared', 'quarantined', 'undeclared', 'own'] as const;

const feedSchema = z.object({
  name: z.string(),
  standing: z.enum(STANDINGS).meta({
    description:
      '`declared`; `quarantined`: a source that no feed names, though feeds are declared; `undeclared`: a source by itself, since none is; `own`: what people state here, on the page or by the API.',
  }),
  rank: z.int().nullable().meta({
    description:
      '1 is the best; 10 for a quarantined source; null: each event that with which it was stored.',
  }),
  sources: z.array(z.string()),
  coverageFrom: day.nullable(),
  types: z.array(z.string()).meta({ description: 'The event types that it is needed for.' }),
  events: z.int(),
  firstRecordedAt: timestamp.nullable(),
  lastRecordedAt: timestamp.nullable(),
});

const feedsSchema = z
  .object({
    items: z.array(feedSchema),
    total: z.int().meta({ description: 'How many there are on all pages together.' }),
    next: z.string().optional(),
    position: z.string(),
  })
  .meta({
    examples: [
      {
        items: [
          {
            ...{ name: 'one-stop', standing: 'declared', rank: 1, sources: ['/one-stop/office'] },
            ...{ coverageFrom: '2026-01-01', types: ['dossier.status.v1'], events: 4711 },
            ...{ firstRecordedAt: '2026-01-05T01:00:00.000Z', lastRecordedAt: '2026-11-20T02:59:00.000Z' },
          },
        ],
        total: 1,
        position: '5000',
      },
    ],
  });

const viewOf = ({ feed, events, firstRecordedAt, lastRecordedAt, coverageFrom, ...rest }: KnownFeed) => ({
  name: feed,
  standing: rest.standing,
  rank: rest.rank,
  sources: [...rest.sources],
  coverageFrom: dayOrNull(coverageFrom),
  types: [...rest.types],
  events: [...events.values()].reduce((sum, each) => sum + each, 0),
  firstRecordedAt: momentTextOrNull(firstRecordedAt),
  lastRecordedAt: momentTextOrNull(lastRecordedAt),
});

/** `GET /feeds`: what is declared, and what was heard. */
export function feedRoutes({ observatory, answers }: ApiContext): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/feeds',
      {
        config: { right: 'read' } as const,
        schema: {
          tags: ['feeds'],
          operationId: 'listFeeds',
          summary: 'Every feed that is declared or was heard, by name',
          querystring: z.strictObject({
            standing: z.enum(STANDINGS).optional(),
            limit: wholeNumber(PAGE_LIMIT).optional(),
            cursor: z.string().max(500).optional().describe('`next` of the page before.'),
            minPosition: momentQuery.minPosition,
          }),
          response: { 200: feedsSchema },
        },
      },
      (request, reply) => {
        const { standing, limit = 100, cursor, minPosition } = request.query;
        return answers.send(request, reply, minPosition, (reading) =>
          observatory.from(
            {},
            async ({ checkpoint }, { feeds }) => {
              const wanted = feeds.filter((one) => standing === undefined || one.standing === standing);
              const rest = wanted.filter(({ feed }) => cursor === undefined || feed > cursor);
              const items = rest.slice(0, limit);
              const last = items.at(-1);
              return {
                items: items.map(viewOf),
                total: wanted.length,
                ...(rest.length > limit && last && { next: last.feed }),
                position: positionText(checkpoint),
              };
            },
            reading,
          ),
        );
      },
    );
  };
}
