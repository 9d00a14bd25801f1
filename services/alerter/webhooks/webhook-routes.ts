import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { LabelName } from '../../../shared/alerting/labels.ts';
import { MESSAGE_TYPES, trialOf } from '../../../shared/alerting/message.ts';
import { filterWarnings } from '../../../shared/alerting/unmatched.ts';
import { momentText, momentTextOrNull } from '../../../shared/kernel/clock.ts';
import { plainText } from '../../../shared/platform/plain-text.ts';
import { ProblemError, problemAnswers } from '../../../shared/platform/problem.ts';
import { wholeNumber } from '../../../shared/platform/query-parts.ts';
import '../../../shared/platform/route-right.ts';
import { labelInput, momentOutput, type RouteContext, warningsSchema } from '../route-parts.ts';
import { refuseLiteral } from './address-guard.ts';
import { describedMessages } from './described-messages.ts';
import { DELIVERY, SECRET, WEBHOOK } from './examples.ts';
import type { Attempt, Delivery, Outbox, Webhook } from './outbox.ts';
import { newSecret } from './signer.ts';

/** After a rotation both secrets sign for so long, so that a receiver can change over without missing a message. */
const ROTATION_OVERLAP_MS = 24 * 3_600_000;

const names = (name: LabelName) => z.array(labelInput(name, 200)).min(1).max(100).optional();
const filterSchema = z
  .strictObject({
    types: z.array(z.enum(MESSAGE_TYPES)).min(1).optional(),
    objectives: names('objective'),
    scopes: names('scope'),
    feeds: names('feed'),
  })
  .describe('Only messages whose value is in every list that is given; an empty filter passes all messages.');

const webhookSchema = z.object({
  id: z.string(),
  url: z.string(),
  description: z.string(),
  filter: filterSchema,
  enabled: z.boolean(),
  disabledReason: z.string().nullable().describe('`gone`: the receiver answered 410'),
  createdAt: momentOutput,
});
const secretSchema = z.object({
  id: z.string(),
  secret: z
    .string()
    .describe('Shown this once. `whsec_` and base64, as the Standard Webhooks libraries expect it.'),
});
const deliverySchema = z.object({
  id: z.string().describe('The `webhook-id` header, the same on every try'),
  type: z.string(),
  status: z.enum(['pending', 'delivered', 'failed']),
  createdAt: momentOutput,
  nextAttemptAt: momentOutput.nullable(),
  finishedAt: momentOutput.nullable(),
  body: z.string().describe('The exact text that is sent and signed'),
  attempts: z.array(
    z.object({
      at: momentOutput,
      ms: z.int(),
      status: z.int().nullable(),
      error: z.string().nullable(),
      snippet: z.string().nullable(),
    }),
  ),
});
const idParams = z.object({ id: z.string().max(100) });
const queued = z.object({ delivery: z.string() }).meta({ examples: [{ delivery: DELIVERY.id }] });
const oneWebhook = webhookSchema.meta({ examples: [WEBHOOK] });
const oneSecret = secretSchema.meta({ examples: [SECRET] });
const scoped = { config: { right: 'duty' as const } };
const tags = ['webhooks'];

