import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { allIn } from '../../../../shared/bookkeeping/selection.ts';
import { OPEN_OPPORTUNITIES, OPPORTUNITY_STATES } from '../../../../shared/books/opportunity/accounts.ts';
import {
  conclusionFields,
  OPPORTUNITY_ACTS,
  OPPORTUNITY_EVENTS,
  opportunityConcluded,
  opportunityIdentified,
  opportunityIdField,
  opportunityPlanned,
  opportunityStream,
  proposalFields,
  pursuitFields,
} from '../../../../shared/books/opportunity/acts.ts';
import {
  type OpportunityItem,
  opportunityBook,
  opportunityItem,
} from '../../../../shared/books/opportunity/book.ts';
import {
  OPPORTUNITY_STATED,
  type OpportunityLife,
  opportunityActsNow,
  opportunityLife,
} from '../../../../shared/books/opportunity/timeline.ts';
import { formatDay } from '../../../../shared/calendar/zone.ts';
import { problemAnswers } from '../../../../shared/platform/problem.ts';
import { refuseBeforeHistory } from '../../before-history.ts';
import type { ApiContext } from '../../context.ts';
import { day, findingSchema, historyQuery, pageFields, possibleActs } from '../../schema-parts.ts';
import { findingView } from '../../views.ts';
import { actSchema } from '../act-history.ts';
import { addActRoute, answerBegun, requireObjective, subjectParams, writtenSchema } from '../act-routes.ts';
import type { Register, RegisterDesk } from '../register-desk.ts';
import { type From, RegisterLists, registerQuery } from '../register-lists.ts';

export const opportunityRegister: Register<typeof OPPORTUNITY_ACTS, OpportunityLife> = {
  name: 'opportunity',
  collection: 'opportunities',
  acts: OPPORTUNITY_ACTS,
  streamOf: opportunityStream,
  mostEvents: OPPORTUNITY_EVENTS,
  lifeOf: opportunityLife,
  unitOf: ({ proposal }) => proposal?.unitId ?? null,
  stateOf: ({ state }) => state,
  actsNow: opportunityActsNow,
};

const tags = ['opportunities'];
const reading = { right: 'read' } as const;
const writing = 'define';

const schema = z.object({
  id: z.string(),
  unit: z.string(),
  description: z.string(),
  source: z.string(),
  objective: z.string().nullable(),
  proposal: z.string(),
  state: z.enum(OPPORTUNITY_STATES),
  plan: z.object({ owner: z.string(), due: day }).nullable(),
  overdue: z.boolean(),
  conclusion: z.object({ on: day, outcome: z.enum(['used', 'dropped']), result: z.string() }).nullable(),
  findings: z.array(findingSchema),
});

const EXAMPLE = {
  unitId: 'H19.12',
  description: 'Cổng dịch vụ công cho phép nộp hồ sơ đất đai toàn trình',
  source: 'staff' as const,
  objectiveId: 'dossier-on-time',
  proposal: 'Mở hướng dẫn nộp trực tuyến tại bộ phận một cửa',
};

