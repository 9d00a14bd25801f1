import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { toStored } from '../../../shared/contracts/event-kind.ts';
import { REMOVALS } from '../../../shared/contracts/lost-events.ts';
import { prose } from '../../../shared/contracts/register-fields.ts';
import { ownEvent } from '../../../shared/event-store/own-events.ts';
import { momentText } from '../../../shared/kernel/clock.ts';
import type { JudgedLoss } from '../../../shared/office/accepted-losses.ts';
import {
  acceptedLoss,
  LOSSES_STREAM,
  type LossAcceptedV1,
  lossAccepted,
  MOST_ACCEPTED,
} from '../../../shared/office/loss-accepted.v1.ts';
import { clientSignal } from '../../../shared/platform/client-signal.ts';
import { ProblemError, problemAnswers } from '../../../shared/platform/problem.ts';
import { numberedPageQuery } from '../../../shared/platform/query-parts.ts';
import type { ApiContext } from '../context.ts';
import type { DeskParts } from '../registers/register-desk.ts';
import { timestamp } from '../schema-parts.ts';
import { positionText } from '../views.ts';

const PAGE_LIMIT = 1_000;
const tags = ['maintenance'];

const lossSchema = z.object({
  stream: z.string().nullable().meta({
    description:
      'Null: further streams than the 10,000 that are listed; these can be accepted once fewer are lost.',
  }),
  type: z.string().meta({
    description: 'Of the events; where the chain does not know them, of the first event that is left.',
  }),
  before: z.int().meta({ description: 'Every event that is gone has a revision below, in its stream.' }),
  events: z.int().meta({ description: 'How many are gone.' }),
  open: z.int().meta({ description: 'How many of them are open: no person has accepted their loss.' }),
  positions: z.object({ first: z.string(), last: z.string() }).nullable().meta({
    description: 'Of the events, in the event store; null where the chain does not know them.',
  }),
  removal: z.enum(REMOVALS).nullable().meta({
    description:
      'Why, as far as EventStoreDB still knows: `retention` (`$maxCount`, `$maxAge` or `$tb` of the stream), `deleted` (the stream), `unknown` (no order is on record). Null where the chain does not know the events.',
  }),
  accepted: z.object({ at: timestamp, reason: z.string() }).nullable().meta({
    description: 'The act that covers the most of them. `GET /v1/audit` names its key.',
  }),
});
const EXAMPLE = { stream: 'dossier-H19.12-261120-0001', before: 2 };

const viewOf = ({ stream, type, before, events, open, chained, acceptance }: JudgedLoss) => ({
  ...{ stream, type, before, events, open },
  positions: chained ? { first: String(chained.first), last: String(chained.last) } : null,
  removal: chained?.removal ?? null,
  accepted: acceptance && { at: momentText(acceptance.knownAt), reason: acceptance.reason },
});

/** Open losses first. */
const openFirst = (a: JudgedLoss, b: JudgedLoss) =>
  Number(b.open > 0) - Number(a.open > 0) || (a.stream ?? '').localeCompare(b.stream ?? '');

/** `/losses`: the events that the store no longer has, and the act by which a person accepts their loss. */
export function lossRoutes(
  { observatory }: Pick<ApiContext, 'observatory'>,
  { store, clock, audit }: Pick<DeskParts, 'store' | 'clock' | 'audit'>,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/losses',
      {
        config: { right: 'admin' },
        schema: {
          tags,
          operationId: 'listLosses',
          summary: 'Events that the event store has lost: open losses first, then accepted ones',
          description:
            'Figures of their types are `incomplete` until they are restored, or their loss is accepted.',
          querystring: numberedPageQuery(PAGE_LIMIT),
          response: {
            200: z
              .object({
                items: z.array(lossSchema),
                total: z.int().meta({ description: 'How many there are on all pages together.' }),
                open: z
                  .int()
                  .meta({ description: 'How many events are open: no person has accepted their loss.' }),
                next: z.string().optional(),
              })
              .meta({
                examples: [
                  {
                    items: [
                      {
                        ...{ ...EXAMPLE, type: 'dossier.status.v1', events: 2, open: 2, accepted: null },
                        ...{ positions: { first: '4711', last: '5020' }, removal: 'deleted' },
                      },
                    ],
                    ...{ total: 1, open: 2 },
                  },
                ],
              }),
          },
        },
      },
      async ({ query: { limit = 100, cursor = 0 } }, reply) => {
        const losses = (await observatory.losses({ signal: clientSignal(reply) })).toSorted(openFirst);
        const next = cursor + limit;
        return {
          items: losses.slice(cursor, next).map(viewOf),
          total: losses.length,
          open: losses.reduce((sum, { open }) => sum + open, 0),
          ...(losses.length > next && { next: String(next) }),
        };
      },
    );

    app.post(
      '/losses/acceptances',
      {
        config: { right: 'admin' },
        schema: {
          tags,
          operationId: 'acceptLosses',
          summary: 'Accept that events are lost',
          description:
            'Figures are no longer `incomplete` because of them, and name the act (`trust.acceptedLosses`). It holds for these events alone, from now on: a later loss is a doubt again, and a figure as of an earlier moment is as it was.',
          body: z
            .strictObject({ losses: z.array(acceptedLoss).min(1).max(MOST_ACCEPTED), reason: prose })
            .meta({ 'x-example': { losses: [EXAMPLE], reason: 'Lưu trữ theo Quyết định 12/QĐ-VP' } }),
          response: {
            ...problemAnswers(409),
            200: z
              .object({ id: z.string(), position: z.string() })
              .meta({ examples: [{ id: '9b8c6d1e-5b1f-4f0e-9c57-0a6f4f3f0b11', position: '5001' }] }),
          },
        },
      },
      async ({ body, caller }, reply) => {
        assertOpen(body, await observatory.losses({ signal: clientSignal(reply) }));
        const data = { id: randomUUID(), ...body };
        const text = toStored(lossAccepted, { time: clock(), data });
        const event = ownEvent(`losses/${data.id}`, lossAccepted.type, text, caller?.name);
        const outcome = await store.append(LOSSES_STREAM, 'any', [event], clock());
        if (!('position' in outcome)) throw new Error(`the acceptance was not stored: ${outcome.kind}`);
        const facts = { id: data.id, streams: body.losses.length, reason: body.reason };
        await audit.record(
          { type: 'audit.loss-accepted.v1', data: facts },
          caller?.name,
          `losses/${data.id}`,
        );
        return { id: data.id, position: positionText(outcome) };
      },
    );
  };
}

/** An act accepts neither events that are still there, nor a loss that its person has not read. @throws ProblemError */
function assertOpen({ losses }: Pick<LossAcceptedV1, 'losses'>, known: readonly JudgedLoss[]): void {
  const byStream = Map.groupBy(known, ({ stream }) => stream);
  const errors = losses.flatMap(({ stream, before }, index) => {
    const ofStream = byStream.get(stream) ?? [];
    const isLost = ofStream.some((loss) => loss.before >= before);
    const isMore = ({ open, acceptance }: JudgedLoss) => open > 0 && before > (acceptance?.before ?? 0);
    if (isLost && ofStream.some(isMore)) return [];
    const detail = isLost
      ? `Its loss was accepted already: ${stream}, before ${before}.`
      : `The event store is not known to have lost the events of ${stream} before ${before}.`;
    return [{ pointer: `/losses/${index}`, detail }];
  });
  if (errors.length > 0)
    throw new ProblemError('conflict', 'Not all of these are open losses: see GET /v1/losses.', { errors });
}
