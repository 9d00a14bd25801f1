import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Zone } from '../../../shared/calendar/zone.ts';
import type { Decoder } from '../../../shared/contracts/decode.ts';
import type { EventKinds } from '../../../shared/contracts/event-kind.ts';
import { mapInTurns } from '../../../shared/platform/in-turns.ts';
import { ProblemError } from '../../../shared/platform/problem.ts';
import '../../../shared/platform/route-right.ts';
import type { Intake } from '../intake/intake.ts';
import { intakeResponses, receiveOverHttp } from './answer.ts';
import { acceptJsonBodies, jsonBodySchema, mediaTypeOf } from './bodies.ts';
import { BATCH, eventsOf, JSON_SUFFIX, keptBody, PLAIN, STRUCTURED } from './cloudevents.ts';
import { eventBodies } from './event-bodies.ts';
import { keepUnreadable } from './unreadable-body.ts';

/** How much one request may bring. */
export interface HttpLimits {
  readonly bodyBytes: number;
  readonly batchEvents: number;
}

export interface FeedRouteParts {
  readonly intake: Intake;
  readonly decode: Decoder;
  readonly limits: HttpLimits;
}

export interface EventRouteParts extends FeedRouteParts {
  readonly zone: Zone;
  readonly kinds: EventKinds;
}

/** `POST /events`: CloudEvents 1.0 over HTTP. */
export function eventRoutes({ intake, decode, limits, zone, kinds }: EventRouteParts): FastifyPluginAsyncZod {
  return async (app) => {
    acceptJsonBodies(app, [STRUCTURED, BATCH, PLAIN, JSON_SUFFIX], limits.bodyBytes);
    keepUnreadable(app, intake, keptBody);
    app.route({
      method: 'POST',
      url: '/events',
      bodyLimit: limits.bodyBytes,
      config: { right: 'feed' },
      schema: {
        tags: ['feeds'],
        operationId: 'sendEvents',
        summary: 'Send one CloudEvent or a batch',
        description:
          'Answers once every event is durable. A refused event is kept as a dead letter and listed under `rejected`; ' +
          'the others are recorded all the same. Sending the same again is always safe. In binary mode (attributes as `ce-` headers) the ' +
          'body is the data, as `application/json` or `application/*+json`; as `application/json` one event is accepted too, ' +
          'without an array.',
        // Generators that can send one type only send the first: an array serves for one event as well.
        consumes: [BATCH, STRUCTURED, PLAIN],
        body: jsonBodySchema(eventBodies(kinds, zone)),
        response: intakeResponses,
      },
      handler: async (request) => {
        const { headers, body } = request;
        const events = eventsOf(mediaTypeOf(headers['content-type']), headers, body);
        assertBatchSize(events.length, limits);
        const inputs = await mapInTurns(events, ({ value, raw }) => ({
          decoded: decode(value, 'http'),
          raw,
          origin: 'http',
        }));
        return receiveOverHttp(intake, inputs, request);
      },
    });
  };
}

/** @throws ProblemError `batch-too-large` */
export function assertBatchSize(size: number, { batchEvents }: HttpLimits): void {
  if (size <= batchEvents) return;
  throw new ProblemError('batch-too-large', `At most ${batchEvents} at once, but there were ${size}.`);
}
