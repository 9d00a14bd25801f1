import { isUtf8 } from 'node:buffer';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { AuditLog } from '../../../shared/audit/audit-log.ts';
import { momentText, momentTextOrNull } from '../../../shared/kernel/clock.ts';
import { actingName } from '../../../shared/platform/acting-name.ts';
import { plainText } from '../../../shared/platform/plain-text.ts';
import { ProblemError, problemAnswers } from '../../../shared/platform/problem.ts';
import { wholeNumber } from '../../../shared/platform/query-parts.ts';
import '../../../shared/platform/route-right.ts';
import type { HttpLimits } from '../http/event-routes.ts';
import { DEAD_LETTER_STATES, type DeadLetter, type DeadLetterSummary } from './port.ts';
import { type RetryOutcome, type RetryParts, retryDeadLetter } from './retry.ts';

const PAGE_LIMIT = 200;

const faultSchema = z.object({
  code: z.string(),
  pointer: z.string().describe('JSON Pointer (RFC 6901) into the message.'),
  was: z.string(),
  expected: z.string(),
});

const summarySchema = z.object({
  id: z.string(),
  receivedAt: z.iso.datetime(),
  origin: z.string().describe('Kafka coordinates, file and line, or `http`.'),
  feed: z.string().nullable(),
  source: z.string().nullable(),
  type: z.string().nullable(),
  size: z.int().describe('Bytes of the message.'),
  truncated: z.boolean().describe('Only its beginning was kept.'),
  state: z.enum(DEAD_LETTER_STATES),
  attempts: z.int().describe('How often it was tried again.'),
  erased: z.boolean().describe('Its content was erased after its time; send the whole message to retry it.'),
  closedAt: z.iso.datetime().nullable().describe('When it was resolved or dismissed.'),
  dismissal: z
    .object({ by: z.string(), reason: z.string() })
    .nullable()
    .describe('The decision that nothing of it is missing: its author and reason.'),
  faults: z.array(faultSchema),
});

const letterSchema = summarySchema.extend({
  content: z.string(),
  encoding: z
    .enum(['utf8', 'base64'])
    .describe('How `content` is written; base64 when the message is not UTF-8.'),
});

const retrySchema = z.object({
  state: z.enum(DEAD_LETTER_STATES),
  outcome: z.enum(['accepted', 'duplicate', 'rejected']),
  faults: z.array(faultSchema).describe('What is still wrong with it.'),
  position: z.string().nullable().describe('Reading at this position shows the event.'),
});

const listQuerySchema = z.strictObject({
  state: z.enum(DEAD_LETTER_STATES).optional(),
  type: z.string().optional(),
  source: z.string().optional(),
  limit: wholeNumber(PAGE_LIMIT).optional(),
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, 'a cursor that this list gave as `next`')
    .optional()
    .describe('`next` of the page before.'),
});

const params = z.object({ id: z.string() });
const dismissedSchema = summarySchema.meta({
  examples: [
    {
      id: '8306081408eb643e04ae72e7d3f0d63c',
      receivedAt: '2026-11-20T03:00:00.000Z',
      origin: 'http',
      feed: '/one-stop/office',
      source: '/one-stop/office',
      type: 'dossier.status.v1',
      size: 201,
      truncated: false,
      state: 'dismissed',
      attempts: 0,
      erased: false,
      closedAt: '2026-11-20T04:00:00.000Z',
      dismissal: { by: 'Nguyễn Văn An', reason: 'A test message of the new connector.' },
      faults: [
        {
          code: 'data-invalid',
          pointer: '/data/status',
          was: '"x"',
          expected: 'one of registered, received',
        },
      ],
    },
  ],
});
const dismissSchema = z
  .strictObject({
    reason: plainText(500).min(1).describe('Why nothing of it is missing.'),
    by: plainText(100)
      .min(1)
      .optional()
      .describe('The person who decides it, on a server without keys; else the name of the key stands.'),
  })
  .meta({ examples: [{ reason: 'A test message of the new connector.', by: 'Nguyễn Văn An' }] });
const MENDED =
  '{"specversion":"1.0","source":"/one-stop/office","id":"7","type":"dossier.status.v1","time":"2026-11-16T08:00:00+07:00",' +
  '"data":{"dossierId":"H19.12-261116-0007","status":"received"}}';

/** What the routes use. */
export interface DeadLetterParts extends RetryParts {
  readonly audit: Pick<AuditLog, 'record'>;
}

