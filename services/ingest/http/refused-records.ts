import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import '../../../shared/platform/route-right.ts';
import { intakeResponses, receiveOverHttp } from './answer.ts';
import { assertBatchSize, type FeedRouteParts } from './event-routes.ts';

const text = (limit: number) => z.string().max(limit);

const recordSchema = z.strictObject({
  content: z.string().describe('The record as it stands in the file; base64 when it is not UTF-8.'),
  encoding: z.enum(['utf8', 'base64']).optional(),
  origin: text(500).describe('The file and the line.'),
  type: text(200).optional().describe('The event type that the record would have become.'),
  source: text(500).optional(),
  faults: z
    .array(
      z.strictObject({
        code: z.enum(['row-invalid', 'unparseable']),
        pointer: text(500),
        was: text(500),
        expected: text(2_000),
      }),
    )
    .min(1)
    .max(100),
});

/**
 * `POST /feeds/refused`: records that a sender could not translate into events, such as rows that the mapping of an import
 * rejects. Each becomes a dead letter, as it would in an import without a server, and makes the figures of its type incomplete.
 */
export function refusedRecordRoutes({
  intake,
  limits,
}: Omit<FeedRouteParts, 'decode'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/feeds/refused',
      {
        bodyLimit: limits.bodyBytes,
        config: { right: 'feed' },
        schema: {
          tags: ['feeds'],
          operationId: 'sendRefusedRecords',
          summary: 'Report records that could not be translated into events',
          description:
            'Each is kept as a dead letter with the faults that are stated, and listed under `rejected`.',
          body: z
            .strictObject({ records: z.array(recordSchema).min(1) })
            .meta({ examples: [REFUSED_EXAMPLE] }),
          response: intakeResponses,
        },
      },
      async (request) => {
        const { records } = request.body;
        assertBatchSize(records.length, limits);
        const inputs = records.map(({ content, encoding = 'utf8', origin, type, source, faults }) => ({
          decoded: {
            kind: 'invalid' as const,
            faults,
            ...(type === undefined ? {} : { type }),
            ...(source === undefined ? {} : { source }),
          },
          raw: () => Buffer.from(content, encoding),
          origin,
        }));
        return receiveOverHttp(intake, inputs, request);
      },
    );
  };
}

/** A request, as the description of the surface shows it. */
export const REFUSED_EXAMPLE = {
  records: [
    {
      content: 'H19.12-261116-0007;31/11/2026',
      origin: 'dossiers.csv:8',
      type: 'dossier.status.v1',
      source: '/import/dossiers',
      faults: [
        {
          code: 'row-invalid',
          pointer: '/Ngày hẹn trả',
          was: '"31/11/2026"',
          expected: 'a date that exists',
        },
      ],
    },
  ],
};