export const webhookRoutes =
  (context: RouteContext): FastifyPluginAsyncZod =>
  async (app) => {
    const { outbox, deliverer, clock, audit } = context;

    app.post('/webhooks', {
      ...scoped,
      schema: {
        tags,
        operationId: 'createWebhook',
        summary: 'Register a webhook; the answer shows its secret, once',
        body: z
          .strictObject({
            url: z.string().max(2_000),
            description: plainText(500).default(''),
            filter: filterSchema.default({}),
          })
          .meta({
            examples: [
              { url: 'https://chat.example.vn/hooks/duty', filter: { types: ['objective.breached'] } },
            ],
          }),
        response: {
          201: secretSchema
            .extend({ warnings: warningsSchema })
            .meta({ examples: [{ ...SECRET, warnings: [] }] }),
        },
        'x-webhooks': describedMessages(context.messages.zone),
      },
      handler: async (request, reply) => {
        const { url, description, filter } = request.body;
        const id = randomUUID();
        const secret = newSecret();
        const webhook = { id, url: checkedUrl(url, context.allowPrivate), description, filter };
        await audit.record(
          { type: 'audit.webhook-created.v1', data: { id, url: shownUrl(webhook.url), filter } },
          request.caller?.name,
        );
        await outbox.addWebhook(
          { ...webhook, enabled: true, disabledReason: null, createdAt: clock() },
          secret,
        );
        const warnings = [...filterWarnings(filter, context.alerts.known())];
        return reply.code(201).send({ id, secret, warnings });
      },
    });

    app.get('/webhooks', {
      ...scoped,
      schema: {
        tags,
        operationId: 'listWebhooks',
        summary: 'All webhooks',
        response: {
          200: z.object({ webhooks: z.array(webhookSchema) }).meta({ examples: [{ webhooks: [WEBHOOK] }] }),
        },
      },
      handler: async () => ({ webhooks: (await outbox.webhooks()).map(shownWebhook) }),
    });

    app.get('/webhooks/:id', {
      ...scoped,
      schema: {
        tags,
        operationId: 'getWebhook',
        summary: 'One webhook',
        params: idParams,
        response: { ...problemAnswers(404), 200: oneWebhook },
      },
      handler: async ({ params }) => shownWebhook(await known(outbox, params.id)),
    });

    app.patch('/webhooks/:id', {
      ...scoped,
      schema: {
        tags,
        operationId: 'updateWebhook',
        summary: 'Enable or disable; pending messages wait while it is disabled',
        params: idParams,
        body: z.strictObject({ enabled: z.boolean() }).meta({ examples: [{ enabled: false }] }),
        response: { ...problemAnswers(404), 200: oneWebhook },
      },
      handler: async ({ params, body, caller }) => {
        await known(outbox, params.id);
        await audit.record(
          { type: 'audit.webhook-changed.v1', data: { id: params.id, enabled: body.enabled } },
          caller?.name,
        );
        if (!(await outbox.setEnabled(params.id, body.enabled))) throw noWebhook(params.id);
        deliverer.pump();
        return shownWebhook(await known(outbox, params.id));
      },
    });

    app.delete('/webhooks/:id', {
      ...scoped,
      schema: {
        tags,
        operationId: 'deleteWebhook',
        summary: 'Delete with its log; nothing more is sent',
        params: idParams,
        response: { ...problemAnswers(404), 204: z.null() },
      },
      handler: async ({ params, caller }, reply) => {
        await known(outbox, params.id);
        await audit.record({ type: 'audit.webhook-deleted.v1', data: { id: params.id } }, caller?.name);
        if (!(await outbox.deleteWebhook(params.id))) throw noWebhook(params.id);
        return reply.code(204).send(null);
      },
    });

    app.post('/webhooks/:id/rotate-secret', {
      ...scoped,
      schema: {
        tags,
        operationId: 'rotateWebhookSecret',
        summary: 'A new secret; the old one signs beside it for a day',
        params: idParams,
        response: { ...problemAnswers(404), 200: oneSecret },
      },
      handler: async ({ params: { id }, caller }) => {
        await known(outbox, id);
        await audit.record({ type: 'audit.webhook-secret-rotated.v1', data: { id } }, caller?.name);
        const secret = newSecret();
        const now = clock();
        if (!(await outbox.rotateSecret(id, secret, now, now + ROTATION_OVERLAP_MS))) throw noWebhook(id);
        return { id, secret };
      },
    });

    app.post('/webhooks/:id/test', {
      ...scoped,
      schema: {
        tags,
        operationId: 'testWebhook',
        summary: 'Send a message of the type webhook.test',
        params: idParams,
        response: { ...problemAnswers(404, 409), 202: queued },
      },
      handler: async ({ params }, reply) => {
        const webhook = await known(outbox, params.id);
        if (!webhook.enabled) throw new ProblemError('conflict', 'The webhook is disabled: enable it first.');
        const message = trialOf(webhook.id, clock(), context.messages);
        const delivery = randomUUID();
        await outbox.queue([{ id: delivery, webhook: webhook.id, message }], clock());
        deliverer.pump();
        return reply.code(202).send({ delivery });
      },
    });

    app.get('/webhooks/:id/deliveries', {
      ...scoped,
      schema: {
        tags,
        operationId: 'listDeliveries',
        summary: 'Its messages with every attempt, newest first',
        params: idParams,
        querystring: z.strictObject({
          limit: wholeNumber(100).optional(),
          cursor: z
            .string()
            .regex(/^\d{1,15}$/)
            .optional()
            .describe('`next` of the page before'),
        }),
        response: {
          ...problemAnswers(404),
          200: z
            .object({ deliveries: z.array(deliverySchema), next: z.string().optional() })
            .meta({ examples: [{ deliveries: [DELIVERY] }] }),
        },
      },
      handler: async ({ params, query: { limit = 50, cursor } }) => {
        await known(outbox, params.id);
        const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(cursor);
        const page = await outbox.deliveries(params.id, before, limit + 1);
        const shown = page.slice(0, limit);
        const last = shown.at(-1);
        const next = page.length > limit && last ? { next: String(last.seq) } : {};
        const attempts = await outbox.attempts(shown.map(({ id }) => id));
        return { deliveries: shown.map((one) => shownDelivery(one, attempts.get(one.id) ?? [])), ...next };
      },
    });

    app.post('/deliveries/:id/replay', {
      ...scoped,
      schema: {
        tags,
        operationId: 'replayDelivery',
        summary: 'Send a finished message again, under the same id',
        params: idParams,
        response: { ...problemAnswers(404, 409), 202: queued },
      },
      handler: async ({ params }, reply) => {
        if (!(await outbox.delivery(params.id)))
          throw new ProblemError('not-found', `There is no delivery ${params.id}.`);
        if (!(await outbox.replay(params.id, clock()))) {
          throw new ProblemError('conflict', 'The message is still on its way.');
        }
        deliverer.pump();
        return reply.code(202).send({ delivery: params.id });
      },
    });
  };

