import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { LabelName } from '../../../shared/alerting/labels.ts';
import { figuresOf } from '../../../shared/alerting/message.ts';
import { newerType } from '../../../shared/alerting/newer-type.ts';
import { outrankedBy, RULE_KINDS } from '../../../shared/alerting/rule.ts';
import type { Silence } from '../../../shared/alerting/silence.ts';
import { silenceWarnings } from '../../../shared/alerting/unmatched.ts';
import { type Moment, momentText, momentTextOrNull } from '../../../shared/kernel/clock.ts';
import { actingName } from '../../../shared/platform/acting-name.ts';
import { ProblemError, problemAnswers } from '../../../shared/platform/problem.ts';
import '../../../shared/platform/route-right.ts';
import {
  byInput,
  commentInput,
  labelInput,
  momentInput,
  momentOutput,
  type RouteContext,
  warningsSchema,
} from '../route-parts.ts';
import type { Alert } from './alert-book.ts';
import { ALERT, SILENCE } from './examples.ts';

const PHASES = ['ok', 'pending', 'firing', 'resolved'] as const;

const alertSchema = z.object({
  id: z.string(),
  rule: z.string(),
  phase: z.enum(PHASES),
  since: momentOutput.nullable(),
  reason: z.string().describe('Why it was last changed or left as it is'),
  notifiedAt: momentOutput.nullable(),
  acknowledged: z.object({ at: momentOutput, by: z.string(), comment: z.string() }).nullable(),
  silence: z.string().nullable().describe('Id of the silence that covers it'),
  subject: z.record(z.string(), z.unknown()).describe('The figures, as in the webhook message'),
});

/** No longer than any name that could match it. */
const matcherSchema = (name: LabelName) => labelInput(name, 500).optional();

const matchersSchema = z
  .strictObject({
    objective: matcherSchema('objective'),
    scope: matcherSchema('scope'),
    rule: z.enum(RULE_KINDS).optional(),
    feed: matcherSchema('feed'),
  })
  .refine((matchers) => Object.keys(matchers).length > 0, 'at least one');

const silenceSchema = z.object({
  id: z.string(),
  matchers: z.record(z.string(), z.string()),
  startsAt: momentOutput,
  endsAt: momentOutput,
  createdBy: z.string(),
  comment: z.string(),
  createdAt: momentOutput,
  state: z.enum(['to-come', 'active', 'over']),
});
const oneSilence = silenceSchema.meta({ examples: [SILENCE] });

const reading = { config: { right: ['read', 'duty'] as const } };
const duty = { config: { right: 'duty' as const } };
const idParams = z.object({ id: z.string().max(500) });

