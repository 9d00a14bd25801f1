import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { allIn, type Selection } from '../../../../shared/bookkeeping/selection.ts';
import {
  ACTION_STATES,
  actionEnded,
  actionPlanned,
  REVIEW_ACTS,
  reviewHeld,
} from '../../../../shared/books/review/acts.ts';
import { type ReviewItem, reviewBook, reviewItem } from '../../../../shared/books/review/book.ts';
import {
  actionFields,
  endFields,
  heldFields,
  MOST_ACTIONS,
  REVIEW_EVENTS,
  reviewIdField,
  reviewStream,
} from '../../../../shared/books/review/fields.ts';
import {
  REVIEW_STATED,
  type ReviewLife,
  reviewActsNow,
  reviewLife,
} from '../../../../shared/books/review/timeline.ts';
import { formatDay } from '../../../../shared/calendar/zone.ts';
import type { UnitId } from '../../../../shared/contracts/ids.ts';
import type { Caller } from '../../../../shared/platform/caller.ts';
import { ProblemError, problemAnswers } from '../../../../shared/platform/problem.ts';
import { refuseBeforeHistory } from '../../before-history.ts';
import type { ApiContext } from '../../context.ts';
import { day, historyQuery, pageFields, possibleActs } from '../../schema-parts.ts';
import { actSchema } from '../act-history.ts';
import { addActRoute, answerBegun, requireObjective, subjectParams, writtenSchema } from '../act-routes.ts';
import { figureSeen } from '../missed.ts';
import type { Register, RegisterDesk } from '../register-desk.ts';
import { type From, RegisterLists, registerQuery } from '../register-lists.ts';
import { seenSchema } from '../risks/risk-item.ts';

export const reviewRegister: Register<typeof REVIEW_ACTS, ReviewLife> = {
  name: 'review',
  collection: 'reviews',
  acts: REVIEW_ACTS,
  streamOf: reviewStream,
  mostEvents: REVIEW_EVENTS,
  lifeOf: reviewLife,
  unitOf: ({ held }) => held?.unitId ?? null,
  stateOf: ({ held }) => (held ? 'held' : undefined),
  actsNow: reviewActsNow,
};

const tags = ['reviews'];
const reading = { right: 'read' } as const;
const writing = 'define';

const actionSchema = z
  .object({
    id: z.string(),
    what: z.string(),
    owner: z.string(),
    due: day,
    state: z.enum(ACTION_STATES),
    overdue: z.boolean(),
    ended: z.object({ on: day, outcome: z.enum(['done', 'dropped']), result: z.string() }).nullable(),
  })
  .meta({ id: 'ReviewAction' });
const schema = z.object({
  id: z.string(),
  objective: z.string(),
  unit: z.string().nullable().meta({ description: 'Null: the whole office.' }),
  on: day,
  findings: z.array(z.string()),
  conclusion: z.string(),
  seen: seenSchema,
  person: z.string().nullable(),
  actions: z.array(actionSchema),
  possibleActs: possibleActs(REVIEW_STATED, '`planned`: a further action; `ended`: one that is open'),
});
const listed = actionSchema.extend({
  review: z.string(),
  objective: z.string(),
  unit: z.string().nullable(),
});

const HELD = {
  objectiveId: 'dossier-on-time',
  findings: ['Hồ sơ đất đai trễ do thiếu người thẩm định'],
  conclusion: 'Bổ sung người, rút ngắn luân chuyển hồ sơ',
};
const ACTION = { what: 'Điều hai người sang thẩm định', owner: 'Trưởng phòng Đất đai', due: '2026-12-15' };

const MOMENT = { position: '5001', asOf: '2026-11-21T01:00:00.000Z' };
const ACTION_EXAMPLE = {
  ...{ id: '1', ...ACTION, state: 'action-open' as const, overdue: false, ended: null },
};
const EXAMPLE = {
  ...{
    id: 'RS-2026-11',
    objective: 'dossier-on-time',
    unit: null,
    on: '2026-11-20',
    findings: HELD.findings,
  },
  conclusion: HELD.conclusion,
  seen: {
    ...{ objectiveId: 'dossier-on-time', status: 'breached', numerator: 1_893, denominator: 1_975 },
    ...{ from: '2026-01-01', to: '2026-12-31' },
  },
  person: 'lan',
  actions: [ACTION_EXAMPLE],
  possibleActs: [...REVIEW_STATED],
};
const ACT_EXAMPLE = {
  ...{ event: 'f1c8a6de-6f3e-5c55-9a0b-0d1b8a0a7d11', type: 'review.held.v1', by: 'Lan' },
  ...{ time: '2026-11-20T03:00:00.000Z', recordedAt: '2026-11-20T03:00:00.000Z', position: '4990' },
  content: { reviewId: 'RS-2026-11', person: 'lan', ...HELD },
  ...{ feed: 'nhip', source: 'nhip/alerter', sourceId: 'registers/7d11', origin: null },
};

