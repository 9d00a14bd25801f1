import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { decodeDvcqg } from '../../shared/dialects/dvcqg.ts';
import { decodeEdxml } from '../../shared/dialects/edxml.ts';
import type { Translated } from '../../shared/dialects/translated.ts';
import { ProblemError } from '../../shared/platform/problem.ts';
import '../../shared/platform/route-scope.ts';
import { type IntakeAnswer, intakeResponses, takeOverHttp } from './http-answer.ts';
import { jsonBodySchema, takeJsonBodies, takeTextBodies } from './http-bodies.ts';
import { assertBatchSize, type FeedRouteParts } from './http-events.ts';

const XML_TYPES = ['application/xml', 'text/xml', 'application/soap+xml'];
const COUNTS =
  'One message can become several events: the counts are of events, `index` is the place of the record they came from.';

/** `POST /feeds/dvcqg`: the synchronisation requests of the National Public Service Portal (Cổng Dịch vụ công quốc gia). */
export function dvcqgRoutes(parts: FeedRouteParts): FastifyPluginAsyncZod {
  const { decode, limits } = parts;
  return async (app) => {
    takeJsonBodies(app, ['application/json'], limits.bodyBytes);
    app.route({
      method: 'POST',
      url: '/feeds/dvcqg',
      bodyLimit: limits.bodyBytes,
      config: { scope: 'feed' },
      schema: {
        tags: ['feeds'],
        summary: 'Send a DongBoHoSoMC or CapNhatTienDoHoSoMC request',
        description: COUNTS,
        consumes: ['application/json'],
        querystring: z.object({
          MaDinhDanhDV: z
            .string()
            .optional()
            .describe('The unit, where the request itself does not name it.'),
          MaDonVi: z.string().optional().describe('The same, as other adapters write it.'),
        }),
        body: jsonBodySchema({
          type: 'object',
          properties: { data: { type: 'array', items: { type: 'object' } } },
        }),
        response: intakeResponses,
      },
      handler: async ({ headers, body, query: { MaDinhDanhDV, MaDonVi } }) => {
        const unit = MaDinhDanhDV ?? MaDonVi;
        return takeTranslated(
          parts,
          headers,
          decodeDvcqg(body.value, { decode, origin: 'http', ...(unit === undefined ? {} : { unit }) }),
        );
      },
    });
  };
}

/** `POST /feeds/edxml`: a document or status message of the axis (trục liên thông văn bản). */
export function edxmlRoutes(parts: FeedRouteParts): FastifyPluginAsyncZod {
  const { decode, limits } = parts;
  return async (app) => {
    takeTextBodies(app, XML_TYPES, limits.bodyBytes);
    app.route({
      method: 'POST',
      url: '/feeds/edxml',
      bodyLimit: limits.bodyBytes,
      config: { scope: 'feed' },
      schema: {
        tags: ['feeds'],
        summary: 'Send an edXML document or status message',
        description: COUNTS,
        consumes: XML_TYPES,
        body: z.string(),
        response: intakeResponses,
      },
      handler: ({ headers, body }) =>
        takeTranslated(parts, headers, decodeEdxml(body, { decode, origin: 'http' })),
    });
  };
}

async function takeTranslated(
  { intake, limits }: FeedRouteParts,
  headers: IncomingHttpHeaders,
  translated: Translated,
): Promise<IntakeAnswer> {
  if (translated.kind === 'invalid') {
    const { pointer, expected, was } = translated.fault;
    throw new ProblemError('unparseable', `The message should be ${expected}, but was ${was}.`, {
      errors: [{ pointer, detail: expected }],
    });
  }
  const { inputs } = translated;
  assertBatchSize(
    inputs.reduce((most, { record }) => Math.max(most, record + 1), 0),
    limits,
  );
  const answer = await takeOverHttp(
    intake,
    inputs.map(({ decoded, raw }) => ({ decoded, raw: () => raw, origin: 'http' })),
    headers,
  );
  const rejected = answer.rejected.map((each) => ({
    ...each,
    index: inputs[each.index]?.record ?? each.index,
  }));
  return { ...answer, rejected };
}
