import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { fromStored, toStored } from '../../../../shared/contracts/event-kind.ts';
import { appendNext } from '../../../../shared/event-store/append-next.ts';
import { eventsOfStream } from '../../../../shared/event-store/events-of-stream.ts';
import { ownEvent } from '../../../../shared/event-store/own-events.ts';
import { momentText } from '../../../../shared/kernel/clock.ts';
import { riskScalesIn } from '../../../../shared/office/risk-scale.ts';
import {
  RISK_SCALE_STREAM,
  type RiskScale,
  riskScaleStated,
  riskScaleStatedV1,
} from '../../../../shared/office/risk-scale-stated.v1.ts';
import { ProblemError, problemAnswers } from '../../../../shared/platform/problem.ts';
import { requireUnits } from '../../../../shared/platform/unit-limit.ts';
import type { ApiContext } from '../../context.ts';
import { etagOfCount, ifMatchOf, isOfCount, requireIfMatch, statedMeanwhile } from '../../if-match.ts';
import { timestamp } from '../../schema-parts.ts';
import { positionText } from '../../views.ts';
import type { DeskParts } from '../register-desk.ts';

const PATH = '/v1/risks/scale';
const tags = ['risks'];
/** Of one setting: every write and every reading reads them all. */
const MOST_STATEMENTS = 1_000;

const body = riskScaleStatedV1();
const { reason: _reason, ...scaleShape } = body.shape;
const scaleSchema = z.object(scaleShape).meta({ id: 'RiskScale' });
const statement = z.object({
  scale: scaleSchema,
  reason: z.string(),
  at: timestamp,
  by: z.string().nullable().meta({ description: 'The name of the key; null where there was none.' }),
});
const DEFAULT: RiskScale = riskScalesIn([]).inForce;

/** The scale by which the office assesses risks, and everything stated about it. */
export function riskScaleRoutes(
  { observatory }: Pick<ApiContext, 'observatory'>,
  { store, clock, audit }: Pick<DeskParts, 'store' | 'clock' | 'audit'>,
): FastifyPluginAsyncZod {
  const statements = async () => {
    const all: z.output<typeof statement>[] = [];
    let last = { time: 0, position: '0' };
    for await (const event of eventsOfStream(store, RISK_SCALE_STREAM)) {
      const { time, data } = fromStored(riskScaleStated, event.data);
      const { reason, ...scale } = data;
      all.push({ scale, reason, at: momentText(event.recordedAt), by: event.metadata.by ?? null });
      last = { time: typeof time === 'number' ? time : event.recordedAt, position: positionText(event) };
    }
    return { all, last };
  };

  return async (app) => {
    app.get(
      '/risks/scale',
      {
        config: { right: 'read' },
        schema: {
          tags,
          operationId: 'getRiskScale',
          summary: 'The scale of likelihood and impact, the scores at which levels begin, and their words',
          response: {
            200: z
              .object({
                scale: scaleSchema,
                statements: z
                  .int()
                  .meta({ description: '0: the office has not stated its own. The ETag names them.' }),
                history: z.array(statement).meta({ description: 'Newest first.' }),
              })
              .meta({ examples: [{ scale: DEFAULT, statements: 0, history: [] }] }),
          },
        },
      },
      async (_, reply) => {
        const { all } = await statements();
        reply.header('etag', etagOfCount(all.length)).header('cache-control', 'no-cache');
        return { scale: all.at(-1)?.scale ?? DEFAULT, statements: all.length, history: all.reverse() };
      },
    );

    app.put(
      '/risks/scale',
      {
        config: { right: 'define' },
        schema: {
          tags,
          operationId: 'stateRiskScale',
          summary: 'State the scale of the office',
          description:
            'It is in force from now on; levels as of an earlier moment stay. Earlier assessments keep their likelihood and impact.',
          headers: ifMatchOf(`the ETag of \`GET ${PATH}\``),
          body: body.meta({ 'x-example': { ...DEFAULT, reason: 'Quyết định 12/QĐ-VP' } }),
          response: {
            ...problemAnswers(409, 412, 428),
            200: z
              .object({ statements: z.int(), position: z.string() })
              .meta({ examples: [{ statements: 1, position: '5001' }] }),
          },
        },
      },
      async ({ body: stated, caller, headers: { 'if-match': ifMatch } }, reply) => {
        await requireUnits(caller, [null], observatory);
        requireIfMatch(ifMatch, `the ETag of GET ${PATH}`);
        const { all, last } = await statements();
        if (!isOfCount(ifMatch, all.length)) throw statedMeanwhile('The scale', PATH);
        if (all.length >= MOST_STATEMENTS)
          throw new ProblemError(
            'conflict',
            `The scale was stated ${MOST_STATEMENTS} times: no more are taken.`,
          );
        const time = Math.max(clock(), last.time + 1);
        const event = {
          ...ownEvent(`registers/${randomUUID()}`, riskScaleStated.type, {}, caller?.name),
          data: toStored(riskScaleStated, { time, data: stated }),
        };
        const appended = await appendNext(store, RISK_SCALE_STREAM, {
          ...{ read: all.length, event, recordedAt: clock() },
        });
        if (!appended) throw statedMeanwhile('The scale', PATH);
        const act = riskScaleStated.type;
        await audit.record(
          { type: 'audit.register-entry.v1', data: { register: 'risk', id: 'scale', act } },
          caller?.name,
        );
        reply.header('etag', etagOfCount(all.length + 1));
        return { statements: all.length + 1, position: positionText(appended) };
      },
    );
  };
}