const stateQuery = z.enum(['open', 'overdue', 'done', 'dropped']).default('open');
const accountsOf = (state: z.output<typeof stateQuery>, now: number): readonly Selection[] =>
  state === 'overdue'
    ? [{ account: 'action-open', due: { on: 'adjusted', until: now } }]
    : allIn(`action-${state}`);

/** Reviews of objectives and the actions that follow: lists, one with its history, and what people state. */
export function reviewRoutes(
  context: ApiContext,
  desk: RegisterDesk<typeof REVIEW_ACTS, ReviewLife>,
): FastifyPluginAsyncZod {
  const { observatory, zone } = context;
  const lists = new RegisterLists(context, reviewBook);
  const actionView = (action: ReviewLife['actions'][number], { pin }: From) => ({
    ...action,
    overdue: action.state === 'action-open' && action.due < formatDay(zone.dayOf(pin.now)),
    ended: action.ended && { ...action.ended, on: formatDay(action.ended.on) },
  });
  const view = ({ id, held, actions }: Pick<ReviewItem, 'id' | 'held' | 'actions'>, from: From) => ({
    id,
    objective: held?.objectiveId ?? '',
    unit: held?.unitId ?? null,
    on: formatDay(held?.on ?? zone.dayOf(from.pin.now)),
    findings: held?.findings ?? [],
    conclusion: held?.conclusion ?? '',
    seen: held?.seen ?? null,
    person: held?.person ?? null,
    actions: actions.map((action) => actionView(action, from)),
    possibleActs: reviewActsNow({ actions }),
  });
  /**
   * A review is of its objective: it says of that when it was last reviewed, so its writer may write about the unit of that, or the whole
   * office. @throws ProblemError
   * @returns its unit, which is that of its objective where it names none
   */
  const reviewedUnit = async (
    caller: Caller | undefined,
    { objectiveId, unitId }: { readonly objectiveId: string; readonly unitId?: UnitId | undefined },
  ): Promise<{ readonly unitId?: UnitId }> => {
    const objective = await requireObjective(context, objectiveId);
    const of = objective?.versions.at(-1)?.definition.unit ?? null;
    await desk.requireUnits(caller, [of]);
    await desk.requireNamed(caller, '/unitId', unitId);
    const unit = unitId ?? of;
    return unit === null ? {} : { unitId: unit };
  };
  const requireOpen = (life: ReviewLife, actionId: string): void => {
    const action = life.actions.find(({ id }) => id === actionId);
    if (!action) throw new ProblemError('not-found', `The review has no action ${actionId}.`);
    if (action.state !== 'action-open')
      throw new ProblemError('conflict', `The action ${actionId} has ended: plan it anew to open it again.`);
  };

  return async (app) => {
    refuseBeforeHistory(app, context);
    app.get(
      '/reviews',
      {
        config: reading,
        schema: {
          tags,
          operationId: 'listReviews',
          summary: 'Reviews of objectives, by the day on which they were held',
          querystring: z.strictObject(registerQuery),
          response: {
            200: z
              .object({ items: z.array(schema.meta({ id: 'Review' })), ...pageFields })
              .meta({ examples: [{ items: [EXAMPLE], ...MOMENT }] }),
          },
        },
      },
      (request, reply) => lists.send(request, reply, () => allIn('held'), view),
    );
    app.get(
      '/reviews/actions',
      {
        config: reading,
        schema: {
          tags,
          operationId: 'listReviewActions',
          summary: 'Actions of all reviews, the most urgent first',
          querystring: z.strictObject({
            ...registerQuery,
            state: stateQuery,
          }),
          response: {
            200: z.object({ items: z.array(listed), ...pageFields }).meta({
              examples: [
                {
                  items: [
                    { ...ACTION_EXAMPLE, review: EXAMPLE.id, objective: EXAMPLE.objective, unit: null },
                  ],
                  ...MOMENT,
                },
              ],
            }),
          },
        },
      },
      (request, reply) => {
        const { state } = request.query;
        return lists.send(
          request,
          reply,
          ({ pin: { now } }) => accountsOf(state, now),
          ({ id, held, action }, from) => ({
            ...(action && actionView(action, from)),
            review: id,
            objective: held?.objectiveId ?? '',
            unit: held?.unitId ?? null,
          }),
        );
      },
    );
    app.get(
      '/reviews/:id',
      {
        config: reading,
        schema: {
          tags,
          operationId: 'getReview',
          summary: 'One review with its actions, and every act upon it',
          params: subjectParams,
          querystring: z.strictObject(historyQuery),
          response: {
            200: schema
              .extend(actSchema)
              .meta({ examples: [{ ...EXAMPLE, statements: 2, acts: [ACT_EXAMPLE], ...MOMENT }] }),
            ...problemAnswers(404),
          },
        },
      },
      (request, reply) =>
        lists.sendOne(request, reply, reviewRegister, (subject, from) =>
          view(reviewItem(subject, null, zone), from),
        ),
    );
    app.post(
      '/reviews',
      {
        config: { right: writing },
        schema: {
          tags,
          operationId: 'holdReview',
          summary: 'Record a review of an objective: findings and conclusion',
          description:
            'The figure of the objective at this moment is kept with it. Its actions are added after it.',
          body: z.strictObject({ id: reviewIdField.optional(), ...heldFields }).meta({ 'x-example': HELD }),
          response: { 201: writtenSchema, ...problemAnswers(409) },
        },
      },
      async ({ body: { id = `RS-${randomUUID().slice(0, 8)}`, ...data }, caller }, reply) => {
        const unit = await reviewedUnit(caller, data);
        const seen = await figureSeen(observatory, data.objectiveId);
        const statement = { kind: reviewHeld, data: { reviewId: id, ...data, ...unit, seen } };
        return answerBegun(reply, desk, await desk.begin(id, statement, caller));
      },
    );
    addActRoute(app, desk, {
      ...{ path: '', method: 'PUT', act: 'held', right: writing, operationId: 'restateReview' },
      summary: 'State findings and conclusion of a review anew',
      body: z.strictObject(heldFields).meta({ 'x-example': HELD }),
      async statement(body, { id: reviewId, life }, caller) {
        const unit = await reviewedUnit(caller, body);
        return { kind: reviewHeld, data: { reviewId, ...body, ...unit, seen: life.held?.seen ?? null } };
      },
    });
    addActRoute(app, desk, {
      ...{ path: 'actions', act: undefined, right: writing, operationId: 'planReviewAction' },
      summary: 'Add an action to a review, or plan one anew by its id',
      body: z
        .strictObject({ id: z.string().max(10).optional(), ...actionFields })
        .meta({ 'x-example': ACTION }),
      statement: ({ id, ...body }, { id: reviewId, life }) => ({
        kind: actionPlanned,
        data: { reviewId, actionId: id ?? freeId(life), ...body },
      }),
      allowed(life, { id }) {
        if (id !== undefined && !life.actions.some((action) => action.id === id))
          throw new ProblemError('not-found', `The review has no action ${id}.`);
        if (id === undefined && !reviewActsNow(life).includes('planned'))
          throw new ProblemError('conflict', `The review has ${MOST_ACTIONS} actions: no more are taken.`);
      },
    });
    addActRoute(app, desk, {
      ...{ path: 'end-action', act: undefined, right: writing, operationId: 'endReviewAction' },
      summary: 'State the result of an action',
      body: z.strictObject({ id: z.string().max(10), ...endFields }).meta({
        'x-example': { id: '1', outcome: 'done', result: 'Đã điều người từ 01/12, báo cáo số 15/BC-VP' },
      }),
      statement: ({ id, ...body }, { id: reviewId }) => ({
        kind: actionEnded,
        data: { reviewId, actionId: id, ...body },
      }),
      allowed: (life, { id }) => requireOpen(life, id),
    });
  };
}

/** A number that no action has: rows of files have numbers of their own. */
function freeId({ actions }: ReviewLife): string {
  const taken = new Set(actions.map(({ id }) => id));
  for (let number = actions.length + 1; ; number += 1) if (!taken.has(String(number))) return String(number);
}
