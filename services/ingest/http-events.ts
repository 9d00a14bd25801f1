import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Decoder } from '../../shared/contracts/decode.ts';
import { ProblemError, problemSchema } from '../../shared/platform/problem.ts';
import '../../shared/platform/route-scope.ts';
import { BATCH, eventsOf, PLAIN, STRUCTURED } from './cloudevents-http.ts';
import { intakeAnswerSchema, takeOverHttp } from './http-answer.ts';
import type { Intake } from './intake.ts';
import { type JsonBody, jsonBody } from './json-body.ts';

/** How much one request may bring. */
export interface HttpLimits {
  readonly bodyBytes: number;
  readonly batchEvents: number;
}

export interface EventRoutes {
  readonly intake: Intake;
  readonly decode: Decoder;
  readonly limits: HttpLimits;
}

/** `POST /events`: CloudEvents 1.0 over HTTP. */
export function eventRoutes({ intake, decode, limits }: EventRoutes): FastifyPluginAsyncZod {
  return async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(
      [STRUCTURED, BATCH, PLAIN],
      { parseAs: 'buffer', bodyLimit: limits.bodyBytes },
      (request, bytes: Buffer, done) => {
        try {
          assertUtf8(request.headers['content-type'] ?? '');
          done(null, jsonBody(bytes));
        } catch (error) {
          done(error instanceof Error ? error : new Error(String(error)));
        }
      },
    );
    app.route({
      method: 'POST',
      url: '/events',
      bodyLimit: limits.bodyBytes,
      config: { scope: 'feed' },
      schema: {
        tags: ['feeds'],
        summary: 'Send one CloudEvent or a batch',
        description:
          'Answers once every event is durable. What cannot be taken is kept as a dead letter and listed under `rejected`; the rest is taken all the same. Sending the same again is always safe.',
        response: {
          200: intakeAnswerSchema,
          400: problemSchema,
          413: problemSchema,
          415: problemSchema,
          503: problemSchema,
          507: problemSchema,
        },
      },
      handler: async (request) => {
        const events = eventsOf(
          mediaTypeOf(request.headers['content-type'] ?? ''),
          request.headers,
          request.body as JsonBody,
        );
        if (events.length > limits.batchEvents) {
          throw new ProblemError(
            'batch-too-large',
            `At most ${limits.batchEvents} events, but there were ${events.length}.`,
          );
        }
        const inputs = events.map(({ value, raw }) => ({
          decoded: decode(value, 'http'),
          raw,
          origin: 'http',
        }));
        return takeOverHttp(intake, inputs);
      },
    });
  };
}

const mediaTypeOf = (contentType: string): string =>
  (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();

/** JSON between systems is UTF-8 (RFC 8259 §8.1). */
function assertUtf8(contentType: string): void {
  const charset = /;\s*charset="?([^";\s]+)/i.exec(contentType)?.[1];
  if (charset !== undefined && !/^(utf-8|utf8|us-ascii)$/i.test(charset)) {
    throw new ProblemError('media-type-unsupported', `The charset should be utf-8, but was ${charset}.`);
  }
}
