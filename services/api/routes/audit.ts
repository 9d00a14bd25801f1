import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { AuditReader } from '../../../shared/audit/audit-reader.ts';
import { momentText } from '../../../shared/kernel/clock.ts';
import { clientSignal } from '../../../shared/platform/client-signal.ts';
import { numberedPageQuery } from '../../../shared/platform/query-parts.ts';
import type { ApiContext } from '../context.ts';
import { positionText } from '../views.ts';

const PAGE_LIMIT = 200;

const actSchema = z.object({
  id: z.string(),
  at: z.iso.datetime().describe('When it was recorded.'),
  position: z.string().describe('Of the event in the store.'),
  type: z.string().describe('What was done, e.g. `audit.key-revoked.v1`.'),
  by: z
    .string()
    .nullable()
    .describe('The name of the key, or `cli:` and the account of the machine; null where no name is known.'),
  data: z.record(z.string(), z.unknown()).describe('What it was done to.'),
});
const EXAMPLE = {
  id: 'f1c8a6de-6f3e-5c55-9a0b-0d1b8a0a7d11',
  at: '2026-11-20T03:00:00.000Z',
  position: '4711',
  type: 'audit.alert-acknowledged.v1',
  by: 'Duty room',
  data: { alert: 'objective/dossier-on-time/breach', comment: 'The land office is called.' },
};

/** `GET /audit`: the acts in the stream `audit` of the store. */
export function auditRoutes({ events }: Pick<ApiContext, 'events'>): FastifyPluginAsyncZod {
  const reader = new AuditReader(events);
  return async (app) => {
    app.get(
      '/audit',
      {
        config: { right: 'admin' },
        schema: {
          tags: ['audit'],
          operationId: 'listAudit',
          summary: 'Every act with the name of its key, newest first',
          querystring: numberedPageQuery(PAGE_LIMIT),
          response: {
            200: z
              .object({ items: z.array(actSchema), next: z.string().optional() })
              .meta({ examples: [{ items: [EXAMPLE], next: '117' }] }),
          },
        },
      },
      async ({ query: { limit = 50, cursor } }, reply) => {
        const acts = await reader.before(cursor, limit, clientSignal(reply));
        const last = acts.at(-1);
        return {
          items: acts.map((act) => ({
            id: act.id,
            at: momentText(act.recordedAt),
            position: positionText(act),
            type: act.type,
            by: act.metadata.by ?? null,
            data: JSON.parse(act.data),
          })),
          ...(last && last.revision > 0 && { next: String(last.revision) }),
        };
      },
    );
  };
}
