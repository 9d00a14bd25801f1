import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { dismissalFields, riskDismissed } from '../../../../shared/books/risk/acts.ts';
import type { RISK_ACTS } from '../../../../shared/books/risk/fact.ts';
import type { RiskLife } from '../../../../shared/books/risk/timeline.ts';
import { ProblemError, problemAnswers } from '../../../../shared/platform/problem.ts';
import type { ApiContext } from '../../context.ts';
import { bilingual, momentQuery } from '../../schema-parts.ts';
import { subjectParams, writtenSchema } from '../act-routes.ts';
import type { RegisterDesk } from '../register-desk.ts';
import { suggestions } from './suggestions.ts';

const tags = ['risks'];
const suggestionSchema = z.object({
  id: z.string().meta({ description: 'Enter the risk under this id to accept it.' }),
  kind: z.enum(['turning-late', 'feed-silent']),
  description: bilingual,
  objective: z.string().nullable(),
  field: z.string().nullable(),
  feed: z.string().nullable(),
  numerator: z.int().nullable(),
  denominator: z.int().nullable(),
});
const EXAMPLE = {
  id: 'S-2026-1f0a9c3b5d',
  kind: 'turning-late' as const,
  description: {
    vi: 'Lĩnh vực Đất đai không đạt: Hồ sơ giải quyết đúng hạn và trước hạn (380/412)',
    en: 'The field Đất đai misses: Dossiers settled on time or early (380 of 412)',
  },
  ...{ objective: 'dossier-on-time', field: 'Đất đai', feed: null, numerator: 380, denominator: 412 },
};

/** Risks that the figures suggest: accepted by `POST /risks` under their id, or dismissed. */
export function riskSuggestionRoutes(
  { observatory, answers, zone, clock }: ApiContext,
  desk: RegisterDesk<typeof RISK_ACTS, RiskLife>,
): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/risks/suggestions',
      {
        config: { right: 'read' },
        schema: {
          tags,
          operationId: 'listRiskSuggestions',
          summary: 'Risks that the present figures suggest, neither accepted nor dismissed in this year',
          querystring: z.strictObject({ minPosition: momentQuery.minPosition }),
          response: {
            200: z.object({ items: z.array(suggestionSchema) }).meta({ examples: [{ items: [EXAMPLE] }] }),
          },
        },
      },
      (request, reply) =>
        answers.send(request, reply, request.query.minPosition, async (reading) => ({
          items: await suggestions({ observatory, zone, clock }, reading),
        })),
    );
    app.post(
      '/risks/suggestions/:id/dismiss',
      {
        config: { right: 'define' },
        schema: {
          tags,
          operationId: 'dismissRiskSuggestion',
          summary: 'State that a suggestion is no risk, with the reason',
          params: subjectParams,
          body: z
            .strictObject(dismissalFields)
            .meta({ 'x-example': { reason: 'Chỉ do nhập liệu chậm một ngày' } }),
          response: { 200: writtenSchema, ...problemAnswers(404, 409) },
        },
      },
      async ({ params: { id }, body: { reason }, caller }) => {
        await desk.requireUnits(caller, [null]);
        const known = await desk.load(id);
        const one = (await suggestions({ observatory, zone, clock })).find((each) => each.id === id);
        if (!one && known.statements === 0)
          throw new ProblemError('not-found', `Nothing suggests ${id} now.`);
        const suggested = one?.description ?? { vi: '', en: '' };
        return desk.begin(id, { kind: riskDismissed, data: { riskId: id, reason, suggested } }, caller);
      },
    );
  };
}