/** `/dead-letters`: read, repair, retry and delete refused messages. */
export function deadLetterRoutes(parts: DeadLetterParts, { bodyBytes }: HttpLimits): FastifyPluginAsyncZod {
  const { deadLetters } = parts;
  const config = { right: 'admin' } as const;
  return async (app) => {
    app.get(
      '/dead-letters',
      {
        config,
        schema: {
          tags: ['dead letters'],
          operationId: 'listDeadLetters',
          summary: 'List dead letters, newest first',
          querystring: listQuerySchema,
          response: {
            200: z.object({
              items: z.array(summarySchema),
              total: z.int().describe('How many there are on all pages together.'),
              next: z.string().optional(),
            }),
          },
        },
      },
      async ({ query: { state, type, source, limit = 50, cursor } }) => {
        const page = await deadLetters.list({
          limit,
          ...(state === undefined ? {} : { state }),
          ...(type === undefined ? {} : { type }),
          ...(source === undefined ? {} : { source }),
          ...(cursor === undefined ? {} : { cursor }),
        });
        return { ...page, items: page.items.map(shownSummary) };
      },
    );

    app.get(
      '/dead-letters/:id',
      {
        config,
        schema: {
          tags: ['dead letters'],
          operationId: 'getDeadLetter',
          summary: 'One dead letter with the message as it came',
          params,
          response: { 200: letterSchema, ...problemAnswers(404) },
        },
      },
      async ({ params: { id } }) => shownLetter((await deadLetters.get(id)) ?? missing(id)),
    );

    app.post(
      '/dead-letters/:id/retry',
      {
        config: { ...config, refusesEmptyTexts: true },
        bodyLimit: bodyBytes,
        schema: {
          tags: ['dead letters'],
          operationId: 'retryDeadLetter',
          summary: 'Take it in again, as it came or mended',
          params,
          body: z
            .strictObject({
              content: z
                .string()
                .regex(/\S/, 'the mended message; leave it out to try the letter again as it came')
                .describe('The mended message: a CloudEvent as JSON, or a message of the portal or the axis.')
                .optional(),
            })
            .nullish()
            .meta({ examples: [{ content: MENDED }] }),
          response: { 200: retrySchema, ...problemAnswers(404, 409) },
        },
      },
      async ({ params: { id }, body, caller }) =>
        retryAnswer(id, await retryDeadLetter(parts, id, body?.content, caller?.name)),
    );

    app.delete(
      '/dead-letters/:id',
      {
        config,
        schema: {
          tags: ['dead letters'],
          operationId: 'deleteDeadLetter',
          summary: 'Delete a closed one for good',
          params,
          response: { 204: z.null(), ...problemAnswers(404, 409) },
        },
      },
      async ({ params: { id } }, reply) => {
        const outcome = await deadLetters.delete(id);
        if (outcome === 'not-found') missing(id);
        if (outcome === 'open') throw new ProblemError('conflict', 'It is open: retry or dismiss it first.');
        return reply.code(204).send(null);
      },
    );

    app.post(
      '/dead-letters/:id/dismiss',
      {
        config,
        schema: {
          tags: ['dead letters'],
          operationId: 'dismissDeadLetter',
          summary: 'Decide that nothing of it is missing',
          description:
            'Figures no longer count it as missing. The author and the reason are kept with it, logged and audited. The author is the name of the key, ' +
            'or `by` on a server without keys.',
          params,
          body: dismissSchema,
          response: { 200: dismissedSchema, ...problemAnswers(404, 409) },
        },
      },
      async ({ params: { id }, body, caller, log }) => {
        const by = actingName(caller, body.by, '/by');
        if (!(await deadLetters.dismiss(id, { by, reason: body.reason, at: parts.clock() }))) {
          const found = (await deadLetters.get(id)) ?? missing(id);
          closedBefore(found.state);
        }
        await parts.audit.record(
          { type: 'audit.dead-letter-dismissed.v1', data: { id, reason: body.reason } },
          by,
        );
        log.info({ deadLetter: id, by, reason: body.reason }, 'dead letters: one dismissed');
        const { raw: _, ...summary } = (await deadLetters.get(id)) ?? missing(id);
        return shownSummary(summary);
      },
    );
  };
}

function closedBefore(state: DeadLetter['state']): never {
  throw new ProblemError('conflict', `It has been ${state} already.`);
}

function retryAnswer(id: string, outcome: RetryOutcome): z.output<typeof retrySchema> {
  switch (outcome.kind) {
    case 'not-found':
      return missing(id);
    case 'closed-before':
      return closedBefore(outcome.state);
    case 'erased':
      throw new ProblemError('conflict', 'Its content was erased: send the whole message as `content`.');
    case 'no-message':
      throw new ProblemError(
        'conflict',
        'It stands for messages that the broker removed: send them again from where they came, then dismiss it.',
      );
    case 'truncated':
      throw new ProblemError('conflict', 'Only its beginning was kept: send the whole message as `content`.');
    case 'open':
      return { state: 'open', outcome: 'rejected', faults: [...outcome.faults], position: null };
    case 'resolved':
      return { state: 'resolved', outcome: outcome.outcome, faults: [], position: String(outcome.position) };
  }
}

function missing(id: string): never {
  throw new ProblemError('not-found', `There is no dead letter ${id}.`);
}

const shownSummary = ({ receivedAt, closedAt, faults, ...same }: DeadLetterSummary) => ({
  ...same,
  receivedAt: momentText(receivedAt),
  closedAt: momentTextOrNull(closedAt),
  faults: [...faults],
});

function shownLetter({ raw, ...summary }: DeadLetter): z.output<typeof letterSchema> {
  const encoding = isUtf8(raw) ? 'utf8' : 'base64';
  return { ...shownSummary(summary), content: Buffer.from(raw).toString(encoding), encoding };
}
