import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { AuditLog } from '../../shared/audit/audit-log.ts';
import { errorText } from '../../shared/kernel/error-text.ts';
import '../../shared/platform/route-right.ts';
import { ProblemError, problemAnswers } from '../../shared/platform/problem.ts';
import type { Projector } from '../projector/app.ts';

const stateSchema = z.object({
  state: z.enum(['idle', 'running', 'done', 'failed']),
  position: z.string().nullable(),
  head: z.string().nullable(),
  detail: z.string().nullable(),
});
type State = z.output<typeof stateSchema>;

const IDLE: State = { state: 'idle', position: null, head: null, detail: null };

/** `/rebuild`: builds a new ledger from the events, beside the live one, and puts it in force. */
export function maintenanceRoutes({
  projector,
  audit,
}: {
  readonly projector: Projector;
  readonly audit: Pick<AuditLog, 'record'>;
}): FastifyPluginAsyncZod {
  let state = IDLE;
  const rebuild = async () => {
    state = { ...IDLE, state: 'running' };
    try {
      const outcome = await projector.rebuild({
        onProgress: (position, head) => {
          state = { ...state, position: String(position), head: String(head) };
        },
      });
      state =
        outcome.kind === 'rebuilt'
          ? { ...IDLE, state: 'done', position: String(outcome.checkpoint.position) }
          : { ...IDLE, state: 'failed', detail: outcome.kind };
    } catch (error) {
      state = { ...IDLE, state: 'failed', detail: errorText(error) };
    }
  };
  return async (app) => {
    app.post(
      '/rebuild',
      {
        config: { right: 'admin' },
        schema: {
          tags: ['maintenance'],
          operationId: 'startRebuild',
          summary: 'Rebuild the ledger from the events',
          description: 'Answers at once; the ledger in force stays until the new one is complete.',
          response: {
            202: stateSchema.meta({ examples: [{ ...IDLE, state: 'running' }] }),
            ...problemAnswers(409),
          },
        },
      },
      async ({ caller }, reply) => {
        if (state.state === 'running') throw new ProblemError('conflict', 'A rebuild is already running.');
        await audit.record(
          { type: 'audit.rebuild-started.v1', data: { topology: 'embedded' } },
          caller?.name,
        );
        void rebuild();
        return reply.code(202).send(state);
      },
    );
    app.get(
      '/rebuild',
      {
        config: { right: 'admin' },
        schema: {
          tags: ['maintenance'],
          operationId: 'getRebuild',
          summary: 'How far the rebuild is',
          response: { 200: stateSchema },
        },
      },
      async () => state,
    );
  };
}