export const alertRoutes =
  ({ alerts, silences, loop, clock, audit }: RouteContext): FastifyPluginAsyncZod =>
  async (app) => {
    app.get('/alerts', {
      ...reading,
      schema: {
        tags: ['alerts'],
        operationId: 'listAlerts',
        summary: 'Every alert and the reason for its state',
        querystring: z.strictObject({ phase: z.enum(PHASES).optional() }),
        response: {
          200: z.object({ alerts: z.array(alertSchema) }).meta({ examples: [{ alerts: [ALERT] }] }),
        },
      },
      handler: async ({ query: { phase } }) => ({
        alerts: lines(alerts.all())
          .filter(({ state }) => phase === undefined || state.phase === phase)
          .flatMap(shownAlert),
      }),
    });

    app.post('/alerts/:id/acknowledge', {
      ...duty,
      schema: {
        tags: ['alerts'],
        operationId: 'acknowledgeAlert',
        summary: 'Acknowledge a firing alert: no more reminders until it resolves',
        params: idParams,
        body: z
          .strictObject({ by: byInput, comment: commentInput.default('') })
          .meta({ examples: [{ by: 'Nguyễn Văn An', comment: 'The land office is called.' }] }),
        response: {
          ...problemAnswers(404, 409),
          200: z.object({ acknowledged: z.literal(true) }).meta({ examples: [{ acknowledged: true }] }),
        },
      },
      handler: async ({ params: { id }, body, caller }) => {
        const { comment } = body;
        const by = actingName(caller, body.by, '/by');
        const outcome = await loop.exclusive(async () => {
          const alert = alerts.all().find(({ key }) => key === id);
          return alert ? alerts.acknowledge(alert.key, by, comment) : ({ kind: 'unknown' } as const);
        });
        switch (outcome.kind) {
          case 'acknowledged':
            await audit.record({ type: 'audit.alert-acknowledged.v1', data: { alert: id, comment } }, by);
            return { acknowledged: true as const };
          case 'unknown':
            throw new ProblemError('not-found', `There is no alert ${id}.`);
          case 'not-firing':
            throw new ProblemError('conflict', 'The alert is not firing.');
          case 'acknowledged-before': {
            const { at, by: first, comment: stated } = outcome.acknowledged;
            // The same request sent again, because its answer was lost.
            if (first === by && stated === comment) return { acknowledged: true as const };
            throw new ProblemError('conflict', `${first} has acknowledged it at ${momentText(at)}.`);
          }
          case 'unknown-type':
            throw new ProblemError('conflict', `The alert is left as it is: ${newerType(outcome.type)}.`);
          case 'conflict':
            throw new ProblemError('conflict', 'The alert changed meanwhile: look again.');
        }
      },
    });

    app.get('/silences', {
      ...reading,
      schema: {
        tags: ['alerts'],
        operationId: 'listSilences',
        summary: 'All silences, past ones included',
        response: {
          200: z.object({ silences: z.array(silenceSchema) }).meta({ examples: [{ silences: [SILENCE] }] }),
        },
      },
      handler: async () => ({ silences: silences.all().map((one) => shownSilence(one, clock())) }),
    });

    app.get('/silences/:id', {
      ...reading,
      schema: {
        tags: ['alerts'],
        operationId: 'getSilence',
        summary: 'One silence',
        params: idParams,
        response: { ...problemAnswers(404), 200: oneSilence },
      },
      handler: async ({ params: { id } }) => {
        const silence = silences.find(id);
        if (!silence) throw noSilence(id);
        return shownSilence(silence, clock());
      },
    });

    app.post('/silences', {
      ...duty,
      schema: {
        tags: ['alerts'],
        operationId: 'createSilence',
        summary: 'Send no messages for the alerts that match, for a time',
        body: z
          .strictObject({
            matchers: matchersSchema,
            startsAt: momentInput.optional(),
            endsAt: momentInput,
            createdBy: byInput,
            comment: commentInput.min(1),
          })
          .meta({
            examples: [
              {
                matchers: { objective: 'dossier-on-time', rule: 'at-risk' },
                endsAt: '2026-11-23T07:00:00+07:00',
                createdBy: 'Nguyễn Văn An',
                comment: 'The one-stop software moves house this weekend.',
              },
            ],
          }),
        response: {
          201: silenceSchema
            .extend({ warnings: warningsSchema })
            .meta({ examples: [{ ...SILENCE, warnings: [] }] }),
        },
      },
      handler: async ({ body: { startsAt, endsAt, ...body }, caller }, reply) => {
        const rest = { ...body, createdBy: actingName(caller, body.createdBy, '/createdBy') };
        const from = startsAt === undefined ? clock() : Date.parse(startsAt);
        const to = Date.parse(endsAt);
        if (to <= Math.max(from, clock())) {
          throw new ProblemError('request-invalid', 'The silence would never hold.', {
            errors: [{ pointer: '/endsAt', detail: 'after startsAt and after now' }],
          });
        }
        const silence = await loop.exclusive(() => silences.create({ ...rest, startsAt: from, endsAt: to }));
        const { id, matchers, comment, createdBy } = silence;
        await audit.record(
          { type: 'audit.silence-created.v1', data: { id, matchers, startsAt: from, endsAt: to, comment } },
          createdBy,
        );
        const warnings = [...silenceWarnings(rest.matchers, alerts.known())];
        return reply.code(201).send({ ...shownSilence(silence, clock()), warnings });
      },
    });

    app.delete('/silences/:id', {
      ...duty,
      schema: {
        tags: ['alerts'],
        operationId: 'endSilence',
        summary: 'End a silence now; it stays listed',
        params: idParams,
        querystring: z.strictObject({ by: byInput }),
        response: { ...problemAnswers(404), 200: oneSilence },
      },
      handler: async ({ params: { id }, query, caller }) => {
        const by = actingName(caller, query.by ?? 'local', '/by');
        const silence = await loop.exclusive(() => silences.end(id, by));
        if (!silence) throw noSilence(id);
        await audit.record({ type: 'audit.silence-ended.v1', data: { id } }, by);
        loop.trigger();
        return shownSilence(silence, clock());
      },
    });
  };

/** A breach that waits speaks for the risk of the same objective that waits too: they are one line. */
function lines(all: readonly Alert[]): readonly Alert[] {
  const pending = new Set(all.filter(({ state }) => state.phase === 'pending').map(({ key }) => key));
  return all.filter(({ key, watch }) => {
    const over = watch && pending.has(key) ? outrankedBy(watch) : undefined;
    return over === undefined || !pending.has(over);
  });
}

const noSilence = (id: string) => new ProblemError('not-found', `There is no silence ${id}.`);

function shownAlert({ key, state, reason, silence, watch, fact }: Alert) {
  const subject = watch?.subject ?? fact?.subject;
  const rule = watch?.rule.kind ?? fact?.rule;
  if (!subject || !rule) return [];
  const firing = state.phase === 'firing' ? state : undefined;
  const acknowledged = firing?.acknowledged;
  return [
    {
      id: key,
      rule,
      phase: state.phase,
      since: state.phase === 'ok' ? null : momentText(state.since),
      reason,
      notifiedAt: momentTextOrNull(firing?.notifiedAt ?? null),
      acknowledged: acknowledged ? { ...acknowledged, at: momentText(acknowledged.at) } : null,
      silence: silence ?? null,
      subject: figuresOf(subject),
    },
  ];
}

const shownSilence = ({ startsAt, endsAt, createdAt, matchers, ...silence }: Silence, now: Moment) => ({
  ...silence,
  matchers: Object.fromEntries(
    Object.entries(matchers).filter((entry): entry is [string, string] => entry[1] !== undefined),
  ),
  startsAt: momentText(startsAt),
  endsAt: momentText(endsAt),
  createdAt: momentText(createdAt),
  state: now < startsAt ? ('to-come' as const) : now < endsAt ? ('active' as const) : ('over' as const),
});