/** Without its query, in which some receivers want a token. */
const shownUrl = (href: string): string => {
  const { origin, pathname } = new URL(href);
  return origin + pathname;
};

const noWebhook = (id: string) => new ProblemError('not-found', `There is no webhook ${id}.`);

async function known(outbox: Outbox, id: string): Promise<Webhook> {
  const webhook = await outbox.webhook(id);
  if (!webhook) throw noWebhook(id);
  return webhook;
}

/** The checks of an address before a call; the addresses that its name resolves to are judged at every connection. */
function checkedUrl(text: string, allowPrivate: boolean): string {
  const refuse = (detail: string) =>
    new ProblemError('request-invalid', 'The address cannot be used.', {
      errors: [{ pointer: '/url', detail }],
    });
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) throw refuse('an http or https address');
  if (url.username !== '' || url.password !== '') throw refuse('no user name or password in the address');
  try {
    if (!allowPrivate) refuseLiteral(url.hostname);
  } catch {
    throw refuse('a public address, or set WEBHOOK_ALLOW_PRIVATE=true');
  }
  return url.href;
}

const shownWebhook = ({ createdAt, ...webhook }: Webhook) => ({
  ...webhook,
  createdAt: momentText(createdAt),
});

const shownDelivery = (delivery: Delivery, attempts: readonly Attempt[]) => ({
  id: delivery.id,
  type: delivery.type,
  status: delivery.status,
  createdAt: momentText(delivery.createdAt),
  nextAttemptAt: delivery.status === 'pending' ? momentText(delivery.nextAt) : null,
  finishedAt: momentTextOrNull(delivery.finishedAt),
  body: delivery.body,
  attempts: attempts.map(({ at, ...attempt }) => ({ at: momentText(at), ...attempt })),
});