/** The register of opportunities: lists, one with its history, and what people state. */
export function opportunityRoutes(
  context: ApiContext,
  desk: RegisterDesk<typeof OPPORTUNITY_ACTS, OpportunityLife>,
): FastifyPluginAsyncZod {
  const { zone } = context;
  const lists = new RegisterLists(context, opportunityBook);
  const view = (
    { id, state = 'identified', proposal, plan, conclusion, findings }: OpportunityItem,
    { pin }: From,
  ) => ({
    id,
    unit: proposal?.unitId ?? '',
    description: proposal?.description ?? '',
    source: proposal?.source ?? 'other',
    objective: proposal?.objectiveId ?? null,
    proposal: proposal?.proposal ?? '',
    state,
    plan,
    overdue: state === 'planned' && plan !== null && plan.due < formatDay(zone.dayOf(pin.now)),
    conclusion: conclusion && { ...conclusion, on: formatDay(conclusion.on) },
    findings: findings.map(findingView),
  });

  return async (app) => {
    refuseBeforeHistory(app, context);
    app.get(
      '/opportunities',
      {
        config: reading,
        schema: {
          tags,
          operationId: 'listOpportunities',
          summary: 'The register of opportunities',
          querystring: z.strictObject({
            ...registerQuery,
            state: z
              .enum(['open', 'overdue', ...OPPORTUNITY_STATES])
              .default('open')
              .meta({
                description: '`open`: identified and planned. `overdue`: the last day of the plan is over.',
              }),
          }),
          response: {
            200: z.object({
              items: z.array(schema.meta({ id: 'Opportunity' })),
              ...pageFields,
            }),
          },
        },
      },
      (request, reply) => {
        const { state } = request.query;
        return lists.send(
          request,
          reply,
          ({ pin: { now } }) => {
            if (state === 'open') return allIn(...OPEN_OPPORTUNITIES);
            if (state === 'overdue') return [{ account: 'planned', due: { on: 'adjusted', until: now } }];
            return [{ account: state }];
          },
          view,
        );
      },
    );
    app.get(
      '/opportunities/:id',
      {
        config: reading,
        schema: {
          tags,
          operationId: 'getOpportunity',
          summary: 'One opportunity, and every act upon it',
          params: subjectParams,
          querystring: z.strictObject(historyQuery),
          response: {
            200: schema.extend({ possibleActs: possibleActs(OPPORTUNITY_STATED), ...actSchema }),
            ...problemAnswers(404),
          },
        },
      },
      (request, reply) =>
        lists.sendOne(request, reply, opportunityRegister, (subject, from) => {
          const item = opportunityItem(subject, zone);
          return { ...view(item, from), possibleActs: opportunityActsNow(item) };
        }),
    );
    app.post(
      '/opportunities',
      {
        config: { right: writing },
        schema: {
          tags,
          operationId: 'identifyOpportunity',
          summary: 'Enter an opportunity into the register of a unit',
          body: z
            .strictObject({ id: opportunityIdField.optional(), ...proposalFields })
            .meta({ 'x-example': EXAMPLE }),
          response: { 201: writtenSchema, ...problemAnswers(409) },
        },
      },
      async ({ body: { id = `C-${randomUUID().slice(0, 8)}`, ...data }, caller }, reply) => {
        await requireObjective(context, data.objectiveId);
        await desk.requireStanding(caller, '/unitId', data.unitId);
        const statement = { kind: opportunityIdentified, data: { opportunityId: id, ...data } };
        return answerBegun(reply, desk, await desk.begin(id, statement, caller));
      },
    );
    addActRoute(app, desk, {
      ...{ path: '', method: 'PUT', act: 'identified', right: writing, operationId: 'describeOpportunity' },
      summary: 'State anew what an opportunity is',
      body: z.strictObject(proposalFields).meta({ 'x-example': EXAMPLE }),
      async statement(body, { id: opportunityId }, caller) {
        await requireObjective(context, body.objectiveId);
        await desk.requireNamed(caller, '/unitId', body.unitId);
        return { kind: opportunityIdentified, data: { opportunityId, ...body } };
      },
    });
    addActRoute(app, desk, {
      ...{ path: 'plan', act: 'planned', right: writing, operationId: 'planOpportunity' },
      summary: 'State who pursues an opportunity, until when; of one that has ended, open it again',
      body: z
        .strictObject(pursuitFields)
        .meta({ 'x-example': { owner: 'Trưởng phòng Đất đai', due: '2026-12-15' } }),
      statement: (body, { id: opportunityId }) => ({
        kind: opportunityPlanned,
        data: { opportunityId, ...body },
      }),
    });
    addActRoute(app, desk, {
      ...{ path: 'conclude', act: 'concluded', right: writing, operationId: 'concludeOpportunity' },
      summary: 'State the result of an opportunity',
      body: z.strictObject(conclusionFields).meta({
        'x-example': { outcome: 'used', result: '62% hồ sơ nộp trực tuyến, báo cáo số 20/BC-VP' },
      }),
      statement: (body, { id: opportunityId }) => ({
        kind: opportunityConcluded,
        data: { opportunityId, ...body },
      }),
    });
  };
}
